from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.plaintext import quoted
from crm.imports import mapping
from crm.imports.files import BadFile, uploads
from crm.imports.plans import SOURCE, FilePlan, ImportPlan, follow, looked_at
from crm.imports.tables import layout_of
from crm.imports.workbooks import listed, unpacked
from crm.models import ImportRun, SavedMapping

# What one import may weigh when it is uploaded; larger ones go by the command, which streams from disk.
MOST_BYTES = 25 * 1024 * 1024
MOST_FILES = 10
# Before the number of a saved mapping.
SAVED = "saved:"


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
        choices=lambda: [
            ("", gettext_lazy("match the columns here, or by the mapping file below")),
            *((f"{SAVED}{one.pk}", one.name) for one in SavedMapping.objects.order_by("name")),
            *((name, name) for name in mapping.shipped()),
        ],
        required=False,
    )
    mapping_file = forms.FileField(
        label=gettext_lazy("Mapping file"),
        required=False,
        help_text=gettext_lazy("A TOML file that says what the columns mean; the documentation explains it."),
    )
    csv_files = SeveralFilesField(
        label=gettext_lazy("CSV or Excel files"),
        allow_empty_file=True,  # what is wrong with one is told together with its name
        help_text=gettext_lazy("One or several at once, .csv or .xlsx; with a mapping file, all that it names."),
    )

    class Meta:
        model = ImportRun
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["text"] = text = self._mapping_text(cleaned)
        contents = self._contents(cleaned)
        try:
            contents = unpacked(contents)
            if not text:
                cleaned["contents"], cleaned["plan"] = contents, self._plan(cleaned, contents)
                return cleaned
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
        if chosen and uploaded:
            raise forms.ValidationError(_("Choose a mapping, or send a mapping file, not both."))
        if uploaded is None and (not chosen or str(chosen).startswith(SAVED)):
            return ""
        if uploaded is None:
            return mapping.shipped()[str(chosen)].read_text(encoding="utf-8")
        try:
            return str(uploaded.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The mapping file is not a text in UTF-8.")) from None

    def _plan(self, cleaned: dict[str, Any], contents: dict[str, bytes]) -> ImportPlan:
        """Return what is proposed for the files; a saved mapping says it for those that have its columns."""
        names = listed(contents)
        if not names:
            raise forms.ValidationError(_("Choose at least one file."))
        if len(names) > MOST_FILES:
            raise forms.ValidationError(_("Send at most %(limit)d files or sheets at once.") % {"limit": MOST_FILES})
        long = next((name for name in names if len(name) > mapping.LONGEST_NAME or not name.isprintable()), None)
        if long:
            raise forms.ValidationError(_("Give “%(file)s” a shorter name.") % {"file": quoted(long)})
        files = uploads(contents)
        plan = ImportPlan(source=self._last_source(), timezone=timezone.get_current_timezone_name())
        plan.files = [looked_at(files, FilePlan(name)) for name in names]
        for name in [name for name in contents if name not in names]:
            del contents[name]
        number = str(cleaned.get("shipped") or "").removeprefix(SAVED)
        saved = SavedMapping.objects.filter(pk=int(number)).first() if number else None
        if saved:
            follow(plan, saved.text)
        return plan

    def _last_source(self) -> str:
        last = ImportRun.objects.exclude(source="").exclude(plan={}).order_by("-pk").values_list("source", flat=True)
        return last.first() or SOURCE

    def _contents(self, cleaned: dict[str, Any]) -> dict[str, bytes]:
        files: list[UploadedFile[Any]] = cleaned.get("csv_files") or []
        if sum(file.size or 0 for file in files) > MOST_BYTES:
            limit = MOST_BYTES // 1024 // 1024
            raise forms.ValidationError(
                _("The files are larger than %(limit)d MB together. Use the command import_crm.") % {"limit": limit}
            )
        return {file.name or "": file.read() for file in files}
