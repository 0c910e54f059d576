from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models

from accounts.admin.kept import Setting
from accounts.form_fields import PlainField
from analytics.models import Band, Benchmark


class BandForm(forms.ModelForm[Band]):
    """A band with its name in each language; English is the reserve."""

    class Meta:
        model = Band
        fields = ("metric", "lowest")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _language in settings.LANGUAGES:
            self.fields[f"name_{code}"].initial = self.instance.names.get(code, "")

    def save(self, commit: bool = True) -> Band:
        names = {code: self.cleaned_data[f"name_{code}"] for code, _language in settings.LANGUAGES}
        self.instance.names = {code: name for code, name in names.items() if name}
        return super().save(commit)


for _code, _language in settings.LANGUAGES:
    BandForm.declared_fields[f"name_{_code}"] = BandForm.base_fields[f"name_{_code}"] = PlainField(
        label=_language, required=_code == "en", max_length=40
    )


@admin.register(Band)
class BandAdmin(Setting, admin.ModelAdmin[Band]):
    form = BandForm
    list_display = ("__str__", "metric", "lowest")
    list_filter = ("metric",)
    ordering = ("metric", "lowest")
    fields = ("metric", "lowest", *(f"name_{code}" for code, _language in settings.LANGUAGES))


@admin.register(Benchmark)
class BenchmarkAdmin(Setting, admin.ModelAdmin[Benchmark]):
    list_display = ("name", "metric", "value", "source", "year", "is_shown")
    list_filter = ("metric", "is_shown")
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    search_fields = ("name", "source")
    ordering = ("metric", "name", "pk")
