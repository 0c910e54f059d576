from datetime import time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages.field import LanguageField
from accounts.defaults import all_languages
from accounts.models.organisation import Organisation
from accounts.timezones import validate_timezone, zone


class Brand(models.Model):
    """Under which name customers know us: its look, its sender, its legal lines. One company has one or more."""

    slug = models.SlugField(
        _("code"), max_length=50, unique=True, help_text=_("The name by which other systems name it, such as “alder”.")
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("The company that customers are asked about."))
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#155e75",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Give a colour such as #155e75."))],
    )
    # The name of the picture, which says its size too (accounts.logos); the bytes are a row of BrandLogo.
    logo = models.CharField(_("logo"), max_length=50, blank=True, default="", editable=False)

    sender_name = models.CharField(_("sender's name"), max_length=100, blank=True, help_text=_("Empty: the name."))
    sender_address = models.EmailField(
        _("sender's address"), blank=True, help_text=_("Empty: the address that the server's settings name.")
    )
    reply_to = models.EmailField(_("reply to"), blank=True)
    base_url = models.URLField(
        _("address of customers' pages"),
        blank=True,
        help_text=_("Such as https://feedback.alder.example. Empty: the address of this installation."),
    )
    short_url = models.URLField(
        _("address of links in texts"),
        blank=True,
        db_default="",
        default="",
        help_text=_(
            "A short one, such as https://ald.example: every character of a text message counts. It must lead to this"
            " installation as well. Empty: the address of customers’ pages."
        ),
    )

    languages = ArrayField(
        LanguageField(),
        verbose_name=_("languages offered"),
        default=all_languages,
    )
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True)
    imprint_url = models.URLField(_("imprint"), blank=True)
    privacy_url = models.URLField(_("privacy notice"), blank=True)

    offers_reviews = models.BooleanField(
        _("review links after an answer"),
        default=True,
        help_text=_("On the page and in the letter of thanks. Which ones there are stands with the review links."),
    )

    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_timezone],
        help_text=_("Empty: that of our company."),
    )
    opens_at = models.TimeField(_("opens at"), null=True, blank=True, help_text=_("Empty: as our company."))
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("working days"),
        default=list,
        blank=True,
        help_text=_("1 is Monday, 7 is Sunday. Empty: as our company."),
    )

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(opens_at__lt=models.F("closes_at")),
                name="accounts_brand_opens_before_it_closes",
                violation_error_message=_("Say both when it opens and when it closes, the opening first."),
            ),
            models.CheckConstraint(
                condition=models.Q(languages__len__gte=1),
                name="accounts_brand_some_language",
                violation_error_message=_("Choose at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sender(self) -> str:
        """The name that customers see as the sender."""
        return self.sender_name or self.name

    @property
    def url(self) -> str:
        """Where customers' pages of this brand are, without a slash at the end."""
        return self.base_url.rstrip("/") or str(settings.BASE_URL)

    @property
    def text_url(self) -> str:
        """Where links in text messages lead, without a slash at the end."""
        return self.short_url.rstrip("/") or self.url

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that serve this brand's customers only; the installation's own is none of them."""
        known = {urlsplit(url).netloc.lower() for url in (self.base_url, self.short_url)}
        return frozenset(known - {"", urlsplit(str(settings.BASE_URL)).netloc.lower()})

    def zone(self, organisation: Organisation) -> ZoneInfo:
        return zone(self.timezone, organisation.timezone)

    def hours(self, organisation: Organisation) -> tuple[time, time]:
        """Return when the brand opens and closes on a working day."""
        if self.opens_at is None or self.closes_at is None:
            return organisation.opens_at, organisation.closes_at
        return self.opens_at, self.closes_at
