"""What is posted in the chat of a team: once for each happening, however many people of the team are told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import company_clock
from delivery import notices
from delivery.composers import Unsendable
from delivery.models import Message
from delivery.notices import Notice, TeamWord
from followups.models import Followup, StaffNotice
from followups.notices import wording
from followups.notices.happening import Happening

TEMPLATE = "followups.team_notice"
# A mention and a handover are between two people.
OF_TEAMS = frozenset({StaffNotice.Kind.NEW, StaffNotice.Kind.CUSTOMER_REPLIED, StaffNotice.Kind.OVERDUE,
                      StaffNotice.Kind.ESCALATION})  # fmt: skip
GONE = gettext_noop("The follow-up is not there any more.")


def messages_for(happenings: Sequence[Happening]) -> list[Message]:
    """Return the unsaved posts to the chats of the teams whose work it is."""
    told = [
        TeamWord(
            team=happening.followup.team_id,
            kind=happening.kind,
            context={"kind": happening.kind, "followup": happening.followup.pk},
            key=f"followup-{happening.followup.pk}-{happening.kind}-{happening.occasion}",
        )
        for happening in happenings
        if happening.kind in OF_TEAMS and happening.followup.team_id
    ]
    return notices.messages_to_teams(told, template=TEMPLATE)


def written(context: Mapping[str, Any]) -> Notice:
    """Return what is posted, as the follow-up is now; without words of the customer: a channel has many readers."""
    facts = ("contact__company", "company")
    subjects = [f"{subject}__{fact}" for subject in ("response", "invitation") for fact in facts]
    found = Followup.objects.select_related("assignee", *subjects)
    followup = found.filter(pk=context["followup"]).first()
    if followup is None:
        raise Unsendable(GONE, called_off=True)
    notice = StaffNotice(kind=context["kind"], followup=followup)
    with timezone.override(company_clock.zone()):
        return Notice(
            subject=wording.title(notice),
            lines=tuple(filter(None, (wording.facts_of(followup), wording.whose(followup)))),
            link=wording.link_to(notice),
        )


notices.register(TEMPLATE, written)
notices.offer_to_teams({kind: kind.label for kind in StaffNotice.Kind if kind in OF_TEAMS})
