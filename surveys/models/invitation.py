from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import addresses, clock, tokens
from accounts.media import Medium
from surveys.metrics import SCALES, Scale
from surveys.models.asked import AskedFacts
from surveys.models.asker import Asker
from surveys.models.experiment import Experiment


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def due(self, now: datetime) -> "InvitationQuerySet":
        return self.filter(status=Invitation.Status.PLANNED, due_at__lte=now)

    def to_remind(self, now: datetime) -> "InvitationQuerySet":
        """Return what reached the customer, is unanswered and has a reminder due."""
        return self.filter(status__in=Invitation.REMINDABLE, remind_at__lte=now)

    def to_fall_back(self, now: datetime) -> "InvitationQuerySet":
        """Return what was let out, is unanswered and whose time for the next medium has come."""
        return self.filter(status__in=Invitation.ON_THE_WAY, fall_back_at__lte=now)

    def asked(self) -> "InvitationQuerySet":
        """Return those that were handed over and did not come back: what every response rate is a share of."""
        return self.filter(asked_at__isnull=False)

    def counting(self) -> "InvitationQuerySet":
        """Return those that count for the clocks and budgets."""
        return self.filter(status__in=Invitation.COUNTING)

    def open(self) -> "InvitationQuerySet":
        return self.filter(status__in=Invitation.OPEN)

    def with_experiments(self, now: datetime) -> "InvitationQuerySet":
        """Tell each, as `drawing`, which experiments of any survey draw now; they are looked up once for all rows."""
        return self.annotate(drawing=ArraySubquery(Experiment.objects.drawing(now).values("pk")))

    def of_link(self, token: str) -> "InvitationQuerySet":
        """Return the invitation whose link carries `token`, or none."""
        return self.filter(token_hash=tokens.digest(token))


