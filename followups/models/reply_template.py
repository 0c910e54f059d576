from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.customerlanguages.field import LanguageField
from surveys.metrics import Category
from surveys.wording import texts


class ReplyTemplate(models.Model):
    """Words that an e-mail to a customer may begin with, in one language.

    Fields are filled in as in all letters: `{first_name}`; with `[[Hello {first_name}|Hello]]` a value may be missing.
    """

    FIELDS: ClassVar = frozenset({"first_name", "name", "company", "product", "agent", "brand", "code", "compensation"})

    name = models.CharField(_("name"), max_length=100, help_text=_("Staff choose it by this."))
    language = LanguageField(_("language"))
    brand = models.ForeignKey(
        "accounts.Brand",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reply_templates",
        verbose_name=_("only for brand"),
    )
    category = models.CharField(_("only for"), max_length=12, choices=Category.choices, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), max_length=10_000)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "language", "brand", "category"],
                name="followups_reply_template_once",
                nulls_distinct=False,
                violation_error_message=_("There is a template of this name for the same answers."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {languages.name_of(self.language)}"

    def clean(self) -> None:
        """Refuse fields that nobody would fill in: the customer would read them."""
        said = _("There is no field %(unknown)s. There are: %(known)s.")
        known = ", ".join(f"{{{name}}}" for name in sorted(self.FIELDS))
        wrong = {
            field: ValidationError(said, params={"unknown": ", ".join(unknown), "known": known})
            for field in ("subject", "text")
            if (unknown := texts.unknown_placeholders(getattr(self, field), self.FIELDS))
        }
        if wrong:
            raise ValidationError(wrong)
