from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.models import User


class SampleSet(models.Model):
    """The sample data of this installation: one row while they are wanted, there, or on their way out.

    `made`: what was made that carries no source, by name: {"brand": id, "survey": id, "teams": [ids]};
    "profile": the newest kind of customer there was before.
    """

    class Status(models.TextChoices):
        WANTED = "wanted"
        LOADED = "loaded"
        LEAVING = "leaving"

    # So often a worker tries; then it waits for a person.
    MOST_TRIES = 3

    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WANTED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    made = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="onboarding_one_sample_set")]

    def __str__(self) -> str:
        return self.status

    @classmethod
    def current(cls) -> "SampleSet | None":
        return cls.objects.first()

    @property
    def is_loaded(self) -> bool:
        return self.status == self.Status.LOADED

    @property
    def is_leaving(self) -> bool:
        return self.status == self.Status.LEAVING

    @property
    def is_stuck(self) -> bool:
        """Whether no worker tries any more."""
        return not self.is_loaded and self.tries >= self.MOST_TRIES

    def settle(self, *, made: dict[str, Any], at: datetime) -> None:
        """Note that everything is there."""
        self.status, self.made, self.since, self.tries = self.Status.LOADED, made, at, 0
        self.save(update_fields=["status", "made", "since", "tries"])

    def leave(self, *, by: User | None, at: datetime) -> None:
        """Note that everything is to go, or is to be tried again."""
        self.status, self.by, self.since, self.tries = self.Status.LEAVING, by, at, 0
        self.save(update_fields=["status", "by", "since", "tries"])
