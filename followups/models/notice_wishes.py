from datetime import datetime, time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.quiet_hours import LetterPace, Quiet, mail_due
from accounts.timezones import zone
from followups.models.staff_notice import StaffNotice

MORNING = time(8)


class NoticeWishes(models.Model):
    """How a person wants to be told of follow-ups. Whoever has chosen nothing is told of everything at once."""

    class Letters(models.TextChoices):
        AT_ONCE = LetterPace.AT_ONCE, _("at once")
        HOURLY = LetterPace.HOURLY, _("together, every hour")
        DAILY = LetterPace.DAILY, _("together, once a day")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_wishes", verbose_name=_("person")
    )
    # The kinds that are not wanted, so that a kind to come is told until somebody says no.
    not_in_browser = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    not_by_mail = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    letters = models.CharField(_("letters"), max_length=10, choices=Letters.choices, default=Letters.AT_ONCE)
    daily_at = models.TimeField(_("time of the daily letter"), default=MORNING)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    urgent_passes = models.BooleanField(_("urgent notices at once, even then"), default=False)

    class Meta:
        verbose_name = _("notice settings")
        verbose_name_plural = _("notice settings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="followups_quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @classmethod
    def of(cls, person: User) -> "NoticeWishes":
        """Return what a person has chosen, or what holds for whoever has chosen nothing (unsaved)."""
        return cls.objects.filter(person=person).first() or cls(person=person)

    def wants_in_browser(self, kind: str) -> bool:
        return kind not in self.not_in_browser

    def mail_due(self, kind: str, *, is_urgent: bool, now: datetime) -> datetime | None:
        """Return when a notice of `kind` goes by e-mail, in the person's own time zone; None for never."""
        if kind in self.not_by_mail or not self.person.wants_notices or not self.person.email:
            return None
        if is_urgent and self.urgent_passes:
            return now
        return mail_due(
            now,
            pace=LetterPace(self.letters),
            daily_at=self.daily_at,
            quiet=self.quiet,
            zone=zone(self.person.timezone),
        )

    @property
    def quiet(self) -> Quiet | None:
        return Quiet(self.quiet_from, self.quiet_until) if self.quiet_from and self.quiet_until else None

    @staticmethod
    def is_urgent(kind: str, *, is_high_priority: bool) -> bool:
        """Say what may pass quiet hours: an escalation, and all that happens to a follow-up of high priority."""
        return is_high_priority or kind == StaffNotice.Kind.ESCALATION
