"""Whoever administers code pools is told that few codes are left in one: once for each time that it becomes so."""

from datetime import datetime

from django.db import transaction

from accounts import company_clock
from accounts.models import User
from followups import notices
from followups.models import CodePool
from followups.notices.shown import ADMINISTERS_POOLS


@transaction.atomic
def tell_due(now: datetime) -> int:
    """Tell of every pool in use of which few codes are left and nobody was told yet; return how many those were.

    A pool that is locked by somebody else is looked at the next time. One that was filled again is told of anew when
    it runs out anew.
    """
    filled = CodePool.objects.filter(few_told_at__isnull=False).with_enough_left()
    CodePool.objects.filter(pk__in=filled.values("pk")).update(few_told_at=None)
    low = CodePool.objects.giving(company_clock.today(now)).filter(few_told_at=None).with_few_left()
    pools = list(low.select_for_update(skip_locked=True, of=("self",)).order_by("pk"))
    if not pools:
        return 0
    people = User.objects.who_may(ADMINISTERS_POOLS).prefetch_related("groups").order_by("pk")
    notices.tell_of_pools(pools, [person for person in people if person.may_log_in], occasion=now.isoformat())
    return CodePool.objects.filter(pk__in=[pool.pk for pool in pools]).update(few_told_at=now)
