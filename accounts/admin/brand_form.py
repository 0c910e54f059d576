"""The form of a brand, with its logo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts import logos
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


class BrandForm(forms.ModelForm[Brand]):
    new_logo = LogoField(
        label=_("logo"),
        required=False,
        help_text=_(
            "PNG, JPEG, WebP or GIF of up to 2 MB. Shown at most 240 × 64 pixels large in place of the name; clear"
            " parts get a light ground, or a dark one where the picture is pale, so that it shows in the dark too."
        ),
    )
    removes_logo = forms.BooleanField(label=_("remove the logo"), required=False)

    class Meta:
        model = Brand
        # The administration names them.
        fields = ()

    @property
    def chosen_logo(self) -> Logo | None:
        logo: Logo | None = self.cleaned_data.get("new_logo")
        return logo
