from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.customerlanguages.field import LanguageField
from accounts.models import Organisation
from responses.models.entry import Entry
from responses.models.way_in import WayIn, WayInQuerySet
from surveys.models import Origin, Survey

# Whoever answers just before midnight has still so long to finish and to change it.
AT_LEAST = timedelta(hours=2)


class OpenLinkQuerySet(WayInQuerySet["OpenLink"]):
    pass


class OpenLink(WayIn):
    """A survey that anybody may answer who meets its address: on a poster, in a chat, on a page.

    The code in the address is public and no secret, but nobody comes upon it by counting.
    """

    KIND, ORIGIN, FILTER = Entry.Kind.OPEN_LINK, Origin.OPEN_LINK, "link"

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="open_link", verbose_name=_("entry"))
    code = models.CharField(_("code"), max_length=20, unique=True, default=tokens.draw_code, editable=False)
    survey = models.ForeignKey(
        "surveys.Survey", models.PROTECT, related_name="open_links", verbose_name=_("survey"), db_index=False
    )
    language = LanguageField(
        _("language"), blank=True, help_text=_("Empty: that of the visitor’s browser, where the brand speaks it.")
    )
    asks_details = models.BooleanField(
        _("asks for name and address"),
        default=True,
        help_text=_("After the answer, of whoever likes to be called or written to about it. Nobody needs to."),
    )
    again_after_days = models.PositiveSmallIntegerField(
        _("days until one device may answer again"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("1: once a day. Until then the answer may be changed."),
    )
    crowd = models.PositiveSmallIntegerField(
        _("answers from one network within an hour"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_(
            "More of them are kept and wait until somebody says that they are people’s. Where many guests share one"
            " connection, choose more."
        ),
    )
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)

    objects = OpenLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("open link")
        verbose_name_plural = _("open links")
        permissions = [("print_open_links", _("Can take along the codes and sheets of open links"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(again_after_days__gte=1, crowd__gte=1),
                name="responses_open_link_limits_are_positive",
            ),
        ]

    @property
    def path(self) -> str:
        return reverse("open_link", args=[self.code])

    @property
    def url(self) -> str:
        """The whole address, as it stands in pictures and on paper: as short as the brand has one."""
        return self.survey.brand.text_url + self.path

    def has_closed(self, now: datetime) -> bool:
        """Whether it takes no answers: it was switched off or is over, or its survey asks nobody now."""
        return (
            not self.is_active
            or self.survey.status != Survey.Status.ACTIVE
            or (self.ends_at is not None and self.ends_at <= now)
        )

    def changes_until(self, answered_at: datetime) -> datetime:
        """Return until when an answer may be changed; from then on its device may give another one.

        It is midnight in the zone of the brand, some days on, and at least AT_LEAST after the answer.
        """
        next_day = self.last_day(answered_at) + timedelta(days=1)
        return max(datetime.combine(next_day, datetime.min.time(), self._zone), answered_at + AT_LEAST)

    def last_day(self, answered_at: datetime) -> date:
        """Return the day, where the brand is, until whose end an answer may surely be changed."""
        return answered_at.astimezone(self._zone).date() + timedelta(days=self.again_after_days - 1)

    @property
    def _zone(self) -> ZoneInfo:
        return self.survey.brand.zone(Organisation.current())
