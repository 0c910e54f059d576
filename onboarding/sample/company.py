"""The invented company: its brand and survey, its staff, customers and deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Brand, Organisation, Team, User
from accounts.sources import SAMPLE
from crm import services as crm
from crm.models import Channel, Company, Contact, Deal, Product, Sourced
from onboarding.sample.people import FIRST_WORDS, LAST_WORDS, NAMES, STAFF
from surveys import services as surveys
from surveys.models import Survey, SurveyVersion

COMPANIES, CONTACTS, DEALS = 40, 120, 290
SEED = 20_270
DAYS = 124
# Who is asked later than this has no invitation yet.
ASKED_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class SampleWorld:
    """What the invented company works with; `seed` makes it the same each time, `language` is that of its names."""

    now: datetime
    random: Random
    language: str
    brand: Brand
    survey: Survey
    version: SurveyVersion
    teams: Sequence[Team]
    staff: Sequence[User]


class SampleRefused(Exception):
    """A row of the sample data was refused: a fault of ours."""


def found(now: datetime, *, by: User | None) -> SampleWorld:
    """Make the brand, the survey that nobody can send any more, teams, and staff who cannot log in."""
    real = Brand.objects.order_by("pk").first()
    language = (by and by.language) or settings.LANGUAGE_CODE
    # Nobody is invented in a language that was added.
    languages = [code for code in (real.languages if real else NAMES) if code in NAMES] or list(NAMES)
    language = language if language in languages else languages[0]
    with translation.override(language):
        brand = Brand.objects.create(slug=_free_slug(), name=_("Sample"), languages=languages, colour="#7c3aed")
        survey = surveys.create_survey(name=_("Sample"), brand=brand, default_language=language)
        # What is published can never be deleted again; an archived survey asks nobody, whatever its wording.
        version = surveys.draft_of(survey)
        survey.status = Survey.Status.ARCHIVED
        survey.save(update_fields=["status"])
        teams = [Team.objects.create(name=_free_name(_marked(name))) for name in (_("Sales"), _("Service"))]
        staff = User.objects.bulk_create(_people(language, teams))
    dice = Random(SEED)  # noqa: S311
    return SampleWorld(now, dice, language, brand, survey, version, teams, staff)


def _free_slug() -> str:
    taken = set(Brand.objects.filter(slug__startswith=SAMPLE).values_list("slug", flat=True))
    return next(slug for slug in (SAMPLE, *(f"{SAMPLE}-{n}" for n in range(2, 999))) if slug not in taken)


def _free_name(name: str) -> str:
    taken = set(Team.objects.filter(name__startswith=name).values_list("name", flat=True))
    return next(free for free in (name, *(f"{name} {n}" for n in range(2, 999))) if free not in taken)


def _marked(name: str) -> str:
    return _("%(name)s (sample)") % {"name": name}


def _people(language: str, teams: Sequence[Team]) -> list[User]:
    """Return staff who own deals. As if they had left: nobody can be given work, roles or a login by mistake."""
    people = [
        User(
            name=_marked(name), team=teams[n % 2], source=SAMPLE, external_id=f"person-{n}", is_active=False,
            wants_notices=False, wants_praise=False,
        )
        for n, name in enumerate(STAFF[language])
    ]  # fmt: skip
    for person in people:
        person.set_unusable_password()
    return people


def fill(world: SampleWorld) -> None:
    """Let the customers and their deals come in as from a CRM; a deal that is won leaves its touchpoint."""
    with translation.override(world.language):
        _take(Product, _named([_("Starter kit"), _("Yearly plan"), _("Installation")]), world)
        _take(Channel, _named([_("Web shop"), _("Phone"), _("Office")]), world)
    _take(Company, [_company(world, number) for number in range(COMPANIES)], world)
    _take(Contact, [_contact(world, number) for number in range(CONTACTS)], world)
    _take(Deal, [_deal(world, number) for number in range(DEALS)], world)


def _named(names: Sequence[str]) -> list[dict[str, Any]]:
    return [{"external_id": f"{number}", "name": _marked(name)} for number, name in enumerate(names)]


def _take(model: type[Sourced], rows: list[dict[str, Any]], world: SampleWorld) -> None:
    results = crm.take_over(model, rows, source=SAMPLE, now=world.now)
    for result in results:
        if result.is_rejected:
            raise SampleRefused(model.__name__, result.external_id, result.errors)


def _language_of(world: SampleWorld, number: int) -> str:
    languages = world.brand.languages
    return languages[number % len(languages)]


def _company(world: SampleWorld, number: int) -> dict[str, Any]:
    language = _language_of(world, number)
    names, dice = NAMES[language], world.random
    first, last = number % len(FIRST_WORDS), number // len(FIRST_WORDS)
    return {
        "external_id": f"{number}",
        "name": names.company.format(names.firsts[first], names.lasts[last]),
        "domain": f"{FIRST_WORDS[first]}-{LAST_WORDS[last]}.example".lower(),
        "industry": "",
        "size_band": dice.choice(Company.SizeBand.values[:4]),
        "region": names.region,
        "timezone": names.zone,
    }


def _contact(world: SampleWorld, number: int) -> dict[str, Any]:
    company, turn = number % COMPANIES, number // COMPANIES
    language = _language_of(world, company)
    names = NAMES[language]
    first, last, mailbox = names.people[(company // len(world.brand.languages) + 3 * turn) % len(names.people)]
    domain = f"{FIRST_WORDS[company % len(FIRST_WORDS)]}-{LAST_WORDS[company // len(FIRST_WORDS)]}.example".lower()
    return {
        "external_id": f"{number}",
        "company": f"{company}",
        "first_name": first,
        "last_name": last,
        "email": f"{mailbox}@{domain}",
        "job_title": world.random.choice(names.titles),
        "language": language,
        "timezone": names.zone,
        "region": names.region,
        "customer_since": (world.now - timedelta(days=world.random.randrange(150, 1500))).date(),
    }


def _deal(world: SampleWorld, number: int) -> dict[str, Any]:
    dice, contact = world.random, world.random.randrange(CONTACTS)
    closed_at = world.now - timedelta(days=DAYS * (1 - number / DEALS) ** 0.9, minutes=dice.randrange(600))
    status = dice.choices((Deal.Status.WON, Deal.Status.LOST, Deal.Status.OPEN), (93, 3, 4))[0]
    row: dict[str, Any] = {
        "external_id": f"{number}",
        "contact": f"{contact}",
        "company": f"{contact % COMPANIES}",
        "manager": f"person-{dice.randrange(len(world.staff))}",
        "brand": world.brand.slug,
        "product": f"{dice.randrange(3)}",
        "channel": f"{dice.choices((0, 1, 2), (5, 3, 2))[0]}",
        "amount": Decimal(round(dice.lognormvariate(7, 0.8), -1)),
        "currency": Organisation.current().currency,
        "title": f"S-{1000 + number}",
        "status": status,
    }
    return row if status == Deal.Status.OPEN else row | {"closed_at": closed_at}
