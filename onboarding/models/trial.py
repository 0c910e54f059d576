from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import clock, tokens
from accounts.customerlanguages.field import LanguageField
from accounts.models import User
from surveys.metrics import SCALES, Scale


class TrialQuerySet(models.QuerySet["Trial"]):
    def of(self, person: User) -> "TrialQuerySet":
        return self.filter(asker=person)

    def of_link(self, token: str) -> "TrialQuerySet":
        """Return the trial whose link carries `token`, or none."""
        return self.filter(token_hash=tokens.digest(token))

    def since(self, moment: datetime) -> "TrialQuerySet":
        return self.filter(asked_at__gt=moment)

    def expired(self, now: datetime) -> "TrialQuerySet":
        return self.filter(expires_at__lte=now)


class Trial(models.Model):
    """A survey sent to oneself, and what one answered: no ask, no answer and no work, so that it counts nowhere."""

    # So long its link is good; then the row goes, with what was answered.
    OPEN_FOR = timedelta(days=30)

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("sent to"))
    version = models.ForeignKey(
        "surveys.SurveyVersion", models.CASCADE, related_name="+", verbose_name=_("survey version")
    )
    language = LanguageField(_("language"))
    # The secret of the link is derived and never kept; empty for the moment before the row has its key.
    token_hash = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    message = models.ForeignKey(
        "delivery.Message", models.SET_NULL, null=True, related_name="+", verbose_name=_("message")
    )
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    expires_at = models.DateTimeField(_("expires at"))

    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    # What else was answered: {"comment": "…", "topics": [3, 5]}; the keys of the topics that were tapped.
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__isnull=True, answered_at__isnull=True)
                | models.Q(score__isnull=False, answered_at__isnull=False),
                name="onboarding_trial_answer_has_moment",
            ),
        ]
        indexes = [
            # one's own trials, the newest first, and how many there were lately
            models.Index(fields=["asker", "-asked_at"], name="onboarding_trials_of_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.version} → {self.asker}"

    def get_absolute_url(self) -> str:
        return reverse("trial_result", args=[self.pk])

    @property
    def token(self) -> str:
        """The secret of the link: derived, never stored; the one given out before stays."""
        if self.token_hash is None:
            return tokens.derive("trial", self.pk)
        return tokens.derive_again("trial", self.pk, bytes(self.token_hash))

    @property
    def scale(self) -> Scale:
        return SCALES[self.version.survey.metric]

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def comment(self) -> str:
        return str(self.answers.get("comment", ""))

    @property
    def topics(self) -> frozenset[int]:
        """The keys of the topics that were tapped."""
        return frozenset(self.answers.get("topics", ()))

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at <= now

    def seal(self) -> None:
        """Keep the hash of the link that its letter carries."""
        self.token_hash = tokens.digest(self.token)
        self.save(update_fields=["token_hash"])

    def open(self, now: datetime) -> None:
        """Note when its link was first opened; evidence, never an answer."""
        self._change(models.Q(opened_at__isnull=True), opened_at=now)

    def answer(self, score: int, now: datetime) -> None:
        """Keep a score of its scale, in place of an earlier one; two at once are one answer, with the first moment."""
        self._change(
            models.Q(expires_at__gt=now),
            score=score,
            answered_at=Coalesce("answered_at", models.Value(now)),
            opened_at=Coalesce("opened_at", models.Value(now)),
        )

    def finish(self, answers: dict[str, Any], now: datetime) -> None:
        """Keep what was answered besides the score; nothing before there is one."""
        self._change(models.Q(score__isnull=False, expires_at__gt=now), answers=answers, finished_at=now)

    def _change(self, condition: models.Q, **changes: Any) -> None:
        Trial.objects.filter(condition, pk=self.pk).update(**changes)
        self.refresh_from_db(fields=list(changes))
