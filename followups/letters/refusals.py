"""A wish for no more messages that stands in a customer's own words: somebody who reads it writes it down."""

from accounts.models import User
from crm import suppressions
from crm.models import Contact
from crm.suppressions import No, Spelled
from followups.models import CustomerLetter
from surveys.fates.address_news import written_from


def write_down(letter: CustomerLetter, *, by: User) -> bool:
    """End all messages to whoever wrote a letter, as they asked; return False where no address of theirs is known."""
    address = address_of(letter)
    if address is None:
        return False
    evidence = f"“{letter.letter.text}” · {letter.letter.message_id or letter.letter.from_address} · {by.name}"
    suppressions.opt_out_addresses(
        [No(reason=Contact.OptOut.UNSUBSCRIBED, at=letter.letter.arrived_at, through=address, evidence=evidence)]
    )
    return True


def address_of(letter: CustomerLetter) -> Spelled | None:
    """Return the address that a letter says no for: the one that we wrote to, else the one that it came from."""
    mail = letter.letter
    return written_from(mail.from_address, medium=mail.medium, answers=mail.answers)
