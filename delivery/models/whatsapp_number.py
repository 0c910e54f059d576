from datetime import datetime
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.media import Medium
from accounts.models import Brand
from accounts.secrets import EncryptedTextField

LONGEST_ERROR = 300


class WhatsAppNumberQuerySet(models.QuerySet["WhatsAppNumber"]):
    def in_use(self) -> "WhatsAppNumberQuerySet":
        return self.filter(is_active=True)

    def of_brand(self, brand_id: int | None) -> "WhatsAppNumber | None":
        """Return the active number that speaks for a brand."""
        return self.in_use().filter(brand=brand_id).first() if brand_id else None


class WhatsAppNumber(models.Model):
    """The number of one brand in WhatsApp, as the Cloud API knows it: customers are asked by it, and answer there."""

    medium = Medium.WHATSAPP

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    # As Meta names them; neither is a secret.
    phone_number_id = models.CharField(
        _("phone number ID"),
        max_length=32,
        unique=True,
        help_text=_("The long number that Meta’s console shows for the phone number, and not the number itself."),
    )
    account_id = models.CharField(
        _("business account ID"),
        max_length=32,
        help_text=_("The ID of the WhatsApp Business account, from the same page."),
    )
    token = EncryptedTextField(_("access token"), help_text=_("Of a system user of yours. It is kept encrypted."))
    app_secret = EncryptedTextField(
        _("app secret"), help_text=_("It proves that Meta is calling when it calls. It is kept encrypted.")
    )
    # As Meta shows them to customers; empty until it has answered once.
    display_number = models.CharField(_("number in WhatsApp"), max_length=32, blank=True, editable=False)
    verified_name = models.CharField(_("name in WhatsApp"), max_length=128, blank=True, editable=False)
    utility_price = models.DecimalField(
        _("price of a utility message"),
        max_digits=8,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("In the company's currency, as Meta’s price list says for most of your customers."),
    )
    marketing_price = models.DecimalField(
        _("price of a marketing message"),
        max_digits=8,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("In the company's currency. It is paid where Meta takes a template for advertising."),
    )
    service_price = models.DecimalField(
        _("price of a message in a conversation"),
        max_digits=8,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("In the company's currency: of words that answer what a customer wrote."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Part of what proves that its address was set up by somebody of ours: another number, and what was told is worth
    # nothing.
    door = models.PositiveIntegerField(default=1, editable=False)
    # Where a stand-in speaks for Meta while somebody tries things out.
    base = models.CharField(max_length=200, blank=True, db_default="", default="", editable=False)

    # Until then it is left alone, because Meta or whoever has to set something right wants so.
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)
    heard_at = models.DateTimeField(_("last heard of at"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("last took a message at"), null=True, blank=True, editable=False)
    failed_at = models.DateTimeField(_("last failed at"), null=True, blank=True, editable=False)
    error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True, editable=False)

    objects = WhatsAppNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("WhatsApp number")
        verbose_name_plural = _("WhatsApp numbers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(utility_price__gte=0, marketing_price__gte=0, service_price__gte=0),
                name="delivery_whatsappnumber_price_not_negative",
            )
        ]

    def __str__(self) -> str:
        return self.display_number or str(self.brand)

    @property
    def verify_token(self) -> str:
        """What Meta says once, when the address is entered there, so that we know who is asking; 192 bits."""
        return tokens.derive(self._purpose, self.pk)

    def is_verified_by(self, token: str) -> bool:
        return tokens.is_derived(token, self._purpose, self.pk)

    @property
    def _purpose(self) -> str:
        return f"whatsapp-{self.door}"

    def price_of(self, category: str) -> Decimal:
        """Return what a message of a category costs, in the company's currency; a category as Meta names it."""
        prices = {"marketing": self.marketing_price, "service": self.service_price}
        return prices.get(category.lower(), self.utility_price)

    def mark_working(self, *, at: datetime) -> None:
        self.sent_at, self.error, self.failed_at, self.rests_until = at, "", None, None
        self.save(update_fields=["sent_at", "error", "failed_at", "rests_until"])

    def mark_failed(self, error: str, *, at: datetime, until: datetime | None = None) -> None:
        """Note what somebody has to set right before it takes messages again; it rests until then."""
        self.error, self.failed_at, self.rests_until = error[:LONGEST_ERROR], at, until
        self.save(update_fields=["error", "failed_at", "rests_until"])
