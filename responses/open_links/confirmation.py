"""The letter that asks the owner of a mailbox whether an answer is theirs."""

from collections.abc import Sequence
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.media import Medium
from delivery.composers import Composed, Unsendable, attempted, register
from delivery.media.email.letter import Letter
from delivery.models import Message
from responses.models import Introduction
from responses.open_links import mailboxes
from surveys.letters import branded

TEMPLATE = "responses.confirm"
GONE = gettext_noop("The address was taken back, or the letter is too old.")
UNREACHABLE = gettext_noop("The address belongs to nobody here any more, or wants no letters.")
Found = dict[int, Introduction]


def draft(introduction: Introduction) -> Message:
    """Return the unsaved letter to a mailbox that somebody gave as theirs."""
    response = introduction.response
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.REPLY,
        to_address=introduction.email,
        language=response.language,
        template=TEMPLATE,
        context={"introduction": introduction.pk},
        idempotency_key=f"introduction-{introduction.pk}",
    )


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    keys = [message.context["introduction"] for message in messages]
    found = Introduction.objects.select_related("response__survey__brand").in_bulk(keys)
    return [attempted(partial(_letter, found=found), message) for message in messages]


def _letter(message: Message, *, found: Found) -> Letter:
    row = found.get(message.context["introduction"])
    if row is None or row.email != message.to_address or not row.is_open(clock.now()):
        raise Unsendable(GONE, called_off=True)
    contact = mailboxes.known_contact(row.email)
    if contact is None or not mailboxes.may_be_asked(contact, row.email):
        raise Unsendable(UNREACHABLE, called_off=True)
    brand = row.response.survey.brand
    with spoken.speaking(message.language):
        words = {
            "subject": _("Was this you?"),
            "preheader": _("Somebody answered %(brand)s and gave this address.") % {"brand": brand.name},
            "greeting": _("Hello!"),
            "body": _(
                "Somebody answered a question of %(brand)s and gave this address as theirs. Was it you? Then press the"
                " button, and we know whose answer it is. If it was not you, you need not do anything."
            )
            % {"brand": brand.name},
            "signature": brand.name,
        }
        confirm = _("Yes, it was me")
    link = brand.url + reverse("open_link_confirm", args=[row.token])
    return branded.letter(message, brand=brand, template="confirm", words=words, link=link, confirm=confirm)


register(TEMPLATE, Medium.EMAIL, compose)
