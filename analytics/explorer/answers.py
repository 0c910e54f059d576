"""The answers that are chosen: the same rows that a dashboard with the same filters counts."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from analytics.delay_curve import EARLY_DAYS
from analytics.experiments import asks as experiments
from analytics.explorer import word_search
from analytics.explorer.forms import (
    ANY_TOPIC,
    ASKED_AGAIN,
    COMPENSATED,
    DONE_WORK,
    DOUBTED,
    EARLY,
    ENTERED_BY,
    LATEST_OF_ALL,
    NO_AMOUNT,
    NO_TOPIC,
    NO_WORK,
    OF_PROFILE,
    OPEN_WORK,
    WAITING,
    AnswersForm,
)
from analytics.models import Succession
from analytics.periods import DAY, midnight
from analytics.rollups.cells import Selection
from analytics.unit import Unit
from followups.models import Compensation, Followup, RootCause
from responses.models import FurtherAnswer, Response, ResponseTopic
from responses.models.response import WORDS, ResponseQuerySet
from responses.word_access import WordAccess
from surveys.models import ExperimentArm

# Whose an answer is, as analytics.rollups.sql.ACCOUNT numbers it: the company's, else the contact's, else its own.
ACCOUNT = Coalesce(F("company_id") * 4, F("contact_id") * 4 + 1, F("id") * 4 + 2)

# What is looked at as it is typed: the column or the path to it, by the name of the filter.
AS_IT_IS = {
    "score_from": "counted_score__gte",
    "score_to": "counted_score__lte",
    "brand": "brand",
    "version": "version",
    "touchpoint": "touchpoint_kind",
    "campaign": "campaign",
    "link": "entry__open_link",
    "kiosk": "entry__kiosk",
    "widget": "entry__widget",
    ENTERED_BY: "staff_entry__by",
    "language": "language",
    "medium": "medium",
    "amount_from": "amount_base__gte",
    "amount_to": "amount_base__lte",
    **{name: f"profile__{name}" for name in OF_PROFILE},
}
# The facts that name a row of their own; the others are texts.
ROWS = ("manager", "team", "channel", "product", "brand")
OF_WORK = {
    NO_WORK: Q(followup=None),
    OPEN_WORK: Q(followup__status__in=Followup.OPEN),
    COMPENSATED: Q(Exists(Compensation.objects.standing().filter(followup__response=OuterRef("pk")))),
    ASKED_AGAIN: Q(followup__second_ask__isnull=False),
}


def chosen(form: AnswersForm, zone: ZoneInfo) -> ResponseQuerySet:
    """Return what a valid form chooses, within what its person may see, in no order."""
    found, category = of_all_categories(form, zone), form.cleaned_data["category"]
    return found.filter(category=category) if category else found


def of_all_categories(form: AnswersForm, zone: ZoneInfo) -> ResponseQuerySet:
    """Return the same, whatever category was chosen."""
    selection = form.selection(zone)
    found = selection.narrow(_by_evidence(form.cleaned_data["evidence"]))
    if form.cleaned_data["latest"]:
        column = "next_at" if form.cleaned_data["latest"] == LATEST_OF_ALL else selection.next_answer
        found = latest_of_each(found, selection.period.moments(zone)[1], column)
    conditions = {path: form.cleaned_data[name] for name, path in AS_IT_IS.items()}
    found = found.filter(**{path: value for path, value in conditions.items() if value not in (None, "")})
    if comment := form.cleaned_data["comment"]:
        found = found.exclude(comment="") if comment == "yes" else found.filter(comment="")
    found = by_words(found, form.cleaned_data["q"], form.access)
    found = found.filter(_asked(form.cleaned_data["asked_from"], form.cleaned_data["asked_to"], zone))
    if how_soon := form.cleaned_data["answered"]:
        bound = "answered_at__lte" if how_soon == EARLY else "answered_at__gt"
        found = found.filter(**{bound: F("invitation__asked_at") + timedelta(days=EARLY_DAYS)})
    found = _of_arm(found, form.cleaned_data["arm"])
    found = _who_said(found, form.cleaned_data["said"])
    if missing := form.cleaned_data["without"]:
        found = found.filter(_is_missing(missing))
    if (topic := form.cleaned_data["topic"]) is not None:
        found = found.filter(_about(topic))
    return found.filter(_of_followup(form.cleaned_data))


def of_selection(selection: Selection) -> ResponseQuerySet:
    """Return the very answers that a dashboard counts in its own period, in no order."""
    found = selection.narrow(Response.objects.counted())
    if selection.unit is Unit.ANSWERS:
        return found
    return latest_of_each(found, selection.period.moments(selection.zone)[1], selection.next_answer)


def behind(found: ResponseQuerySet, moment: datetime, pk: int) -> ResponseQuerySet:
    """Return those that a list, newest first, has behind the answer `pk` of that moment."""
    return found.filter(answered_at__lte=moment).exclude(answered_at=moment, pk__gte=pk)


def latest_of_each(found: ResponseQuerySet, end: datetime, column: str) -> ResponseQuerySet:
    """Leave out the answers about the relationship that the same customer gave anew before `end`, by a `column`."""
    given_anew = Succession.objects.filter(response_id=OuterRef("pk"), **{f"{column}__lt": end})
    return found.exclude(Exists(given_anew))


def _of_arm(found: ResponseQuerySet, arm: int | None) -> ResponseQuerySet:
    """Keep the answers that the arm of an experiment counts; all where none is chosen."""
    if arm is None:
        return found
    return experiments.answers_of_arm(found, ExperimentArm.objects.select_related("experiment").get(pk=arm))


def _who_said(found: ResponseQuerySet, said: str) -> ResponseQuerySet:
    """Keep the answers that said something to a further question, or chose one thing; all where none is named."""
    if not said:
        return found
    key, _colon, choice = said.partition(":")
    chose = Q(options__contains=[choice]) | Q(number=int(choice)) if choice else Q()
    return found.filter(Exists(FurtherAnswer.objects.standing().filter(chose, response=OuterRef("pk"), key=key)))


def _asked(first: date | None, last: date | None, zone: ZoneInfo) -> Q:
    """Say that an answer is to an ask of some days; whoever was not invited was not asked."""
    asked = Q()
    if first:
        asked &= Q(invitation__asked_at__gte=midnight(first, zone))
    if last:
        asked &= Q(invitation__asked_at__lt=midnight(last + DAY, zone))
    return asked


def _is_missing(fact: str) -> Q:
    """Say that an answer is without a fact: it has no such row, or an empty text."""
    if fact == NO_AMOUNT:
        return Q(amount_base__isnull=True)
    path = AS_IT_IS.get(fact, fact)
    is_row = path in ROWS
    return Q(**{f"{path}__isnull": True}) if is_row else Q(**{path: ""}) | Q(**{f"{path}__isnull": True})


def _by_evidence(evidence: str) -> ResponseQuerySet:
    everything: ResponseQuerySet = Response.objects.all()
    if evidence == WAITING:
        return everything.provisional()
    counted = everything.counted()
    return counted.exclude(suspicion=[]) if evidence == DOUBTED else counted


def by_words(found: ResponseQuerySet, typed: str, access: WordAccess) -> ResponseQuerySet:
    """Return those whose comments hold the words, in any of their forms; all where nothing is typed.

    Comments that `access` hides hold nothing.
    """
    if not typed:
        return found
    words = word_search.query(typed)
    if not words:
        return found.none()
    wanted = SearchQuery(words, config="simple", search_type="raw")
    # An answer without a comment is in no index of words.
    return access.readable(found).exclude(comment="").annotate(words=WORDS).filter(words=wanted)


def _about(topic: int) -> Q:
    named = ResponseTopic.objects.filter(response=OuterRef("pk"))
    if topic == NO_TOPIC:
        return ~Q(Exists(named))
    return Q(Exists(named if topic == ANY_TOPIC else named.filter(topic=topic)))


def _of_followup(wanted: Mapping[str, Any]) -> Q:
    """Say what the follow-up of an answer is like; a root cause means what stands below it in the tree too."""
    kept = _of_work(wanted["work"]) if wanted["work"] else Q()
    if cause := wanted["root_cause"]:
        kept &= Q(followup__root_cause__in=RootCause.objects.under(cause).values("slug"))
    if outcome := wanted["outcome"]:
        kept &= Q(followup__outcome=outcome)
    return kept


def _of_work(work: str) -> Q:
    if work == DONE_WORK:
        return Q(followup__isnull=False) & ~OF_WORK[OPEN_WORK]
    return OF_WORK.get(work, Q(followup__status=work))
