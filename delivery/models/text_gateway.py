from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.models import Brand
from accounts.secrets import EncryptedTextField

LONGEST_ERROR = 300


class TextGatewayQuerySet(models.QuerySet["TextGateway"]):
    def in_use(self) -> "TextGatewayQuerySet":
        return self.filter(is_active=True)

    def of_brand(self, brand_id: int | None) -> "TextGateway | None":
        """Return the active gateway that carries the texts of a brand: one of its own, else one of all brands."""
        known = list(self.in_use().filter(models.Q(brands=brand_id) | models.Q(brands=None)).order_by("pk").distinct())
        own = {gateway.pk for gateway in self.filter(brands=brand_id)} if brand_id else set()
        return next((gateway for gateway in known if gateway.pk in own), known[0] if known else None)


class TextGateway(models.Model):
    """An account with a company that sends text messages for us, and hears of their fate and of the answers."""

    class Provider(models.TextChoices):
        TURBOSMS = "turbosms", "TurboSMS"
        TWILIO = "twilio", "Twilio"
        GENERIC = "generic", _("another one, by HTTP")

    name = models.CharField(_("name"), max_length=100, unique=True)
    provider = models.CharField(_("provider"), max_length=10, choices=Provider.choices)
    brands = models.ManyToManyField(
        Brand,
        blank=True,
        related_name="+",
        verbose_name=_("brands"),
        help_text=_("Whose texts it carries. Leave it empty for all brands that have none of their own."),
    )
    sender = models.CharField(
        _("sender"),
        max_length=60,
        help_text=_("The name or number that customers see, as registered with the provider."),
    )
    account = models.CharField(
        _("account"), max_length=100, blank=True, help_text=_("The Account SID of Twilio; other providers need none.")
    )
    secret = EncryptedTextField(_("secret"), help_text=_("The auth token or API key. It is kept encrypted."))
    # What a template of another provider says: see delivery.media.sms.generic.
    settings = models.JSONField(_("how it is spoken to"), default=dict, blank=True)
    price = models.DecimalField(
        _("price of a part"),
        max_digits=8,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("In the company's currency. A long text is several parts, and each is paid for."),
    )
    viber_sender = models.CharField(
        _("sender in Viber"),
        max_length=60,
        blank=True,
        help_text=_(
            "As registered with TurboSMS. Texts then go to Viber first, and as text messages where Viber does not"
            " deliver. Empty: as text messages only."
        ),
    )
    viber_minutes = models.PositiveSmallIntegerField(
        _("minutes that Viber has"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("What Viber has not delivered by then goes as a text message."),
    )
    viber_has_button = models.BooleanField(
        _("with a button in Viber"),
        default=False,
        help_text=_("A button in place of the link. Viber counts such messages as advertising, also by their price."),
    )
    viber_price = models.DecimalField(
        _("price of a message in Viber"),
        max_digits=8,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("In the company's currency."),
    )
    takes_replies = models.BooleanField(
        _("takes answers"),
        default=False,
        help_text=_("Customers can write back to this sender, and the provider passes their texts on to us."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Part of what its addresses are made of: another number, and those given out lead nowhere.
    door = models.PositiveIntegerField(default=1, editable=False)

    sent_at = models.DateTimeField(_("last took a text at"), null=True, blank=True, editable=False)
    failed_at = models.DateTimeField(_("last failed at"), null=True, blank=True, editable=False)
    error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True, editable=False)

    objects = TextGatewayQuerySet.as_manager()

    class Meta:
        verbose_name = _("text gateway")
        verbose_name_plural = _("text gateways")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__gte=0, viber_price__gte=0), name="delivery_textgateway_price_not_negative"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def door_token(self) -> str:
        """What proves that whoever calls our doors was told their address; 192 bits."""
        return tokens.derive(self._purpose, self.pk)

    def opens(self, token: str) -> bool:
        return tokens.is_derived(token, self._purpose, self.pk)

    @property
    def _purpose(self) -> str:
        return f"text-gateway-{self.door}"

    @property
    def hears_of_fates(self) -> bool:
        """Whether the provider tells what became of a text, asked or unasked."""
        told = ("status_url", "pushed_status")
        return self.provider != self.Provider.GENERIC or any(self.settings.get(name) for name in told)

    def mark_working(self, *, at: datetime) -> None:
        self.sent_at, self.error, self.failed_at = at, "", None
        self.save(update_fields=["sent_at", "error", "failed_at"])

    def mark_failed(self, error: str, *, at: datetime) -> None:
        """Note what somebody has to set right before it takes texts again."""
        self.error, self.failed_at = error[:LONGEST_ERROR], at
        self.save(update_fields=["error", "failed_at"])
