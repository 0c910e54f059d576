from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages.field import LanguageField
from responses.models.entry import Entry
from responses.models.way_in import WayIn, WayInQuerySet
from surveys.models import Origin, Survey


class KioskQuerySet(WayInQuerySet["Kiosk"]):
    pass


class Kiosk(WayIn):
    """A survey on tablets that stand in one place: whoever comes by taps, and the next one begins anew."""

    KIND, ORIGIN, FILTER = Entry.Kind.KIOSK, Origin.KIOSK, "kiosk"

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="kiosk", verbose_name=_("entry"))
    survey = models.ForeignKey(
        "surveys.Survey", models.PROTECT, related_name="kiosks", verbose_name=_("survey"), db_index=False
    )
    language = LanguageField(
        _("language"),
        blank=True,
        help_text=_("In which it begins, and begins again after each visitor. Empty: that of the survey."),
    )
    asks_words = models.BooleanField(
        _("asks for words"),
        default=True,
        help_text=_("After the score, below the topics to tap. Without them no keyboard opens, and nobody is held up."),
    )
    crowd = models.PositiveSmallIntegerField(
        _("answers from one tablet within a minute"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("More of them are kept and wait until somebody says that they are people’s: children like to tap."),
    )
    # A slow salted hash (responses.kiosks.pins), which each tablet holds too: it must open without a network.
    pin_hash = models.CharField(max_length=128, editable=False)

    objects = KioskQuerySet.as_manager()

    class Meta:
        verbose_name = _("kiosk")
        verbose_name_plural = _("kiosks")
        constraints = [
            models.CheckConstraint(condition=models.Q(crowd__gte=1), name="responses_kiosk_crowd_is_positive"),
        ]

    @property
    def starting_language(self) -> str:
        """The language in which each visitor finds it."""
        brand, default = self.survey.brand, self.survey.default_language
        return next((code for code in (self.language, default) if code in brand.languages), brand.languages[0])

    @property
    def has_closed(self) -> bool:
        """Whether it asks nobody now. What its tablets still hold is taken all the same."""
        return not self.is_active or self.survey.status != Survey.Status.ACTIVE
