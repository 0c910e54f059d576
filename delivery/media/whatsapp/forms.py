from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalised
from accounts.media import Medium
from accounts.plaintext import clean
from accounts.secrets import SecretUnreadable
from delivery.media import web
from delivery.media.whatsapp.api import CloudApi, CloudRefusal
from delivery.models import WhatsAppNumber

SECRETS = ("token", "app_secret")
PROFILE = "display_phone_number,verified_name"
HIDDEN = {"autocomplete": "off", "size": 60}


class WhatsAppNumberForm(forms.ModelForm[WhatsAppNumber]):
    """A number, which Meta is asked about at once, and the wish to try it. Secrets are written here, never shown."""

    token = forms.CharField(
        label=_("access token"),
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs=HIDDEN),
        help_text=_(
            "Of a system user of yours, without an end. It is kept encrypted and not shown again; leave it empty to"
            " keep it."
        ),
    )
    app_secret = forms.CharField(
        label=_("app secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs=HIDDEN),
        help_text=_(
            "From the basic settings of the app: it proves that Meta is calling. It is kept encrypted and not shown"
            " again; leave it empty to keep it."
        ),
    )
    test_to = forms.CharField(
        label=_("send me a test"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "placeholder": "+380…"}),
        help_text=_("A phone of yours with WhatsApp: it gets the invitation when you save. Empty: none."),
    )

    class Meta:
        model = WhatsAppNumber
        fields = [
            "brand", "phone_number_id", "account_id", "token", "app_secret", "utility_price", "marketing_price",
            "service_price", "is_active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.declared_fields.keys() & self.fields.keys():
            self.fields[field].label = capfirst(str(self.fields[field].label))

    def clean_phone_number_id(self) -> str:
        return self._digits("phone_number_id")

    def clean_account_id(self) -> str:
        return self._digits("account_id")

    def clean_token(self) -> str:
        return self._secret("token", _("Enter the access token of the system user."))

    def clean_app_secret(self) -> str:
        return self._secret("app_secret", _("Enter the app secret: without it nobody knows whether Meta is calling."))

    def clean_test_to(self) -> str:
        try:
            return normalised(Medium.WHATSAPP, self.cleaned_data["test_to"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and self._is_another_account():
            self._introduce(cleaned)
        return cleaned

    def _digits(self, name: str) -> str:
        digits: str = self.cleaned_data[name].strip()
        if not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(_("This is a long number without + or spaces, as Meta’s console shows it."))
        return digits

    def _secret(self, name: str, wanted: Any) -> str:
        written: str = self.cleaned_data[name].strip()
        if written:
            return written
        if not self.instance.pk:
            raise forms.ValidationError(wanted)
        # Encrypted as it is stored, whether or not anybody can read it.
        kept: str = self.instance.__dict__[name]
        return kept

    def _is_another_account(self) -> bool:
        return bool(self.data.get(self.add_prefix("token"))) or "phone_number_id" in self.changed_data

    def _introduce(self, cleaned: dict[str, Any]) -> None:
        """Learn what the number is; refuse what Meta does not know. It may not answer just now."""
        asked = WhatsAppNumber(phone_number_id=cleaned["phone_number_id"], base=self.instance.base)
        asked.__dict__["token"] = cleaned["token"]
        try:
            told = CloudApi(asked).get(asked.phone_number_id, fields=PROFILE)
        except CloudRefusal as error:
            said = _("Meta does not take this token for this phone number ID: %(reason)s")
            self.add_error("token", said % {"reason": error.reason or error.status})
            return
        except (web.Forbidden, web.NotReached, web.NotAnswered, SecretUnreadable):
            return
        self.instance.display_number = clean(str(told.get("display_phone_number") or ""), limit=32)
        self.instance.verified_name = clean(str(told.get("verified_name") or ""), limit=128)

    def save(self, commit: bool = True) -> WhatsAppNumber:
        number: WhatsAppNumber = super().save(commit=False)
        if self.has_new_access():
            number.error, number.failed_at, number.rests_until = "", None, None
        if commit:
            number.save()
            self.save_m2m()
        return number

    def has_new_access(self) -> bool:
        """Say whether what failed before says nothing any more."""
        written = any(self.data.get(self.add_prefix(name)) for name in SECRETS)
        return written or bool({"phone_number_id", "account_id", "is_active"} & set(self.changed_data))
