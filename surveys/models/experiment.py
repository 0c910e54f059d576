from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.media import Medium
from surveys.defaults import random_key
from surveys.sendwindow import Window


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def drawing(self, now: datetime) -> "ExperimentQuerySet":
        """Return those in which contacts get their arms at this moment."""
        running = self.filter(status=Experiment.Status.RUNNING)
        return running.filter(starts_at__lte=now, ends_at__gt=now)


class Experiment(models.Model):
    """One thing about the asks of a survey varied by chance: which of its arms finds more answers?

    A contact gets an arm with the first ask that is judged while the experiment draws, and keeps it.
    """

    class Varied(models.TextChoices):
        HOUR = "hour", _("the hour of sending")
        SUBJECT = "subject", _("the subject of the letter")
        MEDIUM = "medium", _("the medium that is tried first")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")

    class Ending(models.TextChoices):
        DATE = "date", _("the planned day came")
        NUMBER = "number", _("the planned number was asked")
        HAND = "hand", _("somebody ended it before its plan")

    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="experiments", verbose_name=_("survey"))
    name = models.CharField(_("name"), max_length=100)
    varied = models.CharField(_("what varies"), max_length=10, choices=Varied.choices, default=Varied.HOUR)
    starts_at = models.DateTimeField(_("starts"), default=clock.now)
    ends_at = models.DateTimeField(
        _("ends"),
        help_text=_("Set beforehand: until then there is no verdict, however good an arm looks."),
    )
    most_asked = models.PositiveIntegerField(
        _("or when so many contacts were asked"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
        help_text=_("In all arms together. Empty: only the day ends it."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days in which an answer counts"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("After the ask; the verdict waits until the last who was asked had so long. Reminders are part."),
    )
    key = models.CharField(max_length=32, default=random_key, editable=False)

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)
    ending = models.CharField(_("ended because"), max_length=10, choices=Ending.choices, blank=True, editable=False)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        constraints = [
            models.UniqueConstraint(
                fields=["survey"], condition=models.Q(status="running"), name="surveys_experiment_one_runs"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")),
                name="surveys_experiment_starts_before_it_ends",
                violation_error_message=_("The start comes before the end."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="ended", ended_at__isnull=False) & ~models.Q(ending="")
                | ~models.Q(status="ended") & models.Q(ended_at__isnull=True, ending=""),
                name="surveys_experiment_ended_has_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unused(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_cut_short(self) -> bool:
        return self.ending == self.Ending.HAND

    def over_since(self, now: datetime) -> datetime | None:
        """Return since when nobody new gets an arm; None before."""
        if self.ended_at is not None:
            return self.ended_at
        return self.ends_at if self.status == self.Status.RUNNING and self.ends_at <= now else None

    def start(self, *, now: datetime | None = None) -> None:
        """Draw contacts from `starts_at` on; starting again changes nothing.

        One of the same survey whose day has come ends first. Raises IntegrityError where another one runs.
        """
        if self.status != self.Status.DRAFT:
            return
        for other in Experiment.objects.filter(survey=self.survey_id, status=self.Status.RUNNING):
            if day := other.over_since(now or clock.now()):
                other.end(why=self.Ending.DATE, at=day)
        self.status = self.Status.RUNNING
        self.save(update_fields=["status"])

    def end(self, *, why: str, at: datetime | None = None) -> None:
        """Give nobody new an arm any more; those who have one keep it. Ending again changes nothing."""
        if self.status == self.Status.RUNNING:
            self.status, self.ended_at, self.ending = self.Status.ENDED, at or clock.now(), why
            self.save(update_fields=["status", "ended_at", "ending"])


class ExperimentArm(models.Model):
    """One way of asking in an experiment. What is empty is as usual; the arm made first is the one to compare with."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="arms", verbose_name=_("experiment"))
    name = models.CharField(_("name"), max_length=60)
    share = models.PositiveSmallIntegerField(
        _("share in per cent"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("Of the contacts drawn from now on; who has an arm keeps it."),
    )
    hour_from = models.TimeField(_("send from"), null=True, blank=True)
    hour_until = models.TimeField(_("send until"), null=True, blank=True)
    first_medium = models.CharField(_("medium tried first"), max_length=20, choices=Medium.choices, blank=True)
    # Subjects by language; a language that is missing has the one of the wording.
    subjects = models.JSONField(_("subjects"), default=dict, blank=True)
    reminder_subjects = models.JSONField(_("subjects of reminders"), default=dict, blank=True)

    class Meta:
        verbose_name = _("arm")
        verbose_name_plural = _("arms")
        constraints = [
            models.UniqueConstraint(fields=["experiment", "name"], name="surveys_arm_name_once"),
            models.CheckConstraint(condition=models.Q(share__gte=1, share__lte=99), name="surveys_arm_share"),
            models.CheckConstraint(
                condition=models.Q(hour_from__isnull=True, hour_until__isnull=True)
                | models.Q(hour_from__isnull=False, hour_until__isnull=False, hour_from__lt=models.F("hour_until")),
                name="surveys_arm_hours_begin_before_they_end",
                violation_error_message=_(
                    "Set both hours, the second later than the first, or none for the usual ones."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def narrow(self, window: Window) -> Window:
        """Return the part of a send window in which this arm writes; all of it where they do not meet."""
        if self.hour_from is None or self.hour_until is None:
            return window
        opens, closes = max(window.opens, self.hour_from), min(window.closes, self.hour_until)
        return replace(window, opens=opens, closes=closes) if opens < closes else window

    def order(self, media: Sequence[str]) -> Sequence[str]:
        """Return the media of an ask with the one of this arm first, if it is among them: it adds none."""
        if self.first_medium not in media:
            return media
        return [self.first_medium, *(medium for medium in media if medium != self.first_medium)]

    def subject(self, language: str, *, is_reminder: bool = False) -> str:
        """Return the subject of a letter, "" for that of the wording."""
        subjects = self.reminder_subjects if is_reminder else self.subjects
        return str(subjects.get(language) or "")


class Enrolment(models.Model):
    """Which arm a contact got in an experiment, once and for all, and between which shares it was drawn."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="enrolments")
    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="enrolments")
    arm = models.ForeignKey(ExperimentArm, models.PROTECT, related_name="enrolments")
    # Of all arms in their order.
    shares = ArrayField(models.PositiveSmallIntegerField())
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["experiment", "contact"], name="surveys_enrolment_once_per_contact")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} → {self.arm_id}"
