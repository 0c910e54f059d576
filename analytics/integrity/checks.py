"""What tells of how numbers came about: for each manager, in how many cases of how many something was so.

Each check is one statement. Of the marked cases the customers of the latest ones are its evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Length

from accounts.media import Mode
from accounts.models import SecurityEvent
from analytics.dashboard.filters import ORIGINS
from analytics.funnel.stages import narrow
from analytics.rollups.cells import Selection
from crm.models import ContactAddress
from responses.models import LinkVisit, Response
from surveys.metrics import SCALES, Tier
from surveys.models import Invitation, ManualAsk, Origin

# A network is the company's own where staff logged in from it within so long before the period, or in it.
OWN_NETWORK = timedelta(days=90)
# Shorter comments are alike by chance: “Thank you!”
OWN_WORDS = 20
# So many customers of one manager with the same words are worth a look.
SAME = 3
MOST_EXAMPLES = 5
NO_CASE = ("cancelled", "merged")


class Share(NamedTuple):
    """`part` of `of` cases."""

    part: int
    of: int

    @property
    def rest(self) -> int:
        return self.of - self.part


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of a selection, those among them that are marked, and the path to the manager and the customer of each."""

    rows: QuerySet[Any]
    marked: Q

    def by_manager(self) -> dict[int, Share]:
        """Return the shares of all managers who have a case."""
        counted = (
            self.rows.filter(manager__isnull=False)
            .order_by()
            .values_list("manager_id")
            .annotate(marked_number=Count("pk", filter=self.marked), number=Count("pk"))
        )
        return {manager: Share(part, of) for manager, part, of in counted}

    def examples(self, manager: int) -> list[int]:
        """Return the customers of the latest marked cases of a manager, newest first."""
        found = self.rows.filter(self.marked, manager=manager, contact__isnull=False).order_by("-pk")
        return list(dict.fromkeys(found.values_list("contact_id", flat=True)[: 4 * MOST_EXAMPLES]))[:MOST_EXAMPLES]


def not_asked(selection: Selection) -> Cases:
    """Who was to be asked and was not, whatever the reason.

    What turned out never to have happened is no case, nor a record whose customer is asked under another one.
    """
    decided = _planned(selection).exclude(status=Invitation.Status.PLANNED).exclude(reason__in=NO_CASE)
    return Cases(decided, Q(status=Invitation.Status.SUPPRESSED))


def undeliverable(selection: Selection) -> Cases:
    """Whose letter could not be delivered, of those that were let out."""
    return Cases(_planned(selection).filter(queued_at__isnull=False), Q(status=Invitation.Status.FAILED))


def readdressed(selection: Selection) -> Cases:
    """Whose address was entered after what happened and before they were asked about it, of customers known before."""
    asked = _planned(selection).filter(
        queued_at__isnull=False, touchpoint__isnull=False, contact__created_at__lt=F("touchpoint__occurred_at")
    )
    entered = ContactAddress.objects.filter(
        contact=OuterRef("contact"),
        medium=OuterRef("medium"),
        created_at__gt=OuterRef("touchpoint__occurred_at"),
        created_at__lte=OuterRef("queued_at"),
    )
    return Cases(asked.annotate(is_readdressed=Exists(entered)), Q(is_readdressed=True))


def asked_by_hand(selection: Selection) -> Cases:
    """Who was asked by a person although the rules said not yet, of those who were asked."""
    asked = _planned(selection).filter(queued_at__isnull=False)
    by_hand = ManualAsk.objects.filter(invitation=OuterRef("pk"))
    return Cases(asked.annotate(is_by_hand=Exists(by_hand)), Q(is_by_hand=True))


def known_promoters(selection: Selection) -> Cases:
    """Who was asked by hand having given a good score the time before, of all asked who had answered before."""
    before = Response.objects.counted().filter(contact=OuterRef("contact"), answered_at__lt=OuterRef("planned_at"))
    by_hand = ManualAsk.objects.filter(invitation=OuterRef("pk"))
    latest = before.filter(metric=selection.metric).order_by("-answered_at").values("counted_score")[:1]
    asked = _planned(selection).filter(queued_at__isnull=False)
    good = SCALES[selection.metric].scores_of(Tier.GOOD)
    cases = asked.annotate(score_before=latest, is_by_hand=Exists(by_hand)).filter(score_before__isnull=False)
    return Cases(cases, Q(is_by_hand=True, score_before__in=good))


def from_own_networks(selection: Selection) -> Cases:
    """Answers sent from a network from which staff log in, of those whose network is known."""
    start, end = selection.period.moments(selection.zone)
    logins = SecurityEvent.objects.filter(kind=SecurityEvent.Kind.LOGIN, at__gte=start - OWN_NETWORK, at__lt=end)
    sent = LinkVisit.objects.filter(
        invitation=OuterRef("invitation"), method="POST", verdict=LinkVisit.Verdict.HUMAN, at__gte=start
    ).exclude(network="")
    answers = _answers(selection).annotate(
        is_known=Exists(sent), is_own=Exists(sent.filter(network__in=logins.values("network")))
    )
    return Cases(answers.filter(is_known=True), Q(is_own=True))


def entered_by_staff(selection: Selection) -> Cases:
    """Answers that staff wrote down, of all answers, whatever way they came."""
    return Cases(_answers(replace(selection, origins=tuple(ORIGINS))), Q(origin=Origin.STAFF) & ~Q(medium=Mode.IVR))


def entered_by_manager(selection: Selection) -> Cases:
    """Answers that the manager of the deal wrote down, of all answers, whatever way they came."""
    answers = _answers(replace(selection, origins=tuple(ORIGINS)))
    return Cases(answers, Q(staff_entry__is_own_deal=True))


def same_words(selection: Selection) -> Cases:
    """Comments that several customers of one manager gave word for word, of comments of some length."""
    long = _answers(selection).annotate(length=Length("folded_comment")).filter(length__gte=OWN_WORDS)
    said = long.annotate(
        told=Concat(Cast("manager_id", TextField()), Value(" "), "folded_comment", output_field=TextField())
    )
    # Counted once, and not anew beside each answer.
    repeated = (
        said.order_by()
        .values("told")
        .annotate(customers=Count("contact", distinct=True))
        .filter(customers__gte=SAME)
        .values("told")
    )
    return Cases(said, Q(told__in=repeated))


# By what a check is called in files.
CHECKS: Mapping[str, Callable[[Selection], Cases]] = {
    "not_asked": not_asked,
    "undeliverable": undeliverable,
    "readdressed": readdressed,
    "asked_by_hand": asked_by_hand,
    "known_promoters": known_promoters,
    "own_networks": from_own_networks,
    "entered_by_staff": entered_by_staff,
    "entered_by_manager": entered_by_manager,
    "same_words": same_words,
}


def _planned(selection: Selection) -> QuerySet[Invitation]:
    start, end = selection.period.moments(selection.zone)
    return narrow(Invitation.objects.filter(planned_at__gte=start, planned_at__lt=end), selection)


def _answers(selection: Selection) -> QuerySet[Response]:
    return selection.narrow(Response.objects.counted())
