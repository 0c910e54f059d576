"""The filters of the answers: those of the dashboard by the same names, and finer ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField
from accounts.media import OF_ANSWERS
from accounts.models import Brand, User
from analytics.dashboard import answer_links
from analytics.dashboard.filters import Lists, surveys_with_numbers
from analytics.dashboard.forms import Chosen, DashboardForm, Named
from analytics.delay_curve import EARLY_DAYS
from analytics.further import questions
from analytics.further.questions import AskedQuestion
from analytics.models import SavedView
from analytics.rollups.cells import Selection
from crm.models import Profile, Touchpoint
from crm.models.profile import label_of_lifecycle
from crm.models.touchpoint import KIND
from followups.models import Followup
from followups.vocabulary.cause_tree import CauseTree
from responses.models import Kiosk, OpenLink, StaffEntry, Topic, WebWidget
from responses.word_access import WordAccess
from surveys.metrics import SCALES, Metric
from surveys.models import Experiment, ExperimentArm, Origin, SurveyVersion

Words = list[tuple[str, str]]

COUNTED, DOUBTED, WAITING = "counted", "doubted", "waiting"
# Of relational surveys only each customer's latest answer of the period, as the numbers count.
LATEST = "yes"
# The same, where a survey was chosen of several: what counts is whether there is a later answer to any of them.
LATEST_OF_ALL = "all"
# Of work: there is none, some is open, or all is done; then the states by their own names.
NO_WORK, OPEN_WORK, DONE_WORK = "none", "open", "done"
COMPENSATED, ASKED_AGAIN = "compensated", "asked_again"
# Of topics, beside each of them: whatever is about none, or about any.
NO_TOPIC, ANY_TOPIC = 0, -1
LONGEST_SEARCH = 200
# The filter by who wrote an answer down for a customer.
ENTERED_BY = "entered_by"
# The facts that stand on the profile of a customer.
OF_PROFILE = ("region", "size_band", "industry", "tenure_band", "age_band", "lifecycle")
# The facts that an answer may be without.
MAY_MISS = ("manager", "team", "channel", "product", "brand", "campaign", "touchpoint", "medium", *OF_PROFILE)
# And the amount in the company's own currency.
NO_AMOUNT = "amount"
# What is chosen first; everything else stands behind “more”.
IN_SIGHT = ("q", "metric", "period", "category")
# How soon somebody answered.
EARLY, LATE = "early", "late"
# What a dashboard asks and a list of answers has no use for.
OF_CHARTS = ("by", "compare")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may be chosen beside the lists of the dashboard, as it occurs in this installation."""

    brands: list[tuple[int, str]]
    versions: list[tuple[int, str]]
    topics: list[tuple[int, str]]
    causes: Words
    profiles: Mapping[str, Words]
    links: list[tuple[int, str]]
    kiosks: list[tuple[int, str]]
    widgets: list[tuple[int, str]]
    enterers: list[tuple[int, str]]
    said: Words

    @classmethod
    def fetch(cls) -> Self:
        known = Profile.objects.values(*OF_PROFILE)
        labels: dict[str, dict[str, Any]] = {
            "tenure_band": dict(Profile.Tenure.choices),
            "age_band": dict(Profile.Age.choices),
            "lifecycle": {row["lifecycle"]: label_of_lifecycle(row["lifecycle"]) for row in known},
        }
        return cls(
            brands=list(Brand.objects.order_by("name", "pk").values_list("pk", "name")),
            versions=_versions(),
            topics=[(topic.pk, str(topic)) for topic in Topic.objects.order_by("position", "pk")],
            causes=CauseTree.fetch().choices,
            links=_ways(OpenLink),
            kiosks=_ways(Kiosk),
            widgets=_ways(WebWidget),
            enterers=_enterers(),
            said=_said(),
            profiles={
                name: [
                    (value, str(labels.get(name, {}).get(value, value)))
                    for value in sorted({row[name] for row in known} - {""})
                ]
                for name in OF_PROFILE
            },
        )


class TouchpointKind(Named):
    """A kind of touchpoint that has a name here, or one that another system made up."""

    def valid_value(self, value: Any) -> bool:
        try:
            KIND(value)
        except ValidationError:
            return super().valid_value(value)
        return True


