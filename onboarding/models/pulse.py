from datetime import timedelta

from django.db import models
from django.db.models.functions import Now


class Pulse(models.Model):
    """When a worker last did what beat asked for: one row, by the clock of the database, which is one for all."""

    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="onboarding_one_pulse")]

    def __str__(self) -> str:
        return str(self.at)

    @classmethod
    def keep(cls) -> None:
        cls.objects.update_or_create(pk=1, defaults={"at": Now()})

    @classmethod
    def is_younger_than(cls, age: timedelta) -> bool:
        return cls.objects.filter(at__gt=Now() - age).exists()
