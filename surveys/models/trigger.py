from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from crm.models import Touchpoint
from crm.models.touchpoint import KIND
from surveys.models.asker import Asker
from surveys.models.survey import Survey


class TriggerQuerySet(models.QuerySet["Trigger"]):
    def asking(self) -> "TriggerQuerySet":
        """Return the triggers that are switched on, of surveys that are."""
        return self.filter(is_active=True, survey__status=Survey.Status.ACTIVE)


class Trigger(Asker):
    """Touchpoint → survey after a delay."""

    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="triggers", verbose_name=_("survey"))
    touchpoint_kind = models.CharField(_("after"), max_length=30, validators=[KIND], default=Touchpoint.Kind.DEAL_WON)
    delay = models.DurationField(_("delay"), default=timedelta(days=5))
    products = models.ManyToManyField(
        "crm.Product", blank=True, verbose_name=_("only these products"), related_name="+"
    )
    channels = models.ManyToManyField(
        "crm.Channel", blank=True, verbose_name=_("only these channels"), related_name="+"
    )
    teams = models.ManyToManyField("accounts.Team", blank=True, verbose_name=_("only these teams"), related_name="+")
    min_amount = models.DecimalField(_("from amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    max_amount = models.DecimalField(_("up to amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    asks_since = models.DateTimeField(
        _("only touchpoints since"),
        default=clock.now,
        help_text=_("Older touchpoints are never asked about, whatever is imported later."),
    )

    objects = TriggerQuerySet.as_manager()

    class Meta(Asker.Meta):
        abstract = False
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