class AnswersForm(DashboardForm):
    """Everything is optional; what is chosen must all hold. A dashboard's address chooses here what it counts there.

    By words that `access` hides nothing is found.
    """

    unused = OF_CHARTS

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        lists: Lists,
        teams: tuple[int, ...] | None,
        today: date,
        known: Vocabulary,
        access: WordAccess,
    ) -> None:
        super().__init__(data, lists=lists, teams=teams, today=today)
        self.access = access
        for name in OF_CHARTS:
            self.fields[name].widget = forms.HiddenInput()
        scale = SCALES[Metric(self.metric)]
        scores = [(str(score), str(score)) for score in scale.scores]
        categories = [(str(category), str(category.label)) for category in scale.categories.values()]
        self.fields["q"] = PlainField(label=_("Words in comments"), required=False, max_length=LONGEST_SEARCH)
        self.fields |= {
            "category": Named(_("Category"), _any(_("All categories"), categories)),
            "score_from": Named(_("Score from"), _any(_("Any score"), scores)),
            "score_to": Named(_("Score up to"), _any(_("Any score"), scores)),
            "comment": Named(_("Comment"), _any(_("With and without"), [("yes", _("With")), ("no", _("Without"))])),
            "topic": Chosen(_("Topic"), _("All topics"), [*_of_topics(), *known.topics]),
            "work": Named(_("Follow-up"), _any(_("With and without"), _work())),
            "root_cause": Named(_("Root cause"), _any(_("All causes"), known.causes)),
            "outcome": Named(_("Outcome"), _any(_("All outcomes"), Followup.Outcome.choices)),
            "evidence": Named(_("Evidence"), _evidence()),
            "answered": Named(_("Answered"), _any(_("Any time"), _how_soon())),
            "latest": Named(_("Of each customer"), _any(_("All answers"), _latest())),
            "brand": Chosen(_("Brand"), _("All brands"), known.brands),
            "version": Chosen(_("Survey version"), _("All versions"), known.versions),
            "link": Chosen(_("Open link"), _("All open links"), known.links),
            "kiosk": Chosen(_("Kiosk"), _("All kiosks"), known.kiosks),
            "widget": Chosen(_("Web widget"), _("All web widgets"), known.widgets),
            ENTERED_BY: Chosen(_("Entered by"), _("Anybody"), known.enterers),
            "said": Named(_("Further question"), _any(_("Whatever was said"), known.said)),
            "arm": Chosen(_("Arm of an experiment"), _("All arms"), _arms()),
            "touchpoint": TouchpointKind(_("Touchpoint"), _any(_("All touchpoints"), Touchpoint.Kind.choices)),
            "campaign": PlainField(label=_("Campaign"), required=False, max_length=100),
            "language": Named(_("Language"), _any(_("All languages"), spoken.names().items())),
            "medium": Named(pgettext("of a message", "Medium"), _any(_("All media"), OF_ANSWERS)),
        }
        self.fields |= {
            name: Named(label, _any(everything, known.profiles[name])) for name, label, everything in _of_profile()
        }
        missing = [(name, str(self.fields[name].label)) for name in MAY_MISS]
        self.fields["without"] = Named(_("Not known"), [("", "–"), *missing, (NO_AMOUNT, _("Amount in our currency"))])
        for name, label in (("asked_from", _("Asked from")), ("asked_to", _("Asked until"))):
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                input_formats=["%Y-%m-%d"],
                widget=forms.DateInput({"type": "date"}),
                error_messages={"invalid": _("Write the day as 2026-05-31.")},
            )
        for name, label in (("amount_from", _("Amount from")), ("amount_to", _("Amount up to"))):
            self.fields[name] = forms.DecimalField(label=label, required=False, min_value=0, max_digits=14)

    @property
    def finer(self) -> list[str]:
        """The names of the filters that stand behind “more”, where there is something to choose or something is set."""
        names = [name for name in self.fields if name not in {*IN_SIGHT, *OF_CHARTS, *self.dates}]
        return [name for name in names if self._is_choice(name) or self.data.get(name)]

    @property
    def set(self) -> list[str]:
        """The names of the finer filters that are set."""
        return [name for name in self.finer if self.data.get(name)]

    @property
    def is_counted_by_dashboards(self) -> bool:
        """Whether a dashboard counts the very answers that a valid form chooses, but for their category."""
        wanted = self.cleaned_data
        is_finer = bool({*self.set} - {*answer_links.SAID, "latest", "evidence"})
        is_usual = wanted["evidence"] == COUNTED and wanted["latest"] != LATEST_OF_ALL and not wanted["q"]
        return is_usual and not is_finer

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for low, high in (("score_from", "score_to"), ("amount_from", "amount_to")):
            bounds = [_number(cleaned.get(name)) for name in (low, high)]
            if None not in bounds and bounds != sorted(bounds, key=lambda bound: bound or Decimal(0)):
                self.add_error(high, _("This lies below the other end. Change one of them."))
        first, last = cleaned.get("asked_from"), cleaned.get("asked_to")
        if first and last and last < first:
            self.add_error("asked_to", _("The last day lies before the first day. Change one of them."))
        return cleaned

    def selection(self, zone: ZoneInfo) -> Selection:
        """Return what a valid form selects.

        An open link, a kiosk, a widget, or who enters answers of customers, has answers of its own origin alone.
        """
        selection = super().selection(zone)
        ways = ((OpenLink.FILTER, OpenLink.ORIGIN), (Kiosk.FILTER, Kiosk.ORIGIN), (WebWidget.FILTER, WebWidget.ORIGIN))
        chosen = (origin for name, origin in (*ways, (ENTERED_BY, Origin.STAFF)) if self.cleaned_data[name])
        origin = next(chosen, None)
        return replace(selection, origins=(origin.value,)) if origin else selection

    def _is_choice(self, name: str) -> bool:
        """Whether there are two values or more to choose from; a list begins with “all”."""
        choices: Any = getattr(self.fields[name], "choices", None)
        return choices is None or len(list(choices)) > len(("all", "one"))