class Invitation(AskedFacts):
    """One contact asked once. The facts are frozen when it is planned."""

    # Checking ten references a row takes four times as long as planning the row; touchpoints, whence the facts are
    # copied, are checked. on_delete acts as everywhere.
    facts_are_checked = False
    PRICED_AT = "{row}planned_at"

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        SUPPRESSED = "suppressed", _("not asked")
        QUEUED = "queued", _("on its way")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        ANSWERED = "answered", _("answered")
        UNKNOWN = "unknown", _("sent or not, nobody knows")
        FAILED = "failed", _("could not be delivered")
        EXPIRED = "expired", _("expired unanswered")

    # States in which the customer may still answer.
    OPEN = (Status.QUEUED, Status.SENT, Status.DELIVERED, Status.UNKNOWN, Status.ANSWERED, Status.FAILED)

    # States that count for the clocks and budgets: the customer was asked, is just being asked, or may have been.
    COUNTING = (Status.QUEUED, Status.SENT, Status.DELIVERED, Status.UNKNOWN, Status.ANSWERED, Status.EXPIRED)

    # States in which the customer has the letter and did not answer it.
    REMINDABLE = (Status.SENT, Status.DELIVERED)

    # States in which the next medium may ask in place of the one before it.
    ON_THE_WAY = (Status.QUEUED, Status.SENT, Status.DELIVERED, Status.UNKNOWN)

    # No foreign keys in the database either.
    survey = models.ForeignKey(
        "surveys.Survey",
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("survey"),
        db_index=False,
        db_constraint=False,
    )
    version = models.ForeignKey(
        "surveys.SurveyVersion",
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("survey version"),
        db_index=False,
        db_constraint=False,
    )
    trigger = models.ForeignKey(
        "surveys.Trigger",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("trigger"),
        db_index=False,
        db_constraint=False,
    )
    wave = models.ForeignKey(
        "surveys.Wave",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("wave"),
        db_index=False,
        db_constraint=False,
    )
    # From 1; 0 is the first ask of a new customer.
    wave_round = models.PositiveSmallIntegerField(_("round of the wave"), null=True, blank=True)
    touchpoint = models.ForeignKey(
        "crm.Touchpoint",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("touchpoint"),
        db_index=False,
        db_constraint=False,
    )
    contact = models.ForeignKey(
        "crm.Contact",
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("contact"),
        db_index=False,
        db_constraint=False,
    )
    # Frozen when it is first judged while an experiment draws; letters and reminders go by it.
    arm = models.ForeignKey(
        "surveys.ExperimentArm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("arm of an experiment"),
        db_index=False,
        db_constraint=False,
    )

    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PLANNED, db_default="planned"
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True, db_default="")
    token_hash = models.BinaryField(max_length=32, null=True, editable=False)
    # The start of the keyed hash of the address it went to: the clocks of that address outlive the contact.
    address_key = models.BigIntegerField(null=True, editable=False)
    # An ask after recovery: how long its own clock is, in place of those of the survey and of its kind.
    own_clock_days = models.PositiveSmallIntegerField(_("days of its own clock"), null=True, blank=True)
    planned_at = models.DateTimeField(_("planned at"), default=clock.now)
    due_at = models.DateTimeField(_("due at"))
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    # When the judge let it go out, and when it was handed over; nobody was asked by what came back or never left.
    queued_at = models.DateTimeField(_("queued at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    reminders_left = models.PositiveSmallIntegerField(_("reminders left"), default=0, db_default=0)
    remind_at = models.DateTimeField(_("next reminder at"), null=True, blank=True)
    fall_back_at = models.DateTimeField(_("by the next medium at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["trigger", "touchpoint"], name="surveys_invite_touchpoint_once"),
            models.UniqueConstraint(
                fields=["wave", "wave_round", "contact"],
                condition=models.Q(wave__isnull=False),
                name="surveys_invite_wave_round_once",
            ),
            # Neither is set where a person asked by hand, or where it repeats an earlier ask.
            models.CheckConstraint(
                condition=models.Q(trigger__isnull=True) | models.Q(wave__isnull=True),
                name="surveys_invite_trigger_or_wave",
            ),
            models.CheckConstraint(
                condition=models.Q(wave__isnull=True, wave_round__isnull=True)
                | models.Q(wave__isnull=False, wave_round__isnull=False),
                name="surveys_invite_wave_has_round",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["queued", "sent", "delivered", "unknown"])
                | models.Q(queued_at__isnull=False, expires_at__isnull=False, token_hash__isnull=False),
                name="surveys_invite_queued_is_complete",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["sent", "delivered", "answered", "expired"])
                | models.Q(asked_at__isnull=False),
                name="surveys_invite_asked_has_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["planned", "suppressed", "failed", "unknown"])
                | models.Q(asked_at__isnull=True),
                name="surveys_invite_not_asked_has_none",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="suppressed") | ~models.Q(reason=""),
                name="surveys_invite_suppressed_has_reason",
            ),
        ]
        indexes = [
            # surveys.judging.batches claims due invitations in due order
            models.Index(fields=["due_at", "id"], name="surveys_invite_due", condition=models.Q(status="planned")),
            # the survey page looks the link up; hashes exist only once a message was made
            models.Index(
                fields=["token_hash"], name="surveys_invite_token", condition=models.Q(token_hash__isnull=False)
            ),
            models.Index(fields=["contact", "queued_at"], name="surveys_invite_of_contact"),  # clocks, contact page
            # the clocks of an address, whoever carries it
            models.Index(
                fields=["address_key"], name="surveys_invite_at_address", condition=models.Q(address_key__isnull=False)
            ),
            # the asks of a day, for the daily maximum of a survey
            models.Index(
                fields=["survey", "queued_at"],
                name="surveys_invite_of_day",
                condition=models.Q(queued_at__isnull=False),
            ),
            # analytics: those asked in a period, by the moment of the ask
            models.Index(fields=["asked_at"], name="surveys_invite_asked", condition=models.Q(asked_at__isnull=False)),
            # the line that waits for the daily maximum of a survey
            models.Index(
                fields=["survey", "due_at"],
                name="surveys_invite_lined_up",
                condition=models.Q(status="planned", reason="daily_maximum"),
            ),
            # planning revives what was cancelled and stands again
            models.Index(
                fields=["touchpoint"],
                name="surveys_invite_cancelled",
                condition=models.Q(status="suppressed", reason="cancelled"),
            ),
            # the budget of a company
            models.Index(
                fields=["company", "queued_at"],
                name="surveys_invite_of_company",
                condition=models.Q(queued_at__isnull=False),
            ),
            # analytics.experiments counts by arm; only experiments have entries here
            models.Index(
                fields=["arm", "asked_at"], name="surveys_invite_of_arm", condition=models.Q(arm__isnull=False)
            ),
            # surveys.judging.reminders claims due reminders in due order
            models.Index(
                fields=["remind_at", "id"],
                name="surveys_invite_to_remind",
                condition=models.Q(status__in=["sent", "delivered"], remind_at__isnull=False),
            ),
            # surveys.judging.fallbacks claims what waits for the next medium; only askers of several media have any
            models.Index(
                fields=["fall_back_at", "id"],
                name="surveys_invite_to_fall_back",
                condition=models.Q(status__in=["queued", "sent", "delivered", "unknown"], fall_back_at__isnull=False),
            ),
            # expiry sweep
            models.Index(
                fields=["expires_at"],
                name="surveys_invite_expiring",
                condition=models.Q(status__in=["queued", "sent", "delivered", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} · {self.survey}"

    def follow_touchpoint(self) -> bool:
        """Take over the facts that the touchpoint has now; return whether any changed. What it does not say stays."""
        if self.touchpoint is None:
            return False
        told = {column: getattr(self.touchpoint, column) for column in self.COLUMNS if column != "brand_id"}
        unknown = {"company_id", "team_id", "profile_id"}
        news = {
            column: value
            for column, value in told.items()
            if value != getattr(self, column) and (value is not None or column not in unknown)
        }
        for column, value in news.items():
            setattr(self, column, value)
        return bool(news)

    @property
    def asker(self) -> Asker | None:
        """The trigger or the wave that made it; None where a person asked by hand, or it repeats an earlier ask."""
        return self.trigger or self.wave

    @property
    def token(self) -> str:
        """The secret of the customer's link: derived, never stored; the one given out before stays."""
        if self.token_hash is None:
            size = tokens.LONG if self.medium == Medium.EMAIL else tokens.SHORT
            return tokens.derive("invitation", self.pk, size=size)
        return tokens.derive_again("invitation", self.pk, bytes(self.token_hash))

    def note_address(self, medium: str, address: str) -> None:
        """Keep which mailbox, phone or chat it goes to, as a hash: the address itself is not kept."""
        self.address_key = addresses.short(addresses.digest(medium, address))

    @property
    def path(self) -> str:
        return reverse("survey", args=[self.token])

    # What mark_answered() undoes, for statements over many rows `i`.
    TAKEN_BACK: ClassVar = (
        "status = CASE WHEN i.delivered_at IS NULL THEN 'sent' ELSE 'delivered' END, answered_at = NULL"
    )

    def mark_answered(self, *, at: datetime) -> None:
        """Note that a person answered, which also proves that the letter arrived; a repeat changes nothing."""
        self.status, self.answered_at = self.Status.ANSWERED, self.answered_at or at
        self.asked_at = self.asked_at or self.sent_at or self.queued_at or at
        self.save(update_fields=["status", "answered_at", "asked_at"])

    def take_answer_back(self) -> bool:
        """Wait for an answer again, since a machine gave the one there was; return False when there was none."""
        if self.status != self.Status.ANSWERED:
            return False
        self.status = self.Status.DELIVERED if self.delivered_at else self.Status.SENT
        self.answered_at = None
        self.save(update_fields=["status", "answered_at"])
        return True

    @property
    def scale(self) -> Scale:
        return SCALES[self.metric]

    @property
    def counted_from(self) -> datetime | None:
        """The moment from which the clocks run, None where it does not count."""
        return (self.asked_at or self.queued_at) if self.status in self.COUNTING else None

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class Judgement(models.Model):
    """Why an invitation was asked, put off or not asked: every rule in order, with the value that decided."""

    class Verdict(models.TextChoices):
        ASK = "ask", _("ask")
        DEFER = "defer", _("ask later")
        SUPPRESS = "suppress", _("do not ask")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="judgements", db_index=False)
    at = models.DateTimeField(_("at"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    reminder = models.PositiveSmallIntegerField(
        _("reminder"), null=True, blank=True, help_text=_("Which reminder it was about. Empty: the invitation itself.")
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    # [{"rule": "floor", "value": "2026-05-01T09:00:00+00:00", "passed": false, "overridden": true}, …]
    trace = models.JSONField(_("trace"))

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        indexes = [models.Index(fields=["invitation", "at"], name="surveys_judgement_of_invite")]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.reason}".strip()


class InvitationMessage(models.Model):
    """Which messages carried an invitation; delivery knows nothing of invitations."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="sendings")
    message = models.OneToOneField("delivery.Message", models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.invitation_id} → {self.message_id}"
