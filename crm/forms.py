from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.imports import mapping
from crm.imports.files import BadFile, uploads
from crm.imports.tables import layout_of
from crm.models import ImportRun

# What one import may weigh when it is uploaded; larger ones go by the command, which streams from disk.
MOST_BYTES = 25 * 1024 * 1024


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        one = super().clean
        return [one(file, initial) for file in data] if data else [one(None, initial)]


class ImportForm(forms.ModelForm[ImportRun]):
    shipped = forms.ChoiceField(
        label=gettext_lazy("Mapping"),
        choices=lambda: [("", gettext_lazy("from the file below")), *((name, name) for name in mapping.shipped())],
        required=False,
    )
    mapping_file = forms.FileField(
        label=gettext_lazy("Mapping file"),
        required=False,
        help_text=gettext_lazy("A TOML file that says what the columns mean; the documentation explains it."),
    )
    csv_files = SeveralFilesField(
        label=gettext_lazy("CSV files"),
        allow_empty_file=True,  # what is wrong with one is told together with its name
        help_text=gettext_lazy("All files that the mapping names, together."),
    )

    class Meta:
        model = ImportRun
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["text"] = text = self._mapping_text(cleaned)
        contents = self._contents(cleaned)
        try:
            rules = mapping.read(text)
            for table in rules.tables:
                layout_of(uploads(contents), table)
        except (mapping.BadMapping, BadFile) as error:
            raise forms.ValidationError(str(error)) from None
        named = {table.file for table in rules.tables}
        cleaned["contents"] = {name: content for name, content in contents.items() if name in named}
        return cleaned

    def _mapping_text(self, cleaned: dict[str, Any]) -> str:
        chosen, uploaded = cleaned.get("shipped"), cleaned.get("mapping_file")
        if bool(chosen) == bool(uploaded):
            raise forms.ValidationError(_("Choose a mapping, or send a mapping file."))
        if uploaded is None:
            return mapping.shipped()[str(chosen)].read_text(encoding="utf-8")
        try:
            return str(uploaded.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The mapping file is not a text in UTF-8.")) from None

    def _contents(self, cleaned: dict[str, Any]) -> dict[str, bytes]:
        files: list[UploadedFile[Any]] = cleaned.get("csv_files") or []
        if sum(file.size or 0 for file in files) > MOST_BYTES:
            limit = MOST_BYTES // 1024 // 1024
            raise forms.ValidationError(
                _("The files are larger than %(limit)d MB together. Use the command import_crm.") % {"limit": limit}
            )
        return {file.name or "": file.read() for file in files}
