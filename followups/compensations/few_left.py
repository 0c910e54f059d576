"""Whoever administers code pools is told that few codes are left in one: once for each time that it becomes so."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import company_clock
from accounts.models import User
from accounts.setaside import Batch
from followups import notices
from followups.models import CodePool
from followups.models.code_pool import CodePoolQuerySet
from followups.notices.shown import ADMINISTERS_POOLS

TELLING = Batch("few codes", _("telling of few codes"), task="followups.tell_few_codes", model=CodePool)


def tell_due(now: datetime) -> int:
    """Tell of every pool in use of which few codes are left and nobody was told yet; return how many those were.

    Each pool is told of in a transaction of its own: one that fails is set aside and stops no other, and one that is
    locked by somebody else is looked at the next time. One that was filled again is told of anew when it runs out anew.
    """
    run = TELLING.run(now)
    found = [pool.pk for pools in (_refilled(), _low(now)) for pool in pools.exclude(pk__in=run.resting).order_by("pk")]
    people = _administrators() if found else []
    return sum(run.one_by_one(found, lambda pool_id: _look_at(pool_id, people, now)).results)


def _refilled() -> CodePoolQuerySet:
    told: CodePoolQuerySet = CodePool.objects.filter(few_told_at__isnull=False)
    return told.with_enough_left()


def _low(now: datetime) -> CodePoolQuerySet:
    giving: CodePoolQuerySet = CodePool.objects.giving(company_clock.today(now)).filter(few_told_at=None)
    return giving.with_few_left()


def _administrators() -> list[User]:
    people = User.objects.who_may(ADMINISTERS_POOLS).prefetch_related("groups").order_by("pk")
    return [person for person in people if person.may_log_in]


def _look_at(pool_id: int, people: Sequence[User], now: datetime) -> int:
    """Tell of a pool, or forget that it was told of, by what is true under its lock; return how many were told of."""
    one = {"pk": pool_id}
    if pool := _low(now).filter(**one).select_for_update(skip_locked=True, of=("self",)).first():
        notices.tell_of_pools([pool], people, occasion=now.isoformat())
        return CodePool.objects.filter(**one).update(few_told_at=now)
    CodePool.objects.filter(pk__in=_refilled().filter(**one).values("pk")).update(few_told_at=None)
    return 0
