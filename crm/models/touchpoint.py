from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import dates
from crm.models.facts import Facts
from crm.models.sourced import Sourced

if TYPE_CHECKING:
    pass


KIND = RegexValidator(r"^[a-z][a-z0-9_]{0,29}$", _("Use small Latin letters, digits and “_”, such as order_delivered."))


class TouchpointQuerySet(models.QuerySet["Touchpoint"]):
    def standing(self) -> "TouchpointQuerySet":
        return self.filter(cancelled_at__isnull=True)

    def kinds(self) -> list[str]:
        """Return every kind there is, in order; one look-up in the index for each, however many rows."""
        found: list[str] = []
        while kind := self.filter(kind__gt=found[-1] if found else "").order_by("kind").values_list("kind").first():
            found.append(kind[0])
        return found


class Touchpoint(Sourced, Facts):
    """Something that happened with a contact, frozen as it was at that moment."""

    PRICED_AT = "{row}occurred_at"

    class Kind(models.TextChoices):
        """The kinds that Plumb has a name for. The list is open: other systems send kinds of their own."""

        DEAL_WON = "deal_won", _("deal won")
        DEAL_LOST = "deal_lost", _("deal lost")
        ORDER_DELIVERED = "order_delivered", _("order delivered")
        TICKET_SOLVED = "ticket_solved", _("ticket solved")
        CONSULTATION = "consultation", _("consultation")
        MEETING = "meeting", _("meeting")
        RENEWAL = "renewal", _("renewal")
        DOWNLOAD = "download", _("download")
        CANCELLATION = "cancellation", _("cancellation")
        REFERRAL = "referral", _("referral")

    kind = models.CharField(_("kind"), max_length=30, validators=[KIND])
    contact = models.ForeignKey(
        "crm.Contact", models.PROTECT, related_name="touchpoints", verbose_name=_("contact"), db_index=False
    )
    deal = models.ForeignKey(
        "crm.Deal",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name=_("deal"),
        db_index=False,
    )
    occurred_at = models.DateTimeField(_("occurred at"))

    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    objects = TouchpointQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(fields=["deal", "kind"], name="crm_touchpoint_once_per_deal_and_kind"),
        ]
        indexes = [
            models.Index(fields=["kind", "occurred_at"], name="crm_touchpoint_to_plan"),  # surveys.planning.triggers
            models.Index(fields=["contact", "-occurred_at"], name="crm_touchpoint_of_contact"),  # contact page
        ]

    def __str__(self) -> str:
        return f"{self.kind_label}, {dates.day(timezone.localtime(self.occurred_at))}"

    @property
    def kind_label(self) -> str:
        return label_of_kind(self.kind)


def label_of_kind(kind: str) -> str:
    """Return the name of a kind; one that only other systems know is named as they do, with spaces."""
    known = dict(Touchpoint.Kind.choices)
    return str(known[kind]) if kind in known else kind.replace("_", " ")
