"""The numbers of a warm-up, day by day, and how what waited keeps to them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organisation
from delivery.models import RampDay, SendingDomain
from delivery.reputation import breaker, holding, ramps
from delivery.reputation.ramp import Ramp
from tests.delivery.reputation.conftest import NAME, ask

BEGINS = date(2026, 10, 23)  # a Friday; on Sunday the clocks of Kyiv go back
DAY = timedelta(days=1)


def ramp(first=50, growth="1.5", last=None):
    return Ramp(BEGINS, first, Decimal(growth), last)


@pytest.mark.parametrize(
    ("days", "number"), [(-1, None), (0, 50), (1, 75), (2, 112), (3, 168), (10, 2883), (40, None), (100_000, None)]
)
def test_each_day_has_its_number_rounded_down_until_nothing_is_limited(days, number):
    assert ramp().on(BEGINS + days * DAY) == number


@pytest.mark.parametrize(("last", "number"), [(169, 168), (168, None), (50, None)])
def test_it_ends_on_the_day_whose_number_reaches_the_last(last, number):
    assert ramp(last=last).on(BEGINS + 3 * DAY) == number


def test_one_that_does_not_grow_holds_for_good():
    assert ramp(first=7, growth="1").on(BEGINS + 3000 * DAY) == 7


def test_the_days_ahead_begin_today_or_when_it_begins_and_end_with_the_first_free_one():
    numbers = [number for _day, number in ramp(last=150).ahead(BEGINS - 5 * DAY, 14)]

    assert numbers == [50, 75, 112, None]
    assert next(ramp().ahead(BEGINS + DAY, 14)) == (BEGINS + DAY, 75)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"ramp_begins": BEGINS}, {"ramp_growth": Decimal("0.5")}, {"cause": "bounces"}, {"name": NAME}]
)
def test_the_database_refuses_half_a_warm_up_a_shrinking_one_and_a_cause_without_a_pause(domain, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        SendingDomain.objects.create(**{"name": "other.example"} | fields)


@pytest.mark.django_db
def test_what_waited_leaves_in_the_numbers_of_the_days_at_the_same_hour_of_each(domain):
    Organisation.objects.update_or_create(pk=1, defaults={"timezone": "Europe/Kyiv"})
    SendingDomain.objects.update(ramp_begins=BEGINS, ramp_first=2, ramp_growth=Decimal(1))
    now = datetime(2026, 10, 24, 9, tzinfo=UTC)  # noon in Kyiv
    RampDay.objects.create(domain=NAME, day=date(2026, 10, 24), asks=1)
    breaker.pause(domain, reason="x", now=now)
    letters = [ask(sender_domain=NAME, error=holding.WAITS, send_after=now + DAY) for _ in range(4)]

    assert breaker.resume(domain, reason="Mended.", now=now).released == 4

    for letter in letters:
        letter.refresh_from_db()
    sunday, monday = datetime(2026, 10, 25, 10, tzinfo=UTC), datetime(2026, 10, 26, 10, tzinfo=UTC)
    assert [letter.send_after for letter in letters] == [now, sunday, sunday, monday]
    assert {letter.error for letter in letters} == {""}
    assert list(RampDay.objects.order_by("day").values_list("asks", flat=True)) == [2, 2, 1]


@pytest.mark.django_db
def test_asks_are_counted_only_where_there_is_a_warm_up(domain):
    now = datetime(2026, 10, 24, 9, tzinfo=UTC)
    ramps.note_asks({NAME: 3, "other.example": 4}, now=now)
    assert not RampDay.objects.exists()

    SendingDomain.objects.update(ramp_begins=BEGINS, ramp_first=2)
    ramps.note_asks({NAME: 3, "other.example": 4}, now=now)
    ramps.note_asks({NAME: 2}, now=now)
    ramps.note_asks({}, now=now)

    assert ramps.given([NAME, "other.example"], date(2026, 10, 24)) == {NAME: 5}
