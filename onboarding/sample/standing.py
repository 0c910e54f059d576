"""Whether sample data are wanted, there or on their way out; a worker does the rest (onboarding.sample.upkeep)."""

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import ClientKey, User
from accounts.nudges import nudge
from accounts.sources import SAMPLE
from crm.models import Channel, Company, Contact, Deal, Product, Touchpoint
from onboarding.models import SampleSet
from responses.models import Response

TEND = "onboarding.tend_samples"
FED = (Company, Contact, Product, Channel, Deal, Touchpoint)


class CannotLoad(Exception):
    """`reason` says in words why sample data cannot come now."""

    def __init__(self, reason: Promise | str) -> None:
        super().__init__(reason)
        self.reason = reason


def has_real_answers() -> bool:
    """Say whether a customer has answered who is not invented."""
    return Response.objects.filter(~Q(contact__source=SAMPLE) | Q(contact=None)).exists()


def obstacle() -> Promise | str:
    """Return what stands against loading sample data, in words; "" where nothing does."""
    if has_real_answers():
        return _("Customers have answered here already: look around in their answers.")
    if ClientKey.objects.filter(source=SAMPLE, revoked_at=None).exists() or _is_source_taken():
        return _("Another system keeps its records here under the name “sample”.")
    return ""


def _is_source_taken() -> bool:
    taken = any(model._default_manager.filter(source=SAMPLE).exists() for model in FED)
    return taken or User.objects.filter(source=SAMPLE, is_active=True).exists()


@transaction.atomic
def load_soon(*, by: User) -> SampleSet:
    """Have a worker load the sample data; asked for twice they come once. Raises CannotLoad."""
    known = SampleSet.objects.select_for_update().first()
    if known is None:
        if reason := obstacle():
            raise CannotLoad(reason)
        known, _made = SampleSet.objects.get_or_create(pk=1, defaults={"by": by})
    elif known.is_stuck and not known.is_leaving:
        known.tries = 0
        known.save(update_fields=["tries"])
    nudge(TEND)
    return known


@transaction.atomic
def remove_soon(*, by: User | None) -> bool:
    """Have a worker remove the sample data; return False where there are none. What only was wanted is not any more."""
    known = SampleSet.objects.select_for_update().first()
    if known is None:
        return False
    known.leave(by=by, at=clock.now())
    nudge(TEND)
    return True
