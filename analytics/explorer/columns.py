"""What an export says of an answer, in one table for every format: names and values are those of the API."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, F, Func, OuterRef, Q, TextField, Value
from django.db.models.expressions import BaseExpression, Combinable
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from responses.models import ResponseTopic
from responses.models.response import ResponseQuerySet

# The first letter by which a spreadsheet takes a cell for a formula, in both widths.
STARTS_A_FORMULA = "=+@\t\r\n＝＋－＠-"


class Harmless(Func):
    """Text with an apostrophe before what a spreadsheet would run as a formula (OWASP, “CSV injection”)."""

    function = "regexp_replace"
    template = f"%(function)s(%(expressions)s, '^([{STARTS_A_FORMULA}])', '''\\1')"
    output_field = TextField()


@dataclass(frozen=True)
class ExportColumn:
    """One column. `is_foreign`: its text comes from outside, so that a spreadsheet must not run it."""

    name: str
    source: Combinable
    is_foreign: bool = False


def _told(name: str, path: str) -> ExportColumn:
    return ExportColumn(name, F(path), is_foreign=True)


def _topics() -> Combinable:
    tapped = ResponseTopic.objects.filter(response=OuterRef("pk")).order_by("topic__position", "topic")
    return Func(
        ArraySubquery(tapped.values("topic__slug")), Value(", "), function="array_to_string", output_field=TextField()
    )


COLUMNS = (
    ExportColumn("id", F("pk")),
    ExportColumn("answered_at", F("answered_at")),
    ExportColumn("metric", F("metric")),
    ExportColumn("score", F("counted_score")),
    ExportColumn("score_now", F("score")),
    ExportColumn("category", F("category")),
    _told("comment", "comment"),
    ExportColumn("topics", _topics()),
    ExportColumn("survey", F("survey__name"), is_foreign=True),
    ExportColumn("kind", F("kind")),
    ExportColumn("touchpoint", F("touchpoint_kind")),
    ExportColumn("origin", F("origin")),
    ExportColumn("language", F("language")),
    ExportColumn("medium", F("medium")),
    ExportColumn(
        "contact",
        Trim(Concat(Coalesce("contact__first_name", Value("")), Value(" "), Coalesce("contact__last_name", Value("")))),
        is_foreign=True,
    ),
    _told("contact_source", "contact__source"),
    _told("contact_external_id", "contact__external_id"),
    _told("company", "company__name"),
    ExportColumn("manager", NullIf("manager__name", Value("")), is_foreign=True),
    _told("team", "team__name"),
    _told("brand", "brand__name"),
    _told("product", "product__name"),
    _told("channel", "channel__name"),
    _told("campaign", "campaign"),
    ExportColumn("amount", F("amount")),
    ExportColumn("currency", F("currency")),
    ExportColumn("amount_base", F("amount_base")),
    _told("region", "profile__region"),
    _told("size", "profile__size_band"),
    _told("industry", "profile__industry"),
    ExportColumn("customer_for", F("profile__tenure_band")),
    ExportColumn("age", F("profile__age_band")),
    ExportColumn("followup", F("followup__status")),
    ExportColumn("root_cause", F("followup__root_cause")),
    ExportColumn("in_doubt", ExpressionWrapper(Q(is_provisional=True) | ~Q(suspicion=[]), output_field=BooleanField())),
    ExportColumn("changed_at", F("changed_at")),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)


def rows(found: ResponseQuerySet, *, for_spreadsheets: bool = True) -> Any:
    """Return the answers as tuples in the order of NAMES, newest first."""
    sources: dict[str, BaseExpression | Combinable] = {
        f"told_{column.name}": Harmless(column.source) if for_spreadsheets and column.is_foreign else column.source
        for column in COLUMNS
    }
    return found.order_by("-answered_at", "-pk").annotate(**sources).values_list(*sources)
