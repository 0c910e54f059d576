from datetime import time
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.defaults import company_zone, workdays
from accounts.timezones import validate_timezone, zone


class Organisation(models.Model):
    """Whoever runs this installation: its clock, its hours and its currency. One row."""

    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default=company_zone,
        validators=[validate_timezone],
        help_text=_("Days on the dashboard, business hours, and the hours of customers whose own zone is not known."),
    )
    opens_at = models.TimeField(_("opens at"), default=time(9))
    closes_at = models.TimeField(_("closes at"), default=time(18))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("working days"),
        default=workdays,
        help_text=_("1 is Monday, 7 is Sunday."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Give a code of ISO 4217, such as EUR."))],
        help_text=_("Sums, thresholds and orders are in this currency, whatever a deal was paid in."),
    )
    hides_critics_words = models.BooleanField(
        _("critics' words are hidden from the person rated"),
        default=False,
        db_default=False,
        help_text=_(
            "Whoever looked after a customer who gave a score of the lowest category sees the score, but does not read "
            "the comment and does not find it by its words. Everybody else in their reach does."
        ),
    )
    managers_enter_own = models.BooleanField(
        _("managers may write down answers about their own deals"),
        default=False,
        db_default=False,
        help_text=_(
            "By telephone, at a meeting or from paper. Otherwise a colleague does it. Either way such answers are a"
            " sample of their own and stand under Integrity."
        ),
    )
    head = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("head of customer care"),
        help_text=_(
            "Gets complaints about people whose team has no lead, and what a playbook escalates to the head. Empty: "
            "such work waits with everybody who sees all teams."
        ),
    )

    class Meta:
        verbose_name = _("our company")
        verbose_name_plural = _("our company")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="accounts_one_organisation"),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="accounts_organisation_opens_before_it_closes",
                violation_error_message=_("Opening comes before closing."),
            ),
            models.CheckConstraint(
                condition=models.Q(weekdays__len__gte=1),
                name="accounts_organisation_some_working_day",
                violation_error_message=_("Choose at least one working day."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Our company"))

    @classmethod
    def current(cls) -> "Organisation":
        """Return the settings in force (the defaults while nobody has changed them)."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def clean(self) -> None:
        if self.head and not (self.head.is_active and self.head.sees_all_teams):
            raise ValidationError({"head": _("Choose somebody who works here and sees all teams.")})

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.timezone)
