from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.customerlanguages.field import LanguageField
from accounts.secrets import EncryptedTextField
from responses.models.entry import Entry
from responses.models.way_in import WayIn, WayInQuerySet
from surveys.models import Origin, Survey


class WebWidgetQuerySet(WayInQuerySet["WebWidget"]):
    pass


class WebWidget(WayIn):
    """A survey within the pages of a site, or of an app.

    Its key stands in their source: it tells which widget is meant and is no secret. Whoever is signed in there is known
    here by a token that the site makes with `secret`; everybody else is a visitor without a name.
    """

    KIND, ORIGIN, FILTER = Entry.Kind.WIDGET, Origin.WIDGET, "widget"

    class Shape(models.TextChoices):
        POPOVER = "popover", _("a box in the corner")
        INLINE = "inline", _("a part of the page")
        BUTTON = "button", _("a button that opens it")

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="widget", verbose_name=_("entry"))
    key = models.CharField(_("key"), max_length=20, unique=True, default=tokens.draw_code, editable=False)
    survey = models.ForeignKey(
        "surveys.Survey", models.PROTECT, related_name="widgets", verbose_name=_("survey"), db_index=False
    )
    language = LanguageField(
        _("language"), blank=True, help_text=_("Empty: that of the visitor’s browser, where the brand speaks it.")
    )
    shape = models.CharField(
        _("appears as"),
        max_length=10,
        choices=Shape.choices,
        default=Shape.POPOVER,
        help_text=_("Whoever presses a button of their own accord was not asked: that moves no clock."),
    )

    origins = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("sites"),
        default=list,
        blank=True,
        help_text=_("One per line, such as https://shop.example. No other site is answered."),
    )
    takes_apps = models.BooleanField(
        _("answers apps too"),
        default=False,
        help_text=_("Apps for phones have no site to name. Choose it for a widget of theirs alone."),
    )
    only_signed_in = models.BooleanField(
        _("only who is signed in"), default=False, help_text=_("Without a valid token of the site nobody is asked.")
    )
    source = models.CharField(
        _("whose IDs the site knows"),
        max_length=50,
        blank=True,
        help_text=_("The source of the contacts, as imports and the API name it. A token says the ID there."),
    )
    # Both are good: a site changes from one to the other when it is ready.
    secret = EncryptedTextField(blank=True, default="", editable=False)
    earlier_secret = EncryptedTextField(blank=True, default="", editable=False)

    share = models.PositiveSmallIntegerField(
        _("share of visitors, %"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Always the same ones."),
    )
    delay_seconds = models.PositiveSmallIntegerField(
        _("seconds on the page"), default=5, validators=[MaxValueValidator(3600)]
    )
    scroll_percent = models.PositiveSmallIntegerField(
        _("read down to, %"), default=0, validators=[MaxValueValidator(100)]
    )
    paths = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("pages"),
        default=list,
        blank=True,
        help_text=_(
            "One per line, such as /orders/*; * stands for anything. With ! in front: not there. Empty: everywhere."
        ),
    )
    events = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("events"),
        default=list,
        blank=True,
        help_text=_("One per line, such as order_done: asked after the site says one of them. Empty: without."),
    )
    again_after_days = models.PositiveSmallIntegerField(
        _("days until one device is asked again"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Whoever is signed in is asked by the clocks of the asking policy instead."),
    )
    crowd = models.PositiveSmallIntegerField(
        _("answers from one network within an hour"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("More of them are kept and wait until somebody says that they are people’s."),
    )

    objects = WebWidgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("web widget")
        verbose_name_plural = _("web widgets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(again_after_days__gte=1, crowd__gte=1, share__gte=1, share__lte=100),
                name="responses_widget_limits_are_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(scroll_percent__lte=100), name="responses_widget_scroll_is_a_share"
            ),
        ]

    @property
    def asks_unasked(self) -> bool:
        """Whether it comes up by itself, so that it is an ask; a button is pressed by who wants to say something."""
        return self.shape != self.Shape.BUTTON

    @property
    def has_closed(self) -> bool:
        return not self.is_active or self.survey.status != Survey.Status.ACTIVE

    @property
    def rest(self) -> timedelta:
        """How long a device that was asked is left alone."""
        return timedelta(days=self.again_after_days)

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self.secret, self.earlier_secret) if secret)

    def draw_secret(self) -> str:
        """Make a new secret and return it; the one before stays good beside it, the one before that ends."""
        self.earlier_secret, self.secret = self.secret, tokens.draw()
        self.save(update_fields=["secret", "earlier_secret"])
        return self.secret

    def end_earlier_secret(self) -> None:
        self.earlier_secret = ""
        self.save(update_fields=["earlier_secret"])
