"""The page on which a person says of what they want to be told, when and how."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from followups.models import NoticeWishes, StaffNotice


def _kinds() -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in StaffNotice.Kind.choices]


def _time(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


class NoticeWishesForm(forms.ModelForm[NoticeWishes]):
    """Asks for the kinds that are wanted; those that are not are kept."""

    in_browser = forms.MultipleChoiceField(
        label=gettext_lazy("Here, in the browser"),
        choices=_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    by_mail = forms.MultipleChoiceField(
        label=gettext_lazy("By e-mail"),
        choices=_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only together with notices by e-mail in your settings."),
    )
    letters = forms.ChoiceField(label=gettext_lazy("Letters come"), choices=NoticeWishes.Letters.choices)
    daily_at = _time(gettext_lazy("The daily letter at"))
    quiet_from = _time(gettext_lazy("No letters from"), required=False)
    quiet_until = _time(
        gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("By the clock of your time zone. What happens then is told afterwards."),
    )
    urgent_passes = forms.BooleanField(
        label=gettext_lazy("Urgent letters at once, whatever is chosen above"),
        required=False,
        help_text=gettext_lazy("Escalations, and all that happens to follow-ups of high priority."),
    )

    class Meta:
        model = NoticeWishes
        fields = ["letters", "daily_at", "quiet_from", "quiet_until", "urgent_passes"]

    field_order = ["in_browser", "by_mail", "letters", "daily_at", "quiet_from", "quiet_until", "urgent_passes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["in_browser"] = _others(self.instance.not_in_browser)
        self.initial["by_mail"] = _others(self.instance.not_by_mail)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if not {"quiet_from", "quiet_until"} & set(self.errors) and (begins is None) != (ends is None):
            missing = "quiet_from" if begins is None else "quiet_until"
            self.add_error(missing, _("Give both ends, or none."))
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("Choose another time than the beginning."))
        return cleaned

    def save(self, commit: bool = True) -> NoticeWishes:
        self.instance.not_in_browser = _others(self.cleaned_data["in_browser"])
        self.instance.not_by_mail = _others(self.cleaned_data["by_mail"])
        return super().save(commit)


def _others(kinds: Sequence[str]) -> list[str]:
    return [kind for kind in StaffNotice.Kind.values if kind not in kinds]


def show_wishes(request: HttpRequest) -> HttpResponse:
    form = NoticeWishesForm(request.POST or None, instance=NoticeWishes.of(cast(User, request.user)))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("notice_wishes")
    return render(request, "followups/notice_wishes.html", {"form": form})
