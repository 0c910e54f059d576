from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from onboarding.configuration import document
from onboarding.configuration.document import Document, FileRefused


class ConfigurationFileField(forms.FileField):
    """A file of a configuration; cleaned to its name and what it says."""

    widget = forms.FileInput(attrs={"accept": ".json,application/json"})

    def clean(self, data: Any, initial: Any = None) -> tuple[str, Document]:
        file: UploadedFile[bytes] = super().clean(data, initial)
        try:
            # One byte more than may be tells that it is too much.
            return str(file.name), document.read(file.read(document.LARGEST_FILE + 1))
        except FileRefused as error:
            raise ValidationError(str(error), code="refused") from error


class BringForm(forms.Form):
    file = ConfigurationFileField(
        label=_("File"),
        error_messages={"required": _("Choose a file that was downloaded on this page.")},
    )
