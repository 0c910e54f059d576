from django.db import models
from django.utils.translation import gettext_lazy as _


class Seat(models.Model):
    """One of the connections that a medium may have at once, taken by a worker until a moment of the database's."""

    medium = models.CharField(_("medium"), max_length=20)
    number = models.PositiveSmallIntegerField(_("number"))
    holder = models.UUIDField(_("holder"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("connection in use")
        verbose_name_plural = _("connections in use")
        constraints = [models.UniqueConstraint(fields=["medium", "number"], name="delivery_seat_once")]

    def __str__(self) -> str:
        return f"{self.medium} {self.number}"
