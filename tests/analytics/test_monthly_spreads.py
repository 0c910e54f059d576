"""How answers hang together where they are too many to read for a page: measured ahead, by runs of whole months."""

import random
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts import clock
from analytics import services
from analytics.clusters import STRANGERS, ClusterSums, Spread
from analytics.models import MonthlySpread
from analytics.periods import Granularity, Period, following
from analytics.rollups import monthly_spreads, spreads
from responses.models import Response
from tests.analytics.answers import NOW, answer, at, customers, manager_called, version_of
from tests.analytics.test_spreads import of, selection
from tests.factories import CompanyFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def many(monkeypatch):
    """However few answers there are, they are too many to read."""
    monkeypatch.setattr(monthly_spreads, "READ_AT_ONCE", 0)


@pytest.fixture
def year():
    """Two years of answers of companies, of contacts without one, by managers and products."""
    dice, versions = random.Random(4), [version_of(), version_of()]
    companies = [*(CompanyFactory() for _ in range(5)), None, None]
    managers = [manager_called(name) for name in ("Jonas", "Rasa")]
    products = [ProductFactory(), None]
    contacts = customers(12)
    for _ in range(140):
        day = f"20{dice.choice([24, 25, 25, 26])}-{dice.randint(1, 7):02}-{dice.randint(1, 14):02}T10:00"
        manager = dice.choice(managers)
        answer(
            dice.choice(versions),
            [dice.randint(0, 10)],
            at=at(day),
            contact=dice.choice(contacts),
            company=dice.choice(companies),
            manager=manager,
            team=manager.team,
            product=dice.choice(products),
        )
    return managers, products, versions


def months(start, end, by=Granularity.MONTH, **chosen):
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    return spreads.Selection(
        **selection(**chosen).__dict__ | {"period": period, "before": period.previous, "granularity": by}
    )


def same(one, other):
    return (one.design_effect, one.freedom) == pytest.approx((other.design_effect, other.freedom))


def number(chosen, dimension="all", member=0, *, is_current=True):
    field = {} if dimension == "all" else {f"{dimension}_id": member or None}
    period = chosen.period if is_current else chosen.before
    return Response.objects.counted().between(*period.moments(chosen.zone)).filter(**field).count()


@pytest.mark.parametrize(
    "period", [("2026-06-01", "2026-07-01"), ("2025-07-01", "2026-07-01"), ("2024-07-01", "2026-07-01")]
)
def test_of_whole_months_the_kept_spreads_are_those_of_the_answers(year, period):
    managers, products, _versions = year
    services.measure_spreads()
    chosen = months(*period)
    kept, read = spreads.read(chosen), spreads.read_each(chosen)

    assert isinstance(kept, spreads.KeptSpreads)
    members = [("manager", one.pk) for one in managers] + [("product", one.pk if one else 0) for one in products]
    for is_current in (True, False):
        for dimension, member in [("all", 0), *members]:
            answers = number(chosen, dimension, member, is_current=is_current)
            told = [found.of(dimension, member, is_current=is_current, answers=answers) for found in (kept, read)]
            assert same(*told) or (told[1].is_unknown and told[0].is_unknown)
    for start in chosen.period.buckets(Granularity.MONTH):
        end = following(start, Granularity.MONTH)
        answers = number(spreads.Selection(**chosen.__dict__ | {"period": Period(start, end)}))
        told = [found.of_point(start, answers=answers) for found in (kept, read)]
        assert same(*told) or told[1].freedom in (1, 0)


def test_a_filter_by_one_thing_has_its_own_spread(year):
    (jonas, _rasa), (product, _none), (version, _other) = year
    services.measure_spreads()
    for chosen in (
        {"members": {"manager": jonas.pk}},
        {"members": {"product": product.pk}},
        {"surveys": (version.survey.pk,)},
        {"teams": (jonas.team_id,)},
    ):
        page = months("2025-07-01", "2026-07-01", **chosen)
        field = {f"{name}_id": member for name, member in chosen.get("members", {}).items()}
        field |= {f"{name[:-1]}_id": ids[0] for name, ids in chosen.items() if name != "members"}
        answers = Response.objects.between(*page.period.moments(page.zone)).filter(**field).count()

        told = [
            found.of("all", 0, is_current=True, answers=answers)
            for found in (spreads.read(page), spreads.read_each(page))
        ]

        assert same(*told)


def test_a_row_within_a_filter_spreads_as_the_one_of_both_that_spreads_most():
    wide, narrow = Spread(3.0, 19), Spread(1.5, 49)
    page = months("2026-06-01", "2026-07-01", members={"manager": 7})
    run = monthly_spreads.MonthRun(date(2026, 6, 1), date(2026, 6, 1))
    sums = {"manager": wide, "channel": narrow}
    kept = spreads.KeptSpreads(page, {(run, name, 7): hanging(spread) for name, spread in sums.items()})

    assert same(kept.of("channel", 7, is_current=True, answers=1000), wide)
    assert same(kept.of("product", 1, is_current=True, answers=1000), wide)
    assert kept.of("all", 0, is_current=False, answers=10) == STRANGERS


