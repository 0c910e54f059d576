"""The board: improvements by their state, filtered and in an order that the reader chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F
from django.db.models.expressions import OrderBy

from accounts.models import User
from followups.improvements import answers
from followups.models import Improvement
from followups.models.improvement import ImprovementQuerySet

VOTES, POINTS, DUE = "votes", "points", "due"
ORDERS: Mapping[str, tuple[str | OrderBy, ...]] = {
    VOTES: ("-voices", F("due_on").asc(nulls_last=True), "-pk"),
    POINTS: (F("expected_points").desc(nulls_last=True), "-voices", "-pk"),
    DUE: (F("due_on").asc(nulls_last=True), "-voices", "-pk"),
}
# Of what is over the board shows so many, the latest; the file has them all.
MOST_OVER = 20


@dataclass(frozen=True, slots=True)
class ImprovementCard:
    """One improvement on the board: its votes, whether the reader's is among them, and the answers that asked for it.

    Only answers that the reader may look at are counted.
    """

    improvement: Improvement
    votes: int
    is_wanted: bool
    answers: int
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """The improvements of one state; `hidden`: how many older ones are left out."""

    state: str
    label: str
    cards: Sequence[ImprovementCard]
    hidden: int

    @property
    def number(self) -> int:
        return len(self.cards) + self.hidden


def shown_to(reader: User, chosen: dict[str, Any]) -> ImprovementQuerySet:
    """Return the improvements that a reader sees, of the brand, team, topic and owner chosen, with their `voices`."""
    found = Improvement.objects.visible_to(reader).filter(
        **{name: value for name in ("brand", "team", "owner") if (value := chosen.get(name))}
    )
    if topic := chosen.get("topic"):
        found = found.filter(topics=topic)
    counted: ImprovementQuerySet = found.annotate(voices=Count("votes", distinct=True))
    return counted


def voices_of(row: Improvement) -> int:
    """Return the votes of an improvement that `shown_to` found."""
    voices: int = vars(row)["voices"]
    return voices


def columns(reader: User, chosen: dict[str, Any], today: date) -> list[BoardColumn]:
    """Return the columns in the order of the states; six queries however many improvements there are."""
    in_order = ORDERS.get(chosen.get("order") or VOTES, ORDERS[VOTES])
    rows = list(
        shown_to(reader, chosen).select_related("owner", "brand", "team").prefetch_related("topics").order_by(*in_order)
    )
    asked = answers.counts(rows, reader)
    own = set(Improvement.objects.filter(votes__person=reader).values_list("pk", flat=True))
    cards = {
        row.pk: ImprovementCard(
            row,
            voices_of(row),
            row.pk in own,
            asked.get(row.pk, 0),
            row.is_overdue(today),
        )
        for row in rows
    }
    return [_column(state, [cards[row.pk] for row in rows if row.state == state]) for state in Improvement.State]


def _column(state: Improvement.State, cards: Sequence[ImprovementCard]) -> BoardColumn:
    is_over = state not in Improvement.OPEN
    shown = sorted(cards, key=lambda card: (card.improvement.done_on or date.min, card.improvement.pk), reverse=True)
    kept = shown[:MOST_OVER] if is_over and len(cards) > MOST_OVER else cards
    return BoardColumn(state.value, str(state.label), kept, len(cards) - len(kept))
