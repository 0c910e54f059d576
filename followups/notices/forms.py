from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from followups.models import StaffNotice

# The largest key that the database counts to.
LARGEST = 2**63 - 1


class ReadingForm(forms.Form):
    """Which notices are read: those of a follow-up, or all up to the newest that was shown."""

    followup = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    newest = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)

    def chosen(self, rows: QuerySet[StaffNotice]) -> QuerySet[StaffNotice]:
        if followup := self.cleaned_data["followup"]:
            return rows.filter(followup=followup)
        return rows.filter(pk__lte=self.cleaned_data["newest"] or 0)

    def place(self) -> str:
        """Return the page that the form was on."""
        followup = self.cleaned_data["followup"]
        return reverse("followup", args=[followup]) if followup else reverse("notices")
