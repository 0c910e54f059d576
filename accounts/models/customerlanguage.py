from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import clock, languages, plaintext
from accounts.customerlanguages import cldr
from accounts.customerlanguages.words import CustomerWord, all_words, fault, missing
from accounts.models.brand import Brand


class CustomerLanguage(models.Model):
    """A language that an administrator added: its words stand where customers read Plumb's own texts."""

    class Direction(models.TextChoices):
        LEFT_TO_RIGHT = "ltr", _("left to right")
        RIGHT_TO_LEFT = "rtl", _("right to left")

    tag = models.CharField(
        _("tag"), max_length=languages.LONGEST, unique=True,
        help_text=_("As other systems name it: pl, pt-BR, ar, zh-Hant. Contacts of this language are asked in it."),
    )  # fmt: skip
    name = models.CharField(
        _("own name"), max_length=60, blank=True,
        help_text=_("What its speakers call it, such as “polski”: customers see it. Empty: as is usual."),
    )  # fmt: skip
    direction = models.CharField(
        _("direction of writing"), max_length=3, choices=Direction.choices, blank=True,
        help_text=_("Empty: as is usual."),
    )  # fmt: skip
    # What the texts of accounts.customerlanguages.words are called in it, by their keys.
    words = models.JSONField(_("words"), default=dict, blank=True)
    is_offered = models.BooleanField(
        _("in use"), default=False,
        help_text=_("Brands can offer it, and surveys be worded in it. This needs all its words."),
    )  # fmt: skip
    # Since then brands, invitations and answers may name it.
    offered_since = models.DateTimeField(_("first in use"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("customers' language")
        verbose_name_plural = _("customers' languages")
        ordering = ("tag",)

    def __str__(self) -> str:
        return languages.name_of(self.tag)

    def save(self, *args: Any, **options: Any) -> None:
        self.changed_at = clock.now()
        if self.is_offered and self.offered_since is None:
            self.offered_since = self.changed_at
        self.name = self.name or cldr.own_name(self.tag)
        self.direction = self.direction or cldr.direction(self.tag)
        if (only := options.get("update_fields")) is not None:
            options["update_fields"] = {*only, "changed_at", "offered_since", "name", "direction"}
        super().save(*args, **options)

    def clean(self) -> None:
        try:
            self.tag = languages.tag(self.tag)
        except ValueError as error:
            raise ValidationError({"tag": str(error)}) from None
        self.name = plaintext.clean(self.name)
        if languages.supported(self.tag, default=""):
            raise ValidationError({"tag": _("Plumb speaks this language itself: customers are asked in it already.")})
        if CustomerLanguage.objects.filter(tag=self.tag).exclude(pk=self.pk).exists():
            raise ValidationError({"tag": _("This language is here already.")})
        self._check_words()
        self._check_use(CustomerLanguage.objects.filter(pk=self.pk).first())

    def _check_words(self) -> None:
        said = {word.key: str(self.words.get(word.key) or "") for word in all_words()}
        if faults := [f"“{word.text}”: {why}" for word in all_words() if (why := fault(word, said[word.key]))]:
            raise ValidationError({"words": faults})
        self.words = {key: text for key, text in said.items() if text.strip()}

    def _check_use(self, before: "CustomerLanguage | None") -> None:
        """Refuse to offer half a language, and to take one out of use that is offered; `before`: as it stands."""
        was_offered = before is not None and before.is_offered
        if self.is_offered:
            stood = before.words if before and was_offered else None
            # What came with a newer Plumb may still be missing.
            if lacking := sum(stood is None or bool(stood.get(word.key)) for word in self.missing):
                said = ngettext(
                    "%(count)s text is missing. Save without this tick first; tick it when all are there.",
                    "%(count)s texts are missing. Save without this tick first; tick it when all are there.",
                    lacking,
                )
                raise ValidationError({"is_offered": said % {"count": lacking}})
        elif was_offered and (brands := list(Brand.objects.filter(languages__contains=[self.tag]).order_by("name"))):
            refusal = _("Brands offer it: %(brands)s. Take it off there first.")
            raise ValidationError({"is_offered": refusal % {"brands": ", ".join(map(str, brands))}})

    @property
    def missing(self) -> list[CustomerWord]:
        return missing(self.words)

    @property
    def missing_count(self) -> int:
        return len(self.missing)
