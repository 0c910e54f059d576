from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.media import Medium

# A count in a row; what came back more often than that is not told apart.
MOST_BOUNCES = 1000


# Addresses that Contact.email and Contact.phone do not repeat.
UNREPEATED = models.Q(is_preferred=False) | ~models.Q(medium__in=[Medium.EMAIL.value, Medium.SMS.value])


class ContactAddressQuerySet(models.QuerySet["ContactAddress"]):
    def preferred_first(self) -> "ContactAddressQuerySet":
        """Order by medium, the preferred address before the others, those in the order in which they became known."""
        return self.order_by("medium", "-is_preferred", "pk")

    def unrepeated(self) -> "ContactAddressQuerySet":
        """Those that Contact.email and Contact.phone do not repeat."""
        return self.filter(UNREPEATED)

    def carrying(self, medium: str, value: str) -> "ContactAddressQuerySet":
        """Return this address (in its normalised spelling) on every contact that carries it."""
        return self.filter(medium=medium, value=value)


class ContactAddress(models.Model):
    """One mailbox, phone or chat of a contact, as accounts.addresses spells it. Several contacts may carry one.

    Contact.email and Contact.phone repeat the preferred ones; crm.address_book writes both.
    """

    contact = models.ForeignKey(
        "crm.Contact", models.CASCADE, related_name="addresses", verbose_name=_("contact"), db_index=False
    )
    medium = models.CharField(_("medium"), max_length=20, choices=Medium.choices)
    value = models.CharField(_("address"), max_length=254)
    is_preferred = models.BooleanField(_("preferred"), default=False)
    created_at = models.DateTimeField(_("known since"), default=clock.now, editable=False)

    verified_at = models.DateTimeField(_("a message arrived at"), null=True, blank=True)
    hard_bounces = models.PositiveSmallIntegerField(_("hard bounces in a row"), default=0, db_default=0)
    soft_bounces = models.PositiveSmallIntegerField(_("soft bounces in a row"), default=0, db_default=0)
    bounced_at = models.DateTimeField(_("not used since"), null=True, blank=True)

    objects = ContactAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(fields=["contact", "medium", "value"], name="crm_address_once_per_contact"),
            models.UniqueConstraint(
                fields=["contact", "medium"], condition=models.Q(is_preferred=True), name="crm_address_one_preferred"
            ),
            models.CheckConstraint(condition=~models.Q(value=""), name="crm_address_is_not_empty"),
        ]
        indexes = [
            models.Index(fields=["value", "medium"], name="crm_address_by_value"),  # who carries a mailbox; bounces
            # crm.contact_search reads all of it: those that the contact does not repeat are few
            models.Index(fields=["value", "contact"], name="crm_address_unrepeated", condition=UNREPEATED),
        ]

    def __str__(self) -> str:
        return self.value
