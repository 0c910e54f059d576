"""A code pool as administrators edit it, with the codes that they send along."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.plaintext import decoded
from followups.models import CodePool

MOST_BYTES = 5 * 1024 * 1024


class CodePoolForm(forms.ModelForm[CodePool]):
    """Codes are only ever put in: none is shown or taken out here."""

    file = forms.FileField(
        label=gettext_lazy("File of codes"),
        required=False,
        help_text=gettext_lazy(
            "CSV or text, one code a row in the first column. They are added to those that are there."
        ),
    )
    secret_codes = forms.CharField(
        label=gettext_lazy("Or paste codes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 40, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("One code a row."),
    )

    class Meta:
        model = CodePool
        fields = ("name", "kind", "amount", "currency", "expires_on", "few", "is_active")

    def clean_file(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024 // 1024}
            )
        return file

    @cached_property
    def text(self) -> str:
        """What was sent: the rows of the file, then those that were pasted."""
        file = self.cleaned_data.get("file")
        parts = [decoded(file.read()) if file else "", self.cleaned_data.get("secret_codes") or ""]
        return "\n".join(filter(None, parts))
