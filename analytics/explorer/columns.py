"""What is told of an answer outside, in one table for files and for the API: names and values are the same."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import BaseExpression, Combinable
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf, Trim

from analytics.files import STARTS_A_FORMULA
from analytics.models import AnswerChange
from responses.models import FurtherAnswer, Kiosk, OpenLink, ResponseTopic, WebWidget
from responses.models.response import ResponseQuerySet
from responses.word_access import WordAccess


class Harmless(Func):
    """What files.harmless does, in the database."""

    function = "regexp_replace"
    template = f"%(function)s(%(expressions)s, '^([{STARTS_A_FORMULA}])', '''\\1')"
    output_field = TextField()


@dataclass(frozen=True)
class ExportColumn:
    """One column. `is_foreign`: its text comes from outside, so that a spreadsheet must not run it.

    `is_personal`: it says who the customer or the manager is, or may say so.
    """

    name: str
    source: Combinable
    is_foreign: bool = False
    is_personal: bool = False


def _told(name: str, path: str, *, is_personal: bool = False) -> ExportColumn:
    return ExportColumn(name, F(path), is_foreign=True, is_personal=is_personal)


def _of_way(path: str, *ways: Any) -> Combinable:
    """Return a fact of the open link, the kiosk or the widget by which an answer came in, "" of any other."""
    found = [Subquery(way.objects.filter(entry=OuterRef("entry")).values(path)[:1]) for way in ways]
    return Coalesce(*found, Value(""))


def _further(words: Combinable) -> Combinable:
    """Return what was said to further questions, in their order, as far as it counts."""
    said = FurtherAnswer.objects.standing().filter(response=OuterRef("pk")).order_by("pk")
    told = JSONObject(key=F("key"), options=F("options"), number=F("number"), words=words)
    return ArraySubquery(said.annotate(told=told).values("told"))


# Where to call is no word about us: whoever may not read critics' words may call them all the same.
WITHOUT_WORDS = Case(When(number=1, options=[], then=F("words")), default=Value(""), output_field=TextField())
_TOPICS = ArraySubquery(
    ResponseTopic.objects.filter(response=OuterRef("pk")).order_by("topic__position", "topic").values("topic__slug")
)
_CHANGED = AnswerChange.objects.filter(answer_id=OuterRef("pk")).order_by("-at")
# The deal that an invited answer is about.
_DEAL = "invitation__touchpoint__deal"

WORDS_OF_CUSTOMERS, FURTHER = "comment", "further"

COLUMNS = (
    ExportColumn("id", F("pk")),
    ExportColumn("answered_at", F("answered_at")),
    ExportColumn("metric", F("metric")),
    ExportColumn("score", F("counted_score")),
    ExportColumn("score_now", F("score")),
    ExportColumn("category", F("category")),
    _told(WORDS_OF_CUSTOMERS, "comment", is_personal=True),
    ExportColumn("topics", Func(_TOPICS, Value(", "), function="array_to_string", output_field=TextField())),
    ExportColumn("survey", F("survey__name"), is_foreign=True),
    ExportColumn("kind", F("kind")),
    ExportColumn("touchpoint", F("touchpoint_kind")),
    ExportColumn("origin", F("origin")),
    ExportColumn("language", F("language")),
    ExportColumn("medium", F("medium")),
    ExportColumn("entered_by", NullIf("staff_entry__by__name", Value("")), is_foreign=True, is_personal=True),
    ExportColumn(
        "contact",
        Trim(Concat(Coalesce("contact__first_name", Value("")), Value(" "), Coalesce("contact__last_name", Value("")))),
        is_foreign=True,
        is_personal=True,
    ),
    _told("contact_source", "contact__source", is_personal=True),
    _told("contact_external_id", "contact__external_id", is_personal=True),
    _told("company", "company__name", is_personal=True),
    ExportColumn("manager", NullIf("manager__name", Value("")), is_foreign=True, is_personal=True),
    _told("team", "team__name"),
    _told("brand", "brand__name"),
    _told("product", "product__name"),
    _told("channel", "channel__name"),
    _told("campaign", "campaign"),
    ExportColumn("open_link", _of_way("entry__name", OpenLink), is_foreign=True),
    ExportColumn("kiosk", _of_way("entry__name", Kiosk), is_foreign=True),
    ExportColumn("widget", _of_way("entry__name", WebWidget), is_foreign=True),
    ExportColumn("place", _of_way("place", OpenLink, Kiosk), is_foreign=True),
    ExportColumn("amount", F("amount")),
    ExportColumn("currency", F("currency")),
    ExportColumn("amount_base", F("amount_base")),
    _told("region", "profile__region"),
    _told("size", "profile__size_band"),
    _told("industry", "profile__industry"),
    ExportColumn("customer_for", F("profile__tenure_band")),
    ExportColumn("age", F("profile__age_band")),
    ExportColumn("lifecycle", F("profile__lifecycle")),
    ExportColumn("followup", F("followup__status")),
    ExportColumn("root_cause", F("followup__root_cause")),
    ExportColumn("in_doubt", ExpressionWrapper(Q(is_provisional=True) | ~Q(suspicion=[]), output_field=BooleanField())),
    ExportColumn("changed_at", F("changed_at")),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
# What programs are told: lists as lists, and what they need to keep a copy that stays true.
_OF_PROGRAMS = {
    "topics": ExportColumn("topics", _TOPICS),
    "is_counted": ExportColumn("is_counted", ExpressionWrapper(Q(is_provisional=False), output_field=BooleanField())),
    "company_external_id": _told("company_external_id", "company__external_id", is_personal=True),
    "deal_source": _told("deal_source", f"{_DEAL}__source", is_personal=True),
    "deal_external_id": _told("deal_external_id", f"{_DEAL}__external_id", is_personal=True),
    FURTHER: ExportColumn(FURTHER, _further(F("words")), is_personal=True),
    "updated_at": ExportColumn("updated_at", Subquery(_CHANGED.values("at")[:1])),
}
OF_API = tuple(({column.name: column for column in COLUMNS} | _OF_PROGRAMS).values())


def told(column: ExportColumn) -> str:
    """Return the name of the column in a query: no field of an answer has it."""
    return f"told_{column.name}"


def source(column: ExportColumn, access: WordAccess) -> Combinable:
    """Return where a column is read; of words that `access` hides nothing is told."""
    if column.name == FURTHER:
        return access.instead(_further(WITHOUT_WORDS), column.source)
    return access.comment if column.name == WORDS_OF_CUSTOMERS else column.source


def rows(found: ResponseQuerySet, access: WordAccess, *, for_spreadsheets: bool = True) -> Any:
    """Return the answers as tuples in the order of NAMES, newest first, without the words that `access` hides."""
    sources: dict[str, BaseExpression | Combinable] = {
        told(column): Harmless(source(column, access))
        if for_spreadsheets and column.is_foreign
        else source(column, access)
        for column in COLUMNS
    }
    return found.order_by("-answered_at", "-pk").annotate(**sources).values_list(*sources)
