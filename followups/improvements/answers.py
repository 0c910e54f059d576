"""The answers behind improvements: which of them a member of staff may look at, which asked, which may be linked."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts import company_clock
from accounts.models import User
from followups.customers import visibility
from followups.models import Followup, Improvement, ImprovementAnswer, RootCause
from responses.models import Response, ResponseTopic
from responses.models.response import ResponseQuerySet
from surveys.metrics import Category, Tier

# Answers of so many days are suggested.
RECENT = timedelta(days=90)
CONTENT = tuple(category.value for category in Category if category.tier is Tier.GOOD)


def readable_by(user: User) -> ResponseQuerySet:
    """Return the answers that a person may look at: those of their team's numbers, else those of their follow-ups."""
    if user.is_manager:
        return visibility.answers_of(user)
    theirs = Followup.objects.visible_to(user).filter(response=OuterRef("pk"))
    found: ResponseQuerySet = Response.objects.filter(Exists(theirs))
    return found


def linked(improvement: Improvement, reader: User) -> ResponseQuerySet:
    """Return the answers that asked for an improvement, as far as a person may look at them."""
    return readable_by(reader).filter(improvements__improvement=improvement)


def counts(improvements: Iterable[Improvement], reader: User) -> dict[int, int]:
    """Return how many answers asked for each improvement, as far as a person may look at them; one query."""
    asked = ImprovementAnswer.objects.filter(
        improvement__in=[each.pk for each in improvements], response__in=readable_by(reader)
    )
    return dict(asked.values_list("improvement").annotate(Count("pk")))


def suggested(improvement: Improvement, reader: User, now: datetime) -> ResponseQuerySet:
    """Return answers of late that name its topics, or whose follow-ups name its root causes or what is part of them.

    Only what is not content and not linked yet, of its team and brand; of what is done only what came before.
    """
    end = datetime.combine(improvement.done_on, time(), company_clock.zone()) if improvement.done_on else now
    found = readable_by(reader).counted().between(end - RECENT, end).exclude(category__in=CONTENT)
    if improvement.team_id:
        found = found.filter(team=improvement.team_id)
    if improvement.brand_id:
        found = found.filter(survey__brand=improvement.brand_id)
    of_answer = {"response": OuterRef("pk")}
    named = ResponseTopic.objects.filter(**of_answer, topic__in=improvement.topics.values("pk"))
    caused = Followup.objects.filter(**of_answer, root_cause__in=causes_of(improvement))
    linked_already = ImprovementAnswer.objects.filter(**of_answer, improvement=improvement)
    return found.filter(Exists(named) | Exists(caused), ~Exists(linked_already)).exclude(origin="test")


def causes_of(improvement: Improvement) -> QuerySet[RootCause]:
    """Return the root causes of an improvement, and everything below them in the tree."""
    chosen = improvement.root_causes.values("pk")
    return RootCause.objects.filter(Q(pk__in=chosen) | Q(parent__in=chosen) | Q(parent__parent__in=chosen))
