from django.db import models
from django.utils.translation import gettext_lazy as _


class AskingPolicy(models.Model):
    """How often anybody may be asked, for the whole company. One row."""

    transactional_days = models.PositiveSmallIntegerField(
        _("days between two transactional surveys"), default=90, help_text=_("For one contact.")
    )
    relational_days = models.PositiveSmallIntegerField(
        _("days between two relational surveys"), default=90, help_text=_("For one contact.")
    )
    floor_days = models.PositiveSmallIntegerField(
        _("days between any two asks"), default=7, help_text=_("For one contact, whatever the survey.")
    )
    default_timezone = models.CharField(_("time zone of last resort"), max_length=64, default="UTC")

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
