"""What staff write down that a customer told: on which day, and who it was."""

from datetime import date, datetime, time
from typing import cast
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User
from crm.models import Contact
from followups.customers import visibility

FIRST_DAY = date(1990, 1, 1)
SENT_BEFORE = _(
    "Something else was written down from this page before, and stands. If this is another, write it down once more."
)


class TakenDownForm(forms.Form):
    """A form with a `day` and a `contact`, both of which may be left empty; `by` writes it down.

    Its `key` is drawn with it, so that whatever is sent twice is written down once.
    """

    by: User

    def was_sent_before(self) -> None:
        """Say that something else was written down with this form, and take what is sent next for another one."""
        self.data = typed = cast(QueryDict, self.data).copy()
        typed["key"] = str(uuid4())
        self.add_error(None, SENT_BEFORE)

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and not FIRST_DAY <= day <= timezone.localdate(clock.now()):
            raise forms.ValidationError(_("Choose a day that is not in the future."))
        return day

    def clean_contact(self) -> Contact | None:
        typed: str = self.cleaned_data["contact"].strip()
        if not typed:
            return None
        found = contacts_called(typed, visibility.contacts_of(self.by))
        if len(found) != 1:
            raise forms.ValidationError(
                _("Several customers have that. Choose by e-mail.") if found else _("No customer of yours has that.")
            )
        return found[0]

    def told_at(self, now: datetime) -> datetime:
        """Return the moment of a valid form: noon of its day, or now."""
        day: date | None = self.cleaned_data["day"]
        return min(now, timezone.make_aware(datetime.combine(day, time(12)))) if day else now


def contacts_called(typed: str, contacts: QuerySet[Contact]) -> list[Contact]:
    """Return two at most of `contacts` that have this e-mail, phone or external ID."""
    found = contacts.filter(email__iexact=typed) | contacts.filter(phone=typed) | contacts.filter(external_id=typed)
    return list(found.distinct()[:2])
