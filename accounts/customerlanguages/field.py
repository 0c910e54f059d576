"""A column that names a language of customers."""

from functools import partialmethod
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts import languages
from accounts.customerlanguages import spoken


def validate_spoken(code: str) -> None:
    """Raise ValidationError unless customers are asked in this language."""
    if not spoken.is_offered(code):
        raise ValidationError(_("Customers are not asked in “%(language)s”."), params={"language": code})


class LanguageField(models.CharField[str, str]):
    """A tag of a language in which customers are asked. Which those are, administrators say; so a form asks anew."""

    default_validators = [validate_spoken]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": languages.LONGEST} | options)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if f"get_{name}_display" not in vars(cls):
            setattr(cls, f"get_{name}_display", partialmethod(_display, name=name))

    def formfield(self, **options: Any) -> forms.Field:
        """Return a list to choose from; `choices_form_class` and others of a text are not for it."""
        options.pop("form_class", None)
        empty = [("", "---------")] if self.blank or self.default in ("", models.NOT_PROVIDED) else []
        kept = {"required": not self.blank, "label": self.verbose_name, "help_text": self.help_text}
        if self.has_default():
            kept["initial"] = self.get_default()
        return forms.ChoiceField(choices=lambda: [*empty, *spoken.choices()], **kept | options)


def _display(row: models.Model, *, name: str) -> str:
    code = str(getattr(row, name))
    return spoken.names().get(code, code)
