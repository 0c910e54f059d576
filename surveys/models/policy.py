from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.reachability import Rules
from surveys import defaults


class AskingPolicy(models.Model):
    """How often anybody may be asked, for the whole company. One row."""

    class Loser(models.TextChoices):
        DEFER = "defer", _("it waits until afterwards")
        DROP = "drop", _("it is dropped")

    transactional_days = models.PositiveSmallIntegerField(
        _("days between two transactional surveys"), default=90, help_text=_("For one contact.")
    )
    relational_days = models.PositiveSmallIntegerField(
        _("days between two relational surveys"), default=90, help_text=_("For one contact.")
    )
    floor_days = models.PositiveSmallIntegerField(
        _("days between any two asks"), default=7, help_text=_("For one contact, whatever the survey.")
    )
    loser = models.CharField(
        _("when a more important survey wants the same contact"),
        max_length=10,
        choices=Loser.choices,
        default=Loser.DEFER,
        help_text=_("What becomes of the less important ask, if the two would be closer than any two asks may be."),
    )
    days_late = models.PositiveSmallIntegerField(
        _("days an ask may be late"),
        default=14,
        help_text=_("What cannot be asked within so many days of the planned moment is not asked at all."),
    )
    company_budget = models.PositiveSmallIntegerField(
        _("asks per company"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("All its contacts together, within the days below. Empty: no limit."),
    )
    company_window_days = models.PositiveSmallIntegerField(
        _("days in which the asks of a company count"), default=30, validators=[MinValueValidator(1)]
    )
    role_names = ArrayField(
        models.CharField(max_length=64),
        verbose_name=_("role addresses"),
        default=defaults.role_names,
        blank=True,
        help_text=_("Addresses that start so belong to no person and are never asked: info@, sales@…"),
    )
    own_domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("own mail domains"),
        default=list,
        blank=True,
        help_text=_("Addresses of the company itself are never asked: its domains, with all hosts under them."),
    )
    surveys_are_marketing = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("countries where a survey counts as advertising"),
        default=defaults.lithuania,
        blank=True,
        help_text=_("There only customers are asked, and others who consented. Codes such as LT."),
    )
    hard_bounces = models.PositiveSmallIntegerField(
        _("hard bounces"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("After so many mails in a row that found no such mailbox, an address is not used any more."),
    )
    soft_bounces = models.PositiveSmallIntegerField(
        _("soft bounces"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("The same for mails that failed for another reason, such as a full mailbox."),
    )

    call_after_days = models.PositiveSmallIntegerField(
        _("days until an unanswered invitation is called about"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(45)],
        help_text=_("Then it stands in the list of calls, where the contact has a phone."),
    )

    class Meta:
        verbose_name = _("asking policy")
        verbose_name_plural = _("asking policy")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="surveys_one_policy")]

    def __str__(self) -> str:
        return str(_("How often we ask"))

    @classmethod
    def current(cls) -> "AskingPolicy":
        """Return the policy in force (the defaults while nobody has changed it)."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def reach(self) -> Rules:
        """Whom nobody asks, as crm.reachability reads it."""
        return Rules(
            role_names=frozenset(name.strip().lower() for name in self.role_names),
            own_domains=frozenset(self.own_domains),
            surveys_are_marketing=frozenset(self.surveys_are_marketing),
        )
