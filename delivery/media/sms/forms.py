import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalised
from accounts.media import Medium
from delivery.media import web
from delivery.media.sms import generic
from delivery.media.sms.recipes import RECIPES
from delivery.models import TextGateway

Provider = TextGateway.Provider
# What an account is: once one of them is another, what failed before says nothing of it.
ACCOUNT = ("provider", "sender", "account", "settings")


class DescriptionField(forms.JSONField):
    """JSON that a person reads and writes: indented, and a fault is told by its place."""

    widget = forms.Textarea(attrs={"class": "code", "rows": 24, "cols": 80, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(_fault_of(value)) from error

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


class TextGatewayForm(forms.ModelForm[TextGateway]):
    """A gateway and the wish to try it. The secret is written here and never shown again."""

    recipe = forms.ChoiceField(
        label=_("begin with"),
        required=False,
        help_text=_("For another provider: how it is spoken to, filled in when you save. You can change it below."),
    )
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

    settings = DescriptionField(
        label=_("how it is spoken to"),
        required=False,
        help_text=_("As JSON; only for another provider. docs/texts.md, “Another provider”, explains each name."),
    )

    class Meta:
        model = TextGateway
        fields = [
            "name", "provider", "sender", "account", "secret", "brands", "price", "viber_sender", "viber_minutes",
            "viber_has_button", "viber_price", "takes_replies", "is_active", "settings",
        ]  # fmt: skip
        widgets: ClassVar = {"brands": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.declared_fields.keys() & self.fields.keys():
            self.fields[field].label = capfirst(str(self.fields[field].label))
        if "recipe" in self.fields:
            recipes = [(name, recipe.label) for name, recipe in RECIPES.items()]
            self.fields["recipe"].choices = [("", _("what stands below")), *recipes]  # type: ignore[attr-defined]

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
        if "settings" in self.fields and not self.has_error("settings"):
            self._describe(cleaned)
        # Where the description is no good, nobody knows yet where it leads.
        if not self.has_error("settings") and self._leads_elsewhere(cleaned):
            self.add_error("secret", _("Enter the secret again: it would be sent somewhere else than before."))
        if cleaned.get("viber_sender") and provider != Provider.TURBOSMS:
            self.add_error("viber_sender", _("Only TurboSMS tries Viber first: leave it empty."))
        if provider == Provider.TWILIO and not cleaned.get("account"):
            self.add_error("account", _("Enter the Account SID; Twilio’s console shows it above the auth token."))
        return cleaned

    def _leads_elsewhere(self, cleaned: dict[str, Any]) -> bool:
        """Say whether the secret that is kept would be told to another host: nobody may read it that way."""
        if not self.instance.pk or self.data.get(self.add_prefix("secret")):
            return False
        before = TextGateway.objects.get(pk=self.instance.pk)
        recipe = RECIPES.get(cleaned.get("recipe") or "")
        after = recipe.settings if recipe else cleaned.get("settings")
        return before.provider != cleaned.get("provider") or _hosts(before.settings) != _hosts(after)

    def _describe(self, cleaned: dict[str, Any]) -> None:
        """Settle how the provider is spoken to: by a description for another one, else as its own module does."""
        how = cleaned.get("settings") or {}
        recipe = RECIPES.get(cleaned.get("recipe") or "")
        if cleaned.get("provider") == Provider.GENERIC:
            how = dict(recipe.settings) if recipe else how
            faults = generic.check(how)
        else:
            # A stand-in may speak for the provider while somebody tries things out.
            is_known = not how or (isinstance(how, dict) and how.keys() == {"base"} and web.is_tried_out())
            faults = (
                [] if is_known else [gettext("Empty this: only “another one, by HTTP” is spoken to as described here.")]
            )
            if recipe:
                self.add_error("recipe", _("Only “another one, by HTTP” takes this: choose that as the provider."))
        cleaned["settings"] = how
        if faults:
            self.add_error("settings", faults)

    def save(self, commit: bool = True) -> TextGateway:
        gateway: TextGateway = super().save(commit=False)
        before = TextGateway.objects.filter(pk=gateway.pk).values(*ACCOUNT).first() or {}
        is_another = any(getattr(gateway, name) != value for name, value in before.items())
        if is_another or self.data.get(self.add_prefix("secret")):
            gateway.error, gateway.failed_at = "", None
        if commit:
            gateway.save()
            self.save_m2m()
        return gateway


def _fault_of(written: Any) -> str:
    try:
        json.loads(written)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        return gettext("This is no JSON: look at line %(line)d, column %(column)d.") % place
    return gettext("Write it as a JSON object.")


def _hosts(how: Any) -> set[str]:
    """Return where a description of a gateway leads."""
    urls = [str(how.get(name) or "") for name in ("url", "status_url", "base")] if isinstance(how, Mapping) else []
    return {urlsplit(url).netloc.lower() for url in urls} - {""}
