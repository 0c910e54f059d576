from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from delivery import notices
from delivery.media import web
from delivery.models import TeamHook


class TeamHookForm(forms.ModelForm[TeamHook]):
    """A hook and the wish to try it. The address is a secret: it is written here and never shown again."""

    url = forms.CharField(
        label=_("address of the incoming webhook"),
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
        help_text=_("As the chat gave it to you. It is kept encrypted and not shown again; leave it empty to keep it."),
    )
    posted = forms.MultipleChoiceField(
        label=_("posted are"),
        choices=notices.kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each person chooses for themselves, in their settings, of what they are told."),
    )
    send_test = forms.BooleanField(
        label=_("send a test"), required=False, initial=True, help_text=_("A first notice, posted when you save.")
    )

    class Meta:
        model = TeamHook
        fields = ["team", "url", "chat", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["posted"] = [kind for kind, _label in notices.kinds() if kind not in self.instance.unwanted]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if not url:
            if not self.instance.pk:
                raise forms.ValidationError(_("Enter the address that the chat gave you."))
            # Encrypted as it is stored, whether or not anybody can read it.
            kept: str = self.instance.__dict__["url"]
            return kept
        try:
            web.checked(url)
        except web.Forbidden as error:
            raise forms.ValidationError(str(error)) from error
        return url

    def save(self, commit: bool = True) -> TeamHook:
        hook: TeamHook = super().save(commit=False)
        posted = self.cleaned_data["posted"]
        hook.unwanted = [kind for kind, _label in notices.kinds() if kind not in posted]
        if self.data.get(self.add_prefix("url")):
            hook.error, hook.failed_at = "", None
        if commit:
            hook.save()
        return hook

    def wants_test(self) -> Any:
        return self.cleaned_data["send_test"]
