from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.customerlanguages.field import LanguageField
from surveys.metrics import Metric, Presentation, is_shown_as_its_scale


class SurveyQuerySet(models.QuerySet["Survey"]):
    def in_use(self, *, kept: int | None = None) -> Self:
        """Return the surveys that are not archived, and the one whose key is `kept`, archived or not."""
        return self.filter(~models.Q(status=Survey.Status.ARCHIVED) | models.Q(pk=kept))

    def in_use_first(self) -> Self:
        """Order by name, what is archived after everything else."""
        is_archived = models.ExpressionWrapper(models.Q(status=Survey.Status.ARCHIVED), models.BooleanField())
        return self.order_by(is_archived, "name", "pk")


class Survey(models.Model):
    class Kind(models.TextChoices):
        TRANSACTIONAL = "transactional", _("transactional")
        RELATIONAL = "relational", _("relational")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        ARCHIVED = "archived", _("archived")

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.TRANSACTIONAL)
    metric = models.CharField(_("metric"), max_length=10, choices=Metric.choices, default=Metric.NPS)
    presentation = models.CharField(
        _("answer scale"),
        max_length=10,
        choices=Presentation.choices,
        default=Presentation.NUMBERS,
        db_default="numbers",
        help_text=_("What customers tap on the page and in the letter. An NPS is always asked by numbers."),
    )
    brand = models.ForeignKey("accounts.Brand", models.PROTECT, related_name="surveys", verbose_name=_("brand"))
    default_language = LanguageField(_("default language"), default=settings.LANGUAGE_CODE)
    days_valid = models.PositiveSmallIntegerField(
        _("days a link stays valid"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )

    repeat_days = models.PositiveSmallIntegerField(
        _("days between two asks of this survey"),
        null=True,
        blank=True,
        help_text=_("For one contact. Empty: as the asking policy says for its kind."),
    )
    daily_maximum = models.PositiveIntegerField(
        _("asks a day at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit."),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=0,
        db_default=0,
        help_text=_("When two surveys want the same contact, the one with the higher number goes first."),
    )

    sms_plain = models.BooleanField(
        _("texts without diacritics"),
        default=False,
        db_default=False,
        help_text=_(
            "Text messages are sent with plain letters (ačiū becomes aciu): a text in Latin letters then costs about"
            " half."
        ),
    )

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(
                condition=is_shown_as_its_scale(),
                name="surveys_shown_as_its_scale",
                violation_error_message=_(
                    "An NPS is always asked by numbers, and a CSAT of ten points by numbers or stars."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unused(self) -> bool:
        """Whether nobody was ever asked, nor could be: no wording is published, so nothing hangs on it."""
        return not (self.versions.published().exists() or self.invitations.exists() or self.responses.exists())

    def parts(self) -> list[models.Model]:
        """Return its wordings, triggers, waves and experiments."""
        return [*self.versions.all(), *self.triggers.all(), *self.waves.all(), *self.experiments.all()]

    @transaction.atomic
    def delete_unused(self) -> bool:
        """Delete the survey with its parts; return False, deleting nothing, for one that is in use."""
        if not self.is_unused:
            return False
        for part in self.parts():
            part.delete()
        self.delete()
        return True

    @property
    def is_archived(self) -> bool:
        return self.status == self.Status.ARCHIVED

    @property
    def full_name(self) -> str:
        """The name, with a word for one that is archived, where both kinds stand in one list."""
        return gettext("%(survey)s (archived)") % {"survey": self.name} if self.is_archived else self.name

    @property
    def is_switched_off(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.ARCHIVED)

    @property
    def validity(self) -> timedelta:
        return timedelta(days=self.days_valid)
