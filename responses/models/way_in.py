from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from responses.models.entry import Entry
from surveys.models import Origin

Way = TypeVar("Way", bound="WayIn")


class WayInQuerySet(models.QuerySet[Way]):
    @transaction.atomic
    def open(self, *, name: str, **facts: Any) -> Way:
        """Make one with the entry by which its answers come in."""
        kind, origin = self.model.KIND, self.model.ORIGIN
        return self.create(entry=Entry.objects.create(kind=kind, origin=origin, name=name), **facts)


class WayIn(models.Model):
    """Where whoever comes by may answer a survey: nobody is invited by it, so its answers are a sample of their own.

    The facts here are frozen on each answer as it comes. A way in of one sort has an `entry` and a `survey`, says by
    KIND and ORIGIN how its answers came about, and by FILTER how the list of answers names it.
    """

    KIND: Entry.Kind
    ORIGIN: Origin
    FILTER: str
    if TYPE_CHECKING:
        entry: Any
        entry_id: int
        survey: Any
        survey_id: int

    product = models.ForeignKey(
        "crm.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    channel = models.ForeignKey(
        "crm.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    place = models.CharField(
        _("place"), max_length=100, blank=True, help_text=_("Where it hangs or stands, such as “Vilnius, Gedimino 9”.")
    )
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("manager"),
        help_text=_("Who is asked about: follow-ups go where the playbook sends those of this manager."),
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("Empty: that of the manager."),
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.entry.name)

    @property
    def values(self) -> dict[str, str]:
        """What the texts of the survey may be filled with; nobody's name is known here."""
        return {
            "brand": self.survey.brand.name,
            "product": self.product.name if self.product else "",
            "manager": self.manager.name if self.manager else "",
        }

    @property
    def about(self) -> list[str]:
        """What its answers are about, as far as that is said."""
        return [str(fact) for fact in (self.place, self.channel, self.campaign, self.product) if fact]
