"""What stands in a closing letter and on its page besides our own words, in the customer's language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import dates
from accounts.customerlanguages import spoken
from accounts.vocatives import vocative
from crm.models import Contact


@dataclass(frozen=True)
class ClosingWords:
    """Everything that is the same in every letter of a language but the greeting."""

    greeting: str
    opening: str
    question: str
    yes: str
    no: str

    def of(self, *, solved: bool) -> str:
        """Return the words of an answer."""
        return self.yes if solved else self.no


def of(language: str, contact: Contact | None = None, *, is_letter: bool = False) -> ClosingWords:
    """Return the words to a customer; `is_letter`: who wrote a letter and gave no answer."""
    name = vocative(contact.first_name or contact.last_name, language) if contact else ""
    with spoken.speaking(language):
        return ClosingWords(
            greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            opening=(
                _("you wrote to us. This is what we did about it:")
                if is_letter
                else _("you told us what you think of us. This is what we did about it:")
            ),
            question=_("Is it solved?"),
            yes=_("Yes, it is solved"),
            no=_("No, not yet"),
        )


def notices(language: str, *, unsent: bool | None, own: bool | None, until: datetime) -> list[str]:
    """Return what the page says before it asks: `unsent`: what is marked there and not sent; `own`: what was answered,
    to be changed `until` a moment in the customer's zone; each whether it is solved, None where there is none."""
    words = of(language)
    with spoken.speaking(language):
        marked = _("“%(answer)s” is marked and not sent yet. Add a word if you like, then send it.")
        so_far = _("Your answer so far is “%(answer)s”. Until %(date)s you can change it.")
        day = dates.customers_day(until, language)
    said = [] if unsent is None else [marked % {"answer": words.of(solved=unsent)}]
    return said if own is None else [*said, so_far % {"answer": words.of(solved=own), "date": day}]


def subject(language: str, *, is_letter: bool = False) -> str:
    """Return the subject that a letter begins with."""
    with spoken.speaking(language):
        return _("What we did about your letter") if is_letter else _("What we did about your answer")
