"""The whole life of one invitation, as a list of moments."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from delivery.models import Message
from surveys import reasons
from surveys.models import Invitation


@dataclass(frozen=True)
class Moment:
    at: datetime
    what: str
    detail: str = ""


def of(invitation: Invitation) -> list[Moment]:
    """Return what happened with `invitation` and its messages, in order of time; what did not happen is left out."""
    moments = [
        (invitation.planned_at, _("Planned"), str(invitation.trigger or "")),
        (invitation.opened_at, _("Survey page first visited"), ""),
        (invitation.answered_at, _("Answered"), ""),
    ]
    moments += [
        (judgement.at, _("Judged"), f"{judgement.get_verdict_display()} {reasons.label(judgement.reason)}".strip())
        for judgement in invitation.judgements.all()
    ]
    for sending in invitation.sendings.all():
        moments += _of_message(sending.message)
    if invitation.status == Invitation.Status.EXPIRED:
        moments.append((invitation.expires_at, _("Expired unanswered"), ""))
    return sorted((Moment(at, what, detail) for at, what, detail in moments if at), key=lambda moment: moment.at)


def _of_message(message: Message) -> list[tuple[datetime | None, str, str]]:
    return [
        (message.created_at, _("Message queued"), str(message)),
        (message.sent_at, _("Message handed over"), message.provider_id),
        (message.delivered_at, _("Message delivered"), ""),
        (message.failed_at, _("Message failed"), message.error),
    ]
