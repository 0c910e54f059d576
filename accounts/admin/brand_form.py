"""The form of a brand, with its logo."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts import addresses, logos
from accounts.customerlanguages import spoken
from accounts.defaults import all_languages
from accounts.form_fields import OpeningHours
from accounts.logos import Logo, NotALogo
from accounts.models import Brand


class LogoField(forms.FileField):
    """A picture that becomes a logo; cleaned to a Logo, or to None where no file was chosen."""

    widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if not file:
            return None
        try:
            # One byte more than may be tells that it is too much.
            return logos.read(file.read(logos.LARGEST_FILE + 1))
        except NotALogo as error:
            raise ValidationError(str(error), code="not_a_logo") from error


def _has_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _on_the_wire(mailbox: str) -> str:
    try:
        return addresses.on_the_wire(mailbox)
    except ValueError as error:
        raise ValidationError(str(error), code="not_a_mailbox") from error


def _alone(url: str) -> str:
    """Refuse what makes no link with the way to a customer's page behind it."""
    if set(url) & set("?#@") or not _has_port(url):
        said = _("Give the address alone, such as https://feedback.alder.example: the rest of each link follows it.")
        raise ValidationError(said, code="not_alone")
    return url


class ColourInput(forms.TextInput):
    input_type = "color"


class BrandForm(OpeningHours):
    languages = forms.MultipleChoiceField(
        label=_("Languages offered"),
        choices=spoken.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=all_languages,
    )
    new_logo = LogoField(
        label=_("Picture"),
        required=False,
        help_text=_(
            "PNG, JPEG, WebP or GIF of up to 2 MB. Shown at most 240 × 64 pixels large in place of the name; clear"
            " parts get a light ground, or a dark one where the picture is pale, so that it shows in the dark too."
        ),
    )
    removes_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Brand
        # The administration names them.
        fields = ()
        widgets: ClassVar = {"colour": ColourInput}

    def clean_languages(self) -> list[str]:
        """Keep the order that there was: the first one stands in for those that are not offered."""
        ticked: list[str] = self.cleaned_data["languages"]
        kept = [code for code in self.instance.languages if code in ticked] if self.instance.pk else []
        return kept + [code for code in ticked if code not in kept]

    def clean_base_url(self) -> str:
        return _alone(self.cleaned_data["base_url"])

    def clean_short_url(self) -> str:
        return _alone(self.cleaned_data["short_url"])

    def clean_sender_address(self) -> str:
        return _on_the_wire(self.cleaned_data["sender_address"])

    def clean_reply_to(self) -> str:
        return _on_the_wire(self.cleaned_data["reply_to"])

    @property
    def chosen_logo(self) -> Logo | None:
        logo: Logo | None = self.cleaned_data.get("new_logo")
        return logo
