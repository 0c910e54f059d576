"""Closing letters as they go out: in the look of the brand, with the link to their question.

What we did stands in the row of the letter, and the secret of its link nowhere: the outbox names the row alone.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.media import Medium
from accounts.models import User
from crm import reach
from crm.models import Contact
from crm.reachability import Purpose, Way, may_write
from delivery.composers import Composed, Unsendable, attempted, register
from delivery.media.email.letter import Letter
from delivery.models import Message
from followups.closing import wording
from followups.models import ClosingLetter, Followup
from surveys.letters import branded, last_check
from surveys.models import AskingPolicy

TEMPLATE = "followups.closing"
GONE = gettext_noop("The letter is not there any more.")
OVER = gettext_noop("Its question cannot be answered any more.")
NAME_LENGTH = Message._meta.get_field("to_name").max_length


def way_to(followup: Followup) -> Way:
    """Say how the customer is told what was done; not at all before it is resolved, or against their will."""
    contact = followup.contact
    if not followup.is_resolved or contact is None:
        return Way()
    return _ways([contact])[contact.pk]


def draft(row: ClosingLetter, *, to: str) -> Message:
    """Return the unsaved message that brings a letter to the address `to`; it says nothing of what stands in it."""
    contact = row.followup.contact
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.CLOSING,
        to_address=to,
        to_name=contact.name[:NAME_LENGTH] if contact else "",
        language=row.language,
        template=TEMPLATE,
        context={
            "contact": contact.pk if contact else None,
            "followup": row.followup_id,
            "closing": row.pk,
        },
        idempotency_key=f"closing-{row.key}",
    )


def preview(followup: Followup, *, subject: str, words: str, by: User) -> str:
    """Return the letter as text, without its link; nothing is written."""
    language = followup.about.language
    row = ClosingLetter(followup=followup, subject=subject, words=words, language=language, written_by=by)
    said, asked = _words(row), wording.of(row.language)
    return "\n\n".join(
        [said["greeting"], said["body"], f"{asked.question} {asked.yes} · {asked.no}", said["signature"]]
    )


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    known = ("contact__merged_into", "survey__brand")
    subjects = [f"followup__{subject}__{fact}" for subject in ("response", "invitation") for fact in known]
    rows = ClosingLetter.objects.select_related("written_by", "followup__response__invitation", *subjects).in_bulk(
        [m.context["closing"] for m in messages]
    )
    contacts = [row.followup.contact for row in rows.values()]
    ways = _ways([contact for contact in contacts if contact])
    return [attempted(partial(_letter, rows=rows, ways=ways), message) for message in messages]


def _ways(contacts: Sequence[Contact]) -> dict[int, Way]:
    """Return how each of these is reached with a closing letter, whichever record speaks for them by now."""
    rules = AskingPolicy.current().reach
    people = reach.people({contact.survivor.pk: contact.survivor for contact in contacts}.values(), rules)
    return {
        contact.pk: may_write(people[contact.survivor.pk], Medium.EMAIL, Purpose.CLOSING, rules) for contact in contacts
    }


def _letter(message: Message, *, rows: Mapping[int, ClosingLetter], ways: Mapping[int, Way]) -> Letter:
    row = rows.get(message.context["closing"])
    if row is None:
        raise Unsendable(GONE, called_off=True)
    if row.has_expired(clock.now()):
        raise Unsendable(OVER, called_off=True)
    contact = row.followup.contact
    way = ways.get(contact.pk, Way()) if contact else Way()
    if way.address != message.to_address:
        raise Unsendable(last_check.TEXTS.get(way.reason, last_check.UNREACHABLE), called_off=True)
    response, about = row.followup.response, row.followup.about
    link, decoy = (
        about.survey.brand.url + reverse(page, args=[row.token]) for page in ("closing_question", "closing_decoy")
    )
    return branded.letter(
        message,
        brand=about.survey.brand,
        template="closing",
        words=_words(row),
        invitation=response.invitation if response else row.followup.invitation,
        asked=wording.of(row.language),
        link=link,
        decoy=decoy,
    )


def _words(row: ClosingLetter) -> dict[str, str]:
    """Return the texts of a letter by name, as plain text."""
    about = row.followup.about
    said = wording.of(
        row.language, about.contact.survivor if about.contact else None, is_letter=row.followup.is_of_letter
    )
    signed = [row.written_by.name if row.written_by else "", about.survey.brand.name]
    return {
        "subject": row.subject,
        "preheader": row.words[:120],
        "greeting": said.greeting,
        "body": f"{said.opening}\n\n{row.words.strip()}",
        "signature": "\n".join(filter(None, signed)),
    }


register(TEMPLATE, Medium.EMAIL, compose)
