from django.db import models


class Seat(models.Model):
    """One of the connections that a medium may have at once, taken by a worker until a moment of the database's."""

    medium = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    holder = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["medium", "number"], name="delivery_seat_once")]

    def __str__(self) -> str:
        return f"{self.medium} {self.number}"
