from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.pickers import LONGEST_KEY
from surveys.wording import further


class SurveyVersionQuerySet(models.QuerySet["SurveyVersion"]):
    def published(self) -> "SurveyVersionQuerySet":
        return self.filter(published_at__isnull=False)

    def latest_of(self, survey_id: int) -> "SurveyVersion | None":
        """Return the wording that new invitations of a survey use, if one is published."""
        return self.published().filter(survey_id=survey_id).order_by("-number").first()

    def drawn_of(self, survey_id: int, drawn: str) -> "SurveyVersion | None":
        """Return the wording that a form of a survey says it was `drawn` with, else the latest: what was asked aloud or
        read from a sheet is an answer to that wording, also where a newer one was published meanwhile."""
        published = self.published().filter(survey_id=survey_id)
        is_key = drawn.isascii() and drawn.isdecimal() and len(drawn) < LONGEST_KEY
        return (published.filter(pk=int(drawn)).first() if is_key else None) or published.latest_of(survey_id)


class SurveyVersion(models.Model):
    """The wording of a survey, one text set per language; immutable once published (the database refuses it)."""

    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="versions", verbose_name=_("survey"))
    number = models.PositiveIntegerField(_("number"))
    # {"en": {"question": …, …}, …}; the keys are surveys.wording.texts.FIELDS.
    texts = models.JSONField(_("texts"), default=dict)
    # [{"key": …, "kind": …, "tiers": […], "texts": {"en": {…}, …}}, …], as surveys.wording.further reads them.
    questions = models.JSONField(_("further questions"), default=list, db_default=[])
    note = models.CharField(_("what changed"), max_length=200, blank=True)

    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)

    objects = SurveyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey version")
        verbose_name_plural = _("survey versions")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="surveys_version_number_once"),
            models.UniqueConstraint(
                fields=["survey"],
                condition=models.Q(published_at__isnull=True),
                name="surveys_one_draft_per_survey",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def further(self) -> further.Questions:
        """The questions asked after the score and its reason."""
        return further.read(self.questions)

    def publish(self, *, at: datetime | None = None) -> None:
        """Make this the wording that new invitations use; publishing again changes nothing."""
        if not self.is_published:
            self.published_at = at or clock.now()
            self.save(update_fields=["published_at"])
