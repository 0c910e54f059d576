"""What Meta says of templates: read from its API, told by its calls, or learnt from a refusal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.plaintext import clean
from delivery.models import WhatsAppTemplate
from delivery.models.whatsapp_template import LONGEST_REASON

State = WhatsAppTemplate.State
# Meta's words for ours. What is not here is not to be sent.
STATES = {
    "APPROVED": State.APPROVED,
    "REINSTATED": State.APPROVED,
    "UNFLAGGED": State.APPROVED,
    # A warning; the template goes on.
    "FLAGGED": State.APPROVED,
    "PENDING": State.PENDING,
    "IN_APPEAL": State.PENDING,
    "REJECTED": State.REJECTED,
    "PAUSED": State.PAUSED,
    "DISABLED": State.DISABLED,
    "LIMIT_EXCEEDED": State.DISABLED,
    "PENDING_DELETION": State.MISSING,
    "DELETED": State.MISSING,
}
# What a refusal says of the template that it is about, by Meta's codes.
BY_CODE = {132001: State.MISSING, 132015: State.PAUSED, 132016: State.DISABLED}
LONGEST_WORD, LONGEST_NAME = 20, 512


def word(said: object) -> str:
    """Return a word or a number of Meta's as text that can be looked up, "" for anything else."""
    is_plain = isinstance(said, (str, int)) and not isinstance(said, bool)
    return clean(str(said), limit=LONGEST_NAME) if is_plain else ""


def state_of(said: object) -> State:
    return STATES.get(word(said).upper(), State.DISABLED)


def meta_language(code: str) -> str:
    """Return a language as Meta writes it: `pt-BR` is `pt_BR`."""
    return code.replace("-", "_")


def category_of(said: object) -> str:
    named = word(said).lower()
    return named if named in WhatsAppTemplate.Category.values else ""


def quality_of(said: object) -> str:
    score = said.get("score") if isinstance(said, Mapping) else said
    return word(score)[:LONGEST_WORD]


def reason_of(said: object) -> str:
    """Return why Meta rejected a template; it says NONE where it did not."""
    words = word(said)[:LONGEST_REASON]
    return "" if words.upper() == "NONE" else words


def note_refusal(template: int, code: int, said: str, *, at: datetime) -> None:
    """Note what a refused message says of its template: nothing is sent with it until its state is read again."""
    state = BY_CODE.get(code, State.UNFIT)
    WhatsAppTemplate.objects.filter(pk=template).update(state=state, reason=said[:LONGEST_REASON], seen_at=at)


def take(told: Mapping[str, Any], *, field: str, numbers: Sequence[int], now: datetime) -> int:
    """Keep what a call of Meta's says of a template of these numbers; return how many rows changed by that.

    A call may come late: what the API says when it is read next stands.
    """
    named = WhatsAppTemplate.objects.filter(number__in=numbers, name=word(told.get("message_template_name")))
    language = word(told.get("message_template_language"))
    rows = [row for row in named if language == meta_language(row.language)]
    changes = _changes(told, field)
    if not changes:
        return 0
    for row in rows:
        said = dict(changes)
        # What holds other blanks than we fill in is approved and yet of no use.
        if row.state == State.UNFIT and said.get("state") == State.APPROVED:
            del said["state"], said["reason"]
        WhatsAppTemplate.objects.filter(pk=row.pk).update(**said, seen_at=now)
    return len(rows)


def _changes(told: Mapping[str, Any], field: str) -> dict[str, str]:
    if field == "message_template_status_update":
        return {"state": state_of(told.get("event")), "reason": reason_of(told.get("reason"))}
    if field == "message_template_quality_update":
        return {"quality": quality_of(told.get("new_quality_score"))}
    category = category_of(told.get("new_category"))
    return {"category": category} if field == "template_category_update" and category else {}
