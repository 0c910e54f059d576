"""What conditions mean: who fulfils them, by the rows that the CRM keeps of latest scores. No queries of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from crm.models import Contact, Deal, LatestScore
from surveys.audiences.forms import NEVER, OPEN
from surveys.metrics import Metric
from surveys.models import Invitation

# What somebody bought is told of so long.
A_YEAR = timedelta(days=365)
# As `chosen` of ConditionsForm gives them.
Chosen = Mapping[str, Any]
# What must hold of one and the same latest score.
OF_SCORE: Mapping[str, Callable[[Any], Q]] = {
    "metric": lambda metric: Q(metric=metric),
    "answered": lambda category: Q(category=category),
    "score_from": lambda score: Q(score__gte=score),
    "score_to": lambda score: Q(score__lte=score),
    "trend": lambda trend: Q(trend=trend),
    "work": lambda work: Q(work__in=LatestScore.OPEN) if work == OPEN else Q(work=work),
    "product": lambda product: Q(product=product),
    "channel": lambda channel: Q(channel=channel),
    "topic": lambda topic: Q(topics__contains=[topic]),
}


def holding(chosen: Chosen, now: datetime) -> Q:
    """Return what must hold of a contact; everybody fulfils no conditions."""
    scored, never = _of_score(chosen), chosen.get("answered") == NEVER
    kept = Q(Exists(LatestScore.objects.filter(scored, contact=OuterRef("pk")))) if scored else Q()
    if never:
        metric = {"metric": chosen["metric"]} if "metric" in chosen else {}
        kept &= ~Q(Exists(LatestScore.objects.filter(contact=OuterRef("pk"), **metric)))
    for name, condition in OF_CONTACT.items():
        if name in chosen:
            kept &= condition(chosen[name], now)
    return kept


def _of_score(chosen: Chosen) -> Q:
    """Return what must hold of a latest score; a range of scores without a metric is one of the NPS."""
    names = [name for name in OF_SCORE if name in chosen and chosen[name] != NEVER]
    if chosen.get("answered") == NEVER:
        names = [name for name in names if name != "metric"]
    kept = Q()
    for name in names:
        kept &= OF_SCORE[name](chosen[name])
    ranged = {"score_from", "score_to"} & set(names)
    return kept & Q(metric=Metric.NPS) if ranged and not {"metric", "answered"} & set(names) else kept


def _in_language(language: str, _now: datetime) -> Q:
    return Q(language=language) | Q(language__startswith=f"{language}-")


def _of_manager(manager: int, _now: datetime) -> Q:
    return _sold_by(Q(manager=manager)) | Q(pk__in=LatestScore.objects.filter(manager=manager).values("contact"))


def _of_team(team: int, _now: datetime) -> Q:
    return _sold_by(Q(manager__team=team)) | Q(pk__in=LatestScore.objects.filter(team=team).values("contact"))


def _sold_by(whose: Q) -> Q:
    return Q(pk__in=Deal.objects.filter(whose).values("contact"))


def bought(now: datetime, deals: QuerySet[Deal] | None = None) -> QuerySet[Deal]:
    """Return the deals, of `deals`, of which a value is the sum: won in the last twelve months, of known amount."""
    known = Deal.objects.all() if deals is None else deals
    won = known.filter(status=Deal.Status.WON, amount_base__isnull=False)
    return won.filter(closed_at__gt=now - A_YEAR, closed_at__lte=now)


def _worth(**compared: Any) -> Callable[[Any, datetime], Q]:
    """Return the condition on what somebody bought; who bought nothing is worth 0."""

    def condition(limit: Any, now: datetime) -> Q:
        sums = bought(now).order_by().values("contact").annotate(sum=Sum("amount_base"))
        if "at_most" in compared:
            return ~Q(pk__in=sums.filter(sum__gt=limit).values("contact"))
        return Q(pk__in=sums.filter(sum__gte=limit).values("contact")) if limit else Q()

    return condition


def _silent(days: int, now: datetime) -> Q:
    spoke = LatestScore.objects.filter(contact=OuterRef("pk"), answered_at__gt=now - timedelta(days=days))
    return ~Q(Exists(spoke))


def _unasked(days: int, now: datetime) -> Q:
    asked = Invitation.objects.filter(contact=OuterRef("pk"), asked_at__gt=now - timedelta(days=days))
    return ~Q(Exists(asked))


OF_CONTACT: Mapping[str, Callable[[Any, datetime], Q]] = {
    "region": lambda region, _now: Q(profile__region=region),
    "size": lambda band, _now: Q(profile__size_band=band),
    "industry": lambda industry, _now: Q(profile__industry=industry),
    "tenure": lambda band, _now: Q(profile__tenure_band=band),
    "lifecycle": lambda stage, _now: Q(profile__lifecycle=stage),
    "language": _in_language,
    "manager": _of_manager,
    "team": _of_team,
    "value_from": _worth(),
    "value_to": _worth(at_most=True),
    "silent_days": _silent,
    "unasked_days": _unasked,
}


def members(chosen: Chosen, now: datetime) -> QuerySet[Contact]:
    """Return the contacts that fulfil conditions, whoever looks; no record that another one has absorbed."""
    return Contact.objects.shown().filter(holding(chosen, now))
