from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalised
from accounts.media import Medium
from delivery.models import TextGateway

Provider = TextGateway.Provider


class TextGatewayForm(forms.ModelForm[TextGateway]):
    """A gateway and the wish to try it. The secret is written here and never shown again."""

    secret = forms.CharField(
        label=_("secret"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
        help_text=_("The auth token or API key. It is kept encrypted and not shown again; leave it empty to keep it."),
    )
    test_to = forms.CharField(
        label=_("send a test to"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "placeholder": "+380…"}),
        help_text=_("A phone of yours, with + and the country code: it gets one text when you save. Empty: none."),
    )

    class Meta:
        model = TextGateway
        fields = [
            "name", "provider", "sender", "account", "secret", "brands", "price", "takes_replies", "is_active",
        ]  # fmt: skip

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"].strip()
        if secret:
            return secret
        if not self.instance.pk:
            raise forms.ValidationError(_("Enter the auth token or API key that the provider gave you."))
        # Encrypted as it is stored, whether or not anybody can read it.
        kept: str = self.instance.__dict__["secret"]
        return kept

    def clean_test_to(self) -> str:
        try:
            return normalised(Medium.SMS, self.cleaned_data["test_to"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        provider = cleaned.get("provider")
        if provider == Provider.TWILIO and not cleaned.get("account"):
            self.add_error("account", _("Enter the Account SID; Twilio’s console shows it above the auth token."))
        return cleaned

    def save(self, commit: bool = True) -> TextGateway:
        gateway: TextGateway = super().save(commit=False)
        if self.data.get(self.add_prefix("secret")):
            gateway.error, gateway.failed_at = "", None
        if commit:
            gateway.save()
            self.save_m2m()
        return gateway
