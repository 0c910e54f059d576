from typing import Any, cast

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm as DjangoSetPasswordForm
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import letters, securitylog, tokens
from accounts.access.signon import rules
from accounts.form_fields import PlainField
from accounts.models import User
from accounts.securitylog import Kind


class _SaidOnce(forms.Form):
    """Fields with a label each, and without the same words as a hint inside them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_SaidOnce, allauth.LoginForm):  # type: ignore[misc]
    """Two fields; the page has the way out for a forgotten password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["password"].help_text = ""


class ReauthenticateForm(_SaidOnce, allauth.ReauthenticateForm):  # type: ignore[misc]
    """The password by which somebody who is logged in proves that they still are who they were."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ChangePasswordForm(_SaidOnce, allauth.ChangePasswordForm):  # type: ignore[misc]
    """The old password and twice the new one."""


class SetPasswordForm(_SaidOnce, allauth.SetPasswordForm):  # type: ignore[misc]
    """Twice the first password."""


class ResetPasswordKeyForm(_SaidOnce, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """Twice the new password, by the link of a letter."""


class ResetPasswordForm(_SaidOnce, allauth.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link; whether anybody is written to is not said, and strangers are never written to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **_details: Any) -> str:
        address: str = self.cleaned_data["email"]
        securitylog.note_about_address(Kind.RESET_ASKED, address)
        person = User.objects.filter(email=address, is_active=True).first()
        if person and person.may_log_in and rules.counts_password_of(person):
            letters.want(letters.RESET, person)
        return address


class UserTokenForm(allauth.UserTokenForm):  # type: ignore[misc]
    """Accept the link of a letter, but only from people who may still log in."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        person = self.reset_user
        if person is None or not person.is_active or not rules.counts_password_of(person):
            raise get_adapter().validation_error("invalid_password_reset")
        return cleaned


class NewAddressForm(forms.Form):
    """A person's wish to log in by another address, proved by their password."""

    new = forms.EmailField(label=_("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"]).strip().lower()
        if new == self.person.email:
            raise forms.ValidationError(_("That is your address already."))
        return new

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        # Counted like a login: who has the session only must not try out passwords here.
        if not get_adapter().reauthenticate(self.person, password):
            raise forms.ValidationError(_("That is not your password."))
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        if not self.errors and User.objects.filter(email=cleaned["new"]).exists():
            self.add_error("new", _("Another person has this address."))
        return cleaned


class _OneCode(_SaidOnce):
    """The field for a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class _CodeOnce(_OneCode):
    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        # allauth remembers a used code for one period; with the neighbours of the clock it is good for three.
        used = tokens.digest(f"{self.user.pk} {normalize_user_code(code)}").hex()  # type: ignore[attr-defined]
        if not cache.add(f"second-factor-{used}", 1, settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class SetUpForm(_CodeOnce, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app proves that it has taken the secret."""


class SecondStepForm(_CodeOnce, second_step.AuthenticateForm):  # type: ignore[misc]
    """The code that ends a login."""


class ProveForm(_CodeOnce, second_step.ReauthenticateForm):  # type: ignore[misc]
    """The code by which somebody who is logged in proves that they still are who they were."""


class FirstAdministratorForm(DjangoSetPasswordForm):  # type: ignore[type-arg]  # not generic when it runs
    """Who administers first: name, login address, and a password unless single sign-on is required."""

    name = PlainField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    field_order = ("name", "email", "new_password1", "new_password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(User(), *args, **kwargs)
        if rules.is_required():
            # It would let nobody in: a chief administrator without a second factor breaks no glass.
            del self.fields["new_password1"], self.fields["new_password2"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if rules.is_required() and email.rpartition("@")[2] not in settings.SIGN_ON_DOMAINS:
            raise forms.ValidationError(
                _("Give the address by which “%(label)s” knows you, at %(domains)s: nobody else is let in."),
                params={"label": rules.label(), "domains": ", ".join(settings.SIGN_ON_DOMAINS)},
            )
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody here has this address already."))
        return email

    def clean(self) -> dict[str, Any]:
        """Let the password be held against name and address, which are tried first."""
        self.user.name, self.user.email = self.cleaned_data.get("name", ""), self.cleaned_data.get("email")
        return super().clean() or self.cleaned_data
