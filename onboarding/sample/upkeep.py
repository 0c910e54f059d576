"""What a worker does about the sample data: load those that are wanted, remove those that are to go."""

import structlog
from django.db import transaction
from django.db.models import F, Max

from accounts import actors, clock, securitylog
from accounts.models import SecurityEvent
from analytics import services as analytics
from crm.models import Profile
from onboarding.models import SampleSet
from onboarding.sample import answers, company, mark, removal, standing, work

log = structlog.get_logger(__name__)
MEANS = "sample data"


def tend() -> str:
    """Do what is to be done, and return the state afterwards: "" where there are no sample data.

    All of it is one transaction, and one worker does it: a killed one leaves nothing half, and the next begins anew.
    What fails is told in the log and tried again, up to MOST_TRIES times.
    """
    try:
        state = _tend()
    except Exception:
        log.exception("sample data")
        SampleSet.objects.update(tries=F("tries") + 1)
        raise
    mark.set_to(state == SampleSet.Status.LOADED)
    return state


def _tend() -> str:
    with transaction.atomic():
        known = SampleSet.objects.select_for_update(skip_locked=True).first()
        if known is None:
            # Either there are none, or another worker is at it.
            return SampleSet.objects.values_list("status", flat=True).first() or ""
        if known.is_loaded and standing.has_real_answers():
            log.info("sample data go: a customer has answered")
            known.leave(by=None, at=clock.now())
        if known.is_stuck or known.is_loaded:
            return known.status
        _remove(known) if known.is_leaving else _load(known)
    # Counted while nobody waits; readers are exact meanwhile.
    analytics.refresh_rollups()
    current = SampleSet.current()
    return current.status if current else ""


def _load(known: SampleSet) -> None:
    if standing.obstacle():
        # A customer answered between the wish and the worker.
        known.delete()
        return
    now, profile = clock.now(), Profile.objects.aggregate(last=Max("pk"))["last"] or 0
    world = company.found(now, by=known.by)
    company.fill(world)
    given = answers.answer(world, answers.ask(world))
    work.open_followups(world, given, by=known.by)
    keys = {"brand": world.brand.pk, "survey": world.survey.pk, "teams": [team.pk for team in world.teams]}
    known.settle(made=keys | {"profile": profile}, at=now)
    _note(known, SecurityEvent.Kind.SAMPLE_LOADED)


def _remove(known: SampleSet) -> None:
    if known.made:
        removal.remove(known)
        _note(known, SecurityEvent.Kind.SAMPLE_REMOVED)
    else:
        known.delete()


def _note(known: SampleSet, kind: SecurityEvent.Kind) -> None:
    with actors.acting_as(known.by, name="" if known.by else MEANS):
        securitylog.note(kind)
