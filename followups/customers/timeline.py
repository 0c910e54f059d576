"""Everything that happened between us and a customer, newest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from crm.models import Contact, Touchpoint
from followups.models import Followup
from followups.models.followup import FollowupQuerySet
from responses.models import Response
from surveys.models import Invitation, Judgement

PAGE = 40


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened; `kind` names the template that shows `subject`."""

    at: datetime
    kind: str
    subject: Any

    @property
    def template(self) -> str:
        return f"followups/timeline/_{self.kind}.html"

    @property
    def contact(self) -> Contact | None:
        """Whose entry it is."""
        whose: Contact | None = self.subject.contact
        return whose


@dataclass(frozen=True)
class Timeline:
    entries: list[TimelineEntry]
    page: int
    has_more: bool

    @property
    def next_page(self) -> int:
        return self.page + 1

    @property
    def previous_page(self) -> int:
        return self.page - 1


def of_contact(
    contact: Contact, *, page: int = 1, size: int = PAGE, with_traces: bool = True, but: Followup | None = None
) -> Timeline:
    """Return one page of what happened with a contact, `but` for one follow-up.

    Six queries, five without the traces of judgements.
    """
    work = Followup.objects.of_contacts([contact.pk])
    others = work.exclude(pk=but.pk) if but else work
    return _timeline(Q(contact=contact), others, page, size, with_traces=with_traces)


def of_people(people: QuerySet[Contact], *, page: int = 1, size: int = PAGE) -> Timeline:
    """Return one page of what happened with several contacts; seven queries, whatever there is."""
    contacts = list(people.values_list("pk", flat=True))
    work = Followup.objects.of_contacts(contacts)
    return _timeline(Q(contact__in=contacts), work, page, size, with_traces=True)


def _timeline(whose: Q, work: FollowupQuerySet, page: int, size: int, *, with_traces: bool) -> Timeline:
    """Sort moments and ids in the database, then fetch the rows of one page by kind."""
    keys = _keys("touchpoint", Touchpoint.objects.filter(whose), F("occurred_at")).union(
        _keys("invitation", Invitation.objects.filter(whose), Coalesce("asked_at", "queued_at", "judged_at", "due_at")),
        _keys("response", Response.objects.filter(whose), F("answered_at")),
        _keys("followup", work, F("created_at")),
        all=True,
    )
    start = (page - 1) * size
    found = list(keys.order_by("-moment", "entry_kind", "-pk")[start : start + size + 1])
    shown = found[:size]
    subjects = {kind: _fetched(kind, shown, with_traces=with_traces) for kind in {kind for _, kind, _ in shown}}
    entries = [TimelineEntry(moment, kind, subjects[kind][pk]) for moment, kind, pk in shown]
    return Timeline(entries, page, len(found) > size)


def _keys(kind: str, rows: QuerySet[Any], moment: Any) -> QuerySet[Any, tuple[datetime, str, int]]:
    keyed = rows.order_by().annotate(moment=moment, entry_kind=Value(kind))
    keys: QuerySet[Any, tuple[datetime, str, int]] = keyed.values_list("moment", "entry_kind", "pk")
    return keys


def _fetched(kind: str, keys: Iterable[tuple[datetime, str, int]], *, with_traces: bool) -> dict[int, Model]:
    rows = ROWS[kind]() if with_traces else ROWS[kind]().prefetch_related(None)
    return rows.in_bulk([pk for _, of_kind, pk in keys if of_kind == kind])


def _touchpoints() -> QuerySet[Touchpoint]:
    return Touchpoint.objects.select_related("contact", "deal", "manager", "product", "channel")


def _invitations() -> QuerySet[Invitation]:
    judgements = Judgement.objects.order_by("-at", "-pk")
    return Invitation.objects.select_related("contact", "survey", "product", "manual_ask__by").prefetch_related(
        Prefetch("judgements", judgements)
    )


def _responses() -> QuerySet[Response]:
    return Response.objects.select_related("contact", "survey", "product", "manager")


def _followups() -> QuerySet[Followup]:
    belonging = (
        "response__contact",
        "invitation__contact",
        "assignee",
        "closed_by",
        "state",
        "root_cause__parent__parent",
    )
    return Followup.objects.select_related(*belonging)


ROWS: dict[str, Callable[[], QuerySet[Any]]] = {
    "touchpoint": _touchpoints,
    "invitation": _invitations,
    "response": _responses,
    "followup": _followups,
}
