from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models.user import User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(first_day__lte=day, last_day__gte=day)

    def not_over(self, day: date) -> "AbsenceQuerySet":
        return self.filter(last_day__gte=day)

    def may_be_changed_by(self, user: User) -> "AbsenceQuerySet":
        """One's own and those of the teams one leads; all for whoever keeps the people."""
        if user.has_perm("accounts.change_user"):
            return self
        return self.filter(models.Q(person=user) | models.Q(person__team__lead=user))


class Absence(models.Model):
    """Somebody is away from the first to the last day; new work goes to the deputy meanwhile."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), default=clock.now)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="accounts_absence_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("person")),
                name="accounts_deputy_is_somebody_else",
            ),
        ]
        indexes = [models.Index(fields=["last_day"], name="accounts_absences_not_over")]

    def __str__(self) -> str:
        return f"{self.person}: {self.first_day} – {self.last_day}"