class SavedViewForm(forms.ModelForm[SavedView]):
    """The name under which the filters are kept."""

    LONGEST_QUERY = 2000

    name = PlainField(label=gettext_lazy("Name of this view"), max_length=60)

    class Meta:
        model = SavedView
        fields = ("name", "is_shared")


def _any(everything: str, choices: Iterable[tuple[Any, Any]]) -> Words:
    """Return what may be chosen, “all” first; what a choice is called begins with a capital here."""
    return [("", everything), *((str(value), capfirst(str(label))) for value, label in choices)]


def _evidence() -> Words:
    return [
        (COUNTED, _("Counted")),
        (DOUBTED, _("Counted, in doubt")),
        (WAITING, _("Waiting for a person")),
    ]


def _of_topics() -> list[tuple[int, str]]:
    return [(NO_TOPIC, _("No topic")), (ANY_TOPIC, _("Any topic"))]


def _how_soon() -> Words:
    days = {"n": EARLY_DAYS}
    return [(EARLY, _("Within %(n)d days of the ask") % days), (LATE, _("Later than %(n)d days after the ask") % days)]


def _latest() -> Words:
    return [
        (LATEST, _("The latest about us as a whole")),
        (LATEST_OF_ALL, _("The latest about us as a whole, of all surveys")),
    ]


def _work() -> Words:
    states = [(str(value), str(label)) for value, label in Followup.Status.choices]
    done = [(COMPENSATED, _("With compensation")), (ASKED_AGAIN, _("Asked again after recovery"))]
    return [(NO_WORK, _("None")), (OPEN_WORK, _("Open")), (DONE_WORK, _("Closed")), *states, *done]


def _of_profile() -> list[tuple[str, str, str]]:
    return [
        ("region", _("Region"), _("All regions")),
        ("size_band", _("Size"), _("All sizes")),
        ("industry", _("Industry"), _("All industries")),
        ("tenure_band", _("Customer for"), _("Any time")),
        ("age_band", _("Age"), _("Any age")),
        ("lifecycle", _("Lifecycle"), _("All stages")),
    ]


def _ways(ways: Any) -> list[tuple[int, str]]:
    return [(way.pk, str(way)) for way in ways.objects.select_related("entry").order_by("entry__name")]


def _enterers() -> list[tuple[int, str]]:
    """Return who wrote down answers of customers."""
    wrote = Exists(StaffEntry.objects.filter(by=OuterRef("pk")))
    return [(user.pk, str(user)) for user in User.objects.filter(wrote).order_by("name", "pk")]


def _versions() -> list[tuple[int, str]]:
    """Return the published versions, those of the surveys in use first."""
    shown = surveys_with_numbers().order_by().values("pk")
    found = SurveyVersion.objects.published().filter(survey__in=shown).select_related("survey")
    ordered = sorted(found, key=lambda one: (one.survey.is_archived, one.survey.name, one.survey_id, -one.number))
    return [(one.pk, f"{one.survey.full_name} · {one.number}") for one in ordered]


def _said() -> Words:
    """Return each further question, then each of its choices, as answers are chosen by them."""
    asked = questions.known().values()
    choices = [(one, [(one.key, _("any answer")), *_choices(one)]) for one in asked]
    return [(value, f"{one.text} · {text}") for one, of_question in choices for value, text in of_question]


def _choices(asked: AskedQuestion) -> Words:
    return [(f"{asked.key}:{value}", text) for value, text in asked.choices()]


def _arms() -> list[tuple[int, str]]:
    begun = ExperimentArm.objects.exclude(experiment__status=Experiment.Status.DRAFT).select_related("experiment")
    return [(arm.pk, f"{arm.experiment.name} · {arm.name}") for arm in begun.order_by("-experiment", "pk")]


def _number(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
