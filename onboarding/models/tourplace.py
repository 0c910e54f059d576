from django.conf import settings
from django.db import models

from accounts import clock
from accounts.models import User


class TourPlace(models.Model):
    """Where somebody is in the guided tour; a row means that it was shown, and it never comes by itself again."""

    OVER = 0

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    # The number of the step, from 1; OVER once it was walked to the end or skipped.
    step = models.PositiveSmallIntegerField(default=1)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person_id}: {self.step}"

    @classmethod
    def begin_once(cls, person: User) -> bool:
        """Note that the tour is shown to a person; return whether it never was before."""
        return cls.objects.get_or_create(person=person)[1]

    @classmethod
    def move(cls, person: User, step: int) -> None:
        cls.objects.update_or_create(person=person, defaults={"step": step, "changed_at": clock.now()})

    @classmethod
    def of(cls, person: User) -> int:
        """Return the step to go on with; the first one where none was begun, or it is over."""
        return cls.objects.filter(person=person).exclude(step=cls.OVER).values_list("step", flat=True).first() or 1