def hanging(spread):
    """Sums of a hundred accounts' answers that have this spread."""
    accounts = int(spread.freedom) + 1
    # Each account says one thing: half of them +1 and half −1, each so often as the spread asks for.
    size = spread.design_effect * spread.freedom / accounts
    return ClusterSums(
        accounts, accounts * 20, 0, round(accounts * 20 * size * 20), 0, accounts * 400, accounts * 20 * 20
    )


def test_a_part_of_the_months_knows_fewer_accounts_and_spreads_no_less():
    page = months("2026-06-10", "2026-06-20")
    run = monthly_spreads.MonthRun(date(2026, 6, 1), date(2026, 6, 1))
    kept = spreads.KeptSpreads(page, {(run, "all", 0): ClusterSums(21, 100, 0, 900, 0, 600, 80)})

    whole = kept.of("all", 0, is_current=True, answers=100)
    part = kept.of("all", 0, is_current=True, answers=50)

    assert (whole.freedom, part.freedom) == (20, 9.5)
    assert whole.design_effect == part.design_effect
    assert kept.of("all", 0, is_current=True, answers=1).freedom == 1


def test_a_period_longer_than_two_years_spreads_as_much_more_as_it_is_longer():
    page = months("2022-07-01", "2026-07-01")
    run = monthly_spreads.MonthRun(date(2024, 7, 1), date(2026, 6, 1))
    kept = spreads.KeptSpreads(page, {(run, "all", 0): ClusterSums(21, 100, 0, 900, 0, 600, 80)})
    two_years = spreads.KeptSpreads(months("2024-07-01", "2026-07-01"), kept.kept)

    longer, usual = (found.of("all", 0, is_current=True, answers=100).design_effect for found in (kept, two_years))

    assert longer - 1 == pytest.approx(2 * (usual - 1))


def test_answers_of_one_account_say_nothing_about_others_here_either(version):
    answer(version, [10, 9, 0], company=CompanyFactory())
    services.measure_spreads()

    assert spreads.read(months("2026-07-01", "2026-08-01")).of("all", 0, is_current=True, answers=3).is_unknown


def test_few_answers_are_read_and_nothing_is_kept(version, monkeypatch):
    monkeypatch.setattr(monthly_spreads, "READ_AT_ONCE", 3)
    answer(version, [10, 9, 0])

    assert services.measure_spreads() == 0
    assert not MonthlySpread.objects.exists()

    answer(version, [5], at=at("2024-07-01T10:00"))
    assert services.measure_spreads() > 0
    assert isinstance(spreads.read(selection()), spreads.ReadSpreads)


def test_a_month_that_has_just_begun_is_there(year, monkeypatch):
    services.measure_spreads()
    monkeypatch.setattr(clock, "now", lambda: at("2026-08-01T00:05"))

    kept = spreads.read(months("2025-09-01", "2026-08-02"))

    assert kept.of("all", 0, is_current=True, answers=100).design_effect != 1


def test_the_check_measures_again(year, monkeypatch):
    services.rebuild_rollups()
    assert MonthlySpread.objects.exists()
    assert services.check_rollups() == []

    MonthlySpread.objects.filter(first="2026-06-01", last="2026-06-01", dimension="all").update(squares=1)
    assert [(str(wrong.start), wrong.dimension) for wrong in services.check_rollups()] == [("2026-06-01", "spread")]
    with pytest.raises(CommandError):
        call_command("check_rollups")
    MonthlySpread.objects.filter(first="2026-05-01", dimension="manager").delete()
    assert [str(wrong.start) for wrong in services.check_rollups()] == ["2026-06-01"]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=25))
    assert [str(wrong.start) for wrong in services.check_rollups()] == ["2026-05-01", "2026-06-01"]

    services.rebuild_rollups()
    assert services.check_rollups() == []


def test_answers_that_came_since_are_no_fault_for_a_day(year, monkeypatch):
    services.rebuild_rollups()
    answer(year[2][0], [10, 3], company=CompanyFactory())
    services.refresh_rollups()

    assert services.check_rollups() == []
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=25))
    assert {wrong.dimension for wrong in services.check_rollups()} == {"spread"}


def test_the_sums_of_a_run_are_those_of_the_formula(year):
    services.measure_spreads()
    run = MonthlySpread.objects.get(first="2025-03-01", last="2026-05-01", dimension="all")
    accounts = {}
    period = Period(date(2025, 3, 1), date(2026, 6, 1))
    for one in Response.objects.counted().between(*period.moments(selection().zone)):
        key = ("company", one.company_id) if one.company_id else ("contact", one.contact_id)
        accounts.setdefault(key, []).append(one.score)

    kept = ClusterSums(*(getattr(run, name) for name in monthly_spreads.SUMS))

    assert Spread.of(kept) == of(accounts)
    assert kept.clusters == len(accounts)
