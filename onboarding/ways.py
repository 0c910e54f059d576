"""Where a trouble is mended: the words of a button and the page that it leads to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.media import Medium
from onboarding.askers import Lack, SurveyState


@dataclass(frozen=True)
class WayOut:
    """`page`: the name of an address, filled with `args`; `query`: what stands behind its question mark."""

    label: str | Promise
    page: str
    args: tuple[int, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        path = reverse(self.page, args=self.args)
        return f"{path}?{urlencode(self.query)}" if self.query else path


# Leads to the rows that have a reason.
OfReason = Callable[[str], WayOut]

ADD_TRIGGER = WayOut(_("Add a trigger"), "admin:surveys_trigger_add")
ADD_SURVEY = WayOut(_("Add a survey"), "admin:surveys_survey_add")
POLICY = WayOut(_("Change the asking policy"), "admin:surveys_askingpolicy_change", (1,))
IMPORT = WayOut(_("Import a file"), "admin:crm_importrun_add")
BRANDS = WayOut(_("Set the sender"), "admin:accounts_brand_changelist")
PLANNED = WayOut(_("Look at them"), "admin:surveys_invitation_changelist", query={"status__exact": "planned"})
SENDING_DOMAINS = WayOut(_("Look at the domain"), "admin:delivery_sendingdomain_changelist")
LETTERS = "admin:delivery_message_changelist"
WAITING_LETTERS = WayOut(_("Look at the letters"), LETTERS, query={"status__exact": "queued"})
UNKNOWN_LETTERS = WayOut(_("Decide it"), LETTERS, query={"status__exact": "unknown"})
SILENT_LETTERS = WayOut(
    _("Look at the letters"), LETTERS, query={"medium__exact": Medium.WHATSAPP.value, "status__exact": "sent"}
)
CUSTOMERS_LETTERS = WayOut(_("Look at the letters"), "admin:delivery_incomingletter_changelist")
ANSWERS = WayOut(_("Look at the answers"), "admin:responses_response_changelist")


def survey(pk: int) -> WayOut:
    return WayOut(_("Open the survey"), "admin:surveys_survey_change", (pk,))


def refused(reason: str, since: datetime) -> WayOut:
    """Lead to the invitations that were not asked for a reason, as judged since a moment."""
    query = {"status__exact": "suppressed", "reason": reason, "judged_at__gte": since.isoformat()}
    return WayOut(_("Look at them"), "admin:surveys_invitation_changelist", query=query)


def put_off(reason: str) -> WayOut:
    """Lead to the invitations that wait because of a reason."""
    query = {"status__exact": "planned", "reason": reason}
    return WayOut(_("Look at them"), "admin:surveys_invitation_changelist", query=query)


def failed(status: str, since: datetime) -> WayOut:
    """Lead to the letters that failed or came back since a moment."""
    query = {"status__exact": status, "failed_at__gte": since.isoformat()}
    return WayOut(_("Look at the letters"), LETTERS, query=query)


def of_medium(medium: str) -> WayOut:
    """Lead to the letters that went by a medium."""
    return WayOut(_("Look at the letters"), LETTERS, query={"medium__exact": medium})


def set_aside(batch: str) -> WayOut:
    return WayOut(_("Look, and try again"), "admin:accounts_setasiderow_changelist", query={"batch": batch})


def of_lack(lack: Lack, state: SurveyState) -> WayOut:
    """Lead to where a survey is given what it lacks."""
    if lack is Lack.WORDING and state.draft is not None:
        return WayOut(_("Read the draft and publish it"), "admin:surveys_surveyversion_change", (state.draft,))
    if lack is Lack.NO_ASKER:
        return WayOut(_("Add a trigger"), "admin:surveys_trigger_add", query={"survey": str(state.pk)})
    if state.asker is not None and lack not in (Lack.WORDING, Lack.PAUSED, Lack.DRAFT):
        return WayOut(_("Change it"), f"admin:surveys_{state.asker.model}_change", (state.asker.pk,))
    return survey(state.pk)
