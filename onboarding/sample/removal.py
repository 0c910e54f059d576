"""Every row of the sample data goes, whatever was done with them meanwhile, in one transaction.

The undo of an import keeps what others name; here whatever names an invented customer goes with them, since nothing
real can. So which rows go is read from the relations of the models (onboarding.sample.relations), and what carries no
relation is named here: counts of the dashboards, changes told to other systems, refused addresses, kinds of customers.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, models, transaction

from accounts import addresses
from accounts.models import Brand, Team, User
from accounts.sources import SAMPLE
from analytics import services as analytics
from crm.models import (
    Channel,
    Company,
    Contact,
    ContactAddress,
    Deal,
    Product,
    Profile,
    ScoreChange,
    Suppression,
    Touchpoint,
)
from delivery.models import Message
from followups.models import Followup
from onboarding.models import SampleSet
from onboarding.sample import relations
from onboarding.sample.relations import Rows
from responses.models import Response
from surveys.models import Invitation, Survey

RECORDS = (Company, Contact, Deal, Touchpoint)
# What real rows may name as well, as they may the survey, the brand and the teams: then it stays.
HOLDERS = (Product, Channel, User)
TOLD = (Company, Contact, Deal, Invitation, Response, Followup)


def counted() -> list[tuple[str, int]]:
    """Return what is here of the sample data by kind, for people."""
    of_answers = {"contact__source": SAMPLE}
    filters: dict[type[models.Model], dict[str, Any]] = {
        Invitation: of_answers,
        Response: of_answers,
        Followup: {"response__contact__source": SAMPLE},
    }
    found = []
    for model in TOLD:
        rows = model._default_manager.filter(**filters.get(model, {"source": SAMPLE}))
        found.append((str(model._meta.verbose_name_plural), rows.count()))
    return found


def rows_that_go(known: SampleSet) -> Rows:
    """Return the keys of all rows that go, by model, but for holders."""
    roots: Rows = {
        model: set(model._default_manager.filter(source=SAMPLE).values_list("pk", flat=True)) for model in RECORDS
    }
    teams = set(known.made["teams"])
    roots[Team] = teams - relations.narrowed_to(Team, teams)
    rows = relations.hanging_on(roots)
    rows |= {Message: _letters(rows)}
    return relations.hanging_on(rows)


def _letters(rows: Rows) -> set[int]:
    """Return the letters that rows name which go: there are none unless something was written all the same."""
    found: set[int] = set()
    for model, keys in rows.items():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.remote_field.model is Message:
                named = model._base_manager.filter(pk__in=keys).values_list(field.attname, flat=True)
                found |= {pk for pk in named if pk is not None}
    return found


@transaction.atomic
def remove(known: SampleSet) -> Counter[str]:
    """Remove the sample data and what is known of them; return how many rows of each kind. Again it does nothing."""
    rows = rows_that_go(known)
    hashes = _hashes(rows)
    relations.log_entries(rows).delete()
    relations.forget(rows)
    for model in relations.from_the_leaves(rows):
        # Without Django's collector, which would ask for every relation again.
        model._base_manager.filter(pk__in=rows[model])._raw_delete(using=DEFAULT_DB_ALIAS)
    analytics.forget_survey(known.made["survey"], rows.get(Response, ()))
    ScoreChange.objects.filter(contact_id__in=rows.get(Contact, ())).delete()
    Suppression.objects.filter(address_hash__in=hashes).delete()
    _forget_profiles(known)
    for let_go in _holders(known):
        _try(let_go)
    known.delete()
    return Counter({model._meta.label: len(keys) for model, keys in rows.items() if keys})


def _hashes(rows: Rows) -> list[bytes]:
    known = ContactAddress.objects.filter(pk__in=rows.get(ContactAddress, ())).values_list("medium", "value")
    return [digest for medium, value in known for digest in addresses.digests(medium, value)]


def _forget_profiles(known: SampleSet) -> None:
    """Delete the kinds of customers that are newer than the sample data and of which nobody is one any more."""
    newer = Profile.objects.filter(pk__gt=known.made["profile"])
    for relation in Profile._meta.related_objects:
        naming: Any = relation.related_model
        newer = newer.exclude(pk__in=naming._base_manager.filter(profile__isnull=False).values("profile"))
    newer.delete()


def _holders(known: SampleSet) -> Iterable[Callable[[], object]]:
    """Return how each holder goes, those first that name others."""
    for survey in Survey.objects.filter(pk=known.made["survey"]):
        yield survey.delete_unused
    for brand in Brand.objects.filter(pk=known.made["brand"]):
        yield brand.delete
    for model in HOLDERS:
        for row in model._default_manager.filter(source=SAMPLE):
            yield partial(_let_go, row)


def _let_go(row: models.Model) -> None:
    if not relations.narrowed_to(type(row), [row.pk]):
        row.delete()


def _try(let_go: Callable[[], object]) -> None:
    """Delete a holder, unless something real names it by now: then it stays, as what it was taken for."""
    try:
        with transaction.atomic():
            let_go()
    except (models.ProtectedError, IntegrityError):
        return
