from datetime import date, timedelta

import pytest

from analytics.counts import Counts
from analytics.models import Dimension
from analytics.periods import Period
from analytics.planner import history
from analytics.planner.history import Events, a_month, span
from crm.models import Profile
from surveys.models import Survey
from tests.analytics.answers import NOW, answer, ask, at, customers, manager_called, scores
from tests.analytics.test_rollups import selection
from tests.factories import TouchpointFactory, TriggerFactory

TODAY = NOW.date()
YEAR = Period(date(2025, 7, 1), date(2026, 7, 1))


def happen(count, day="2026-05-10", people=None, **facts):
    moment = at(f"{day}T10:00")
    people = people or customers(count)
    for place in range(count):
        TouchpointFactory(contact=people[place % len(people)], occurred_at=moment, **facts)


def read(segment="manager", **chosen):
    return history.read(selection("last-12m", **chosen), segment, TODAY)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2020, 1, 1), YEAR),
        (date(2026, 2, 10), Period(date(2026, 2, 10), date(2026, 7, 1))),
        (date(2026, 6, 24), Period(date(2026, 6, 24), date(2026, 7, 1))),
        (date(2026, 6, 25), Period(date(2026, 6, 25), date(2026, 7, 16))),
        (date(2026, 7, 14), Period(date(2026, 7, 14), date(2026, 7, 16))),
        (date(2026, 8, 1), Period(date(2026, 7, 1), date(2026, 7, 1))),
        (None, Period(date(2026, 7, 1), date(2026, 7, 1))),
    ],
)
def test_the_past_is_told_of_whole_months_or_of_what_there_is(first, days):
    assert span(first, TODAY) == days


def test_of_less_than_a_week_nothing_is_made_a_month_of():
    assert a_month(3, Period(date(2026, 7, 10), date(2026, 7, 16))) is None
    assert a_month(12, YEAR) == pytest.approx(1, abs=0.01)
    assert a_month(0, Period(TODAY, TODAY)) is None


@pytest.mark.django_db
def test_what_happened_is_counted_with_its_customers_by_segment(version):
    ona = manager_called("Ona")
    happen(3, people=customers(1), manager=ona)
    happen(2)
    happen(1, day="2026-07-02")
    happen(1, kind="ticket_solved")
    happen(1, cancelled_at=NOW)
    happen(1, day="2024-01-01")

    past = read()

    assert past.kinds == ("deal_won",)
    assert past.happened == YEAR
    assert past.events == Events(5, 3)
    assert past.events_by == {ona.pk: Events(3, 1), "": Events(2, 2)}


@pytest.mark.django_db
def test_a_survey_is_planned_by_what_it_asks_after(version):
    TriggerFactory(survey=version.survey, touchpoint_kind="ticket_solved")
    happen(4, kind="ticket_solved")
    happen(3)

    past = read("touchpoint", surveys=(version.survey_id,))

    assert past.kinds == ("ticket_solved",)
    assert past.events_by == {"ticket_solved": Events(4, 4)}
    assert past.happened.start == date(2026, 5, 10)


@pytest.mark.django_db
def test_a_trigger_that_is_switched_off_is_planned_with_only_where_none_asks(version):
    off = TriggerFactory(survey=version.survey, touchpoint_kind="ticket_solved", is_active=False)
    chosen = {"surveys": (version.survey_id,)}

    assert read("touchpoint", **chosen).kinds == ("ticket_solved",)
    TriggerFactory(survey=version.survey, touchpoint_kind="order_delivered")
    Survey.objects.filter(pk=version.survey_id).update(status=Survey.Status.ACTIVE)
    assert read("touchpoint", **chosen).kinds == ("order_delivered",)
    off.is_active = True
    off.save()
    assert read("touchpoint", **chosen).kinds == ("order_delivered", "ticket_solved")


@pytest.mark.django_db
def test_segments_of_the_profile_are_counted(version):
    happen(4, profile=Profile.objects.create(region="Kyiv"))
    happen(3)

    assert read("region").events_by == {"Kyiv": Events(4, 4), "": Events(3, 3)}


@pytest.mark.django_db
def test_asks_and_answers_are_of_their_own_days(version):
    ona = manager_called("Ona")
    answer(version, scores(6, 2, 2), at=at("2026-03-20T10:00"), manager=ona)
    ask(version, count=30, at=at("2026-03-20T10:00"), manager=ona)
    ask(version, count=5, at=NOW - timedelta(days=1))

    past = read()

    assert past.asked == Period(date(2026, 3, 20), date(2026, 7, 1))
    assert past.people.together.number == 40
    assert past.answers == Counts(6, 2, 2)
    assert past.rate == 25
    assert past.curve is None


@pytest.mark.django_db
def test_only_what_a_reader_may_see_is_counted(version, team):
    ona = manager_called("Ona")
    happen(3, manager=ona)
    happen(2)

    assert read(teams=(ona.team_id,)).events.number == 3
    assert read(teams=(team.pk,)).events.number == 0
    assert read(members={Dimension.MANAGER: ona.pk}).events.number == 3


@pytest.mark.django_db
def test_nothing_known_is_nothing(version):
    past = read()

    assert past.events == Events()
    assert past.events_by == {}
    assert past.rate is None
    assert past.happened.days == past.asked.days == 0


@pytest.mark.django_db
def test_eight_queries_tell_the_past(version, django_assert_num_queries):
    happen(3)
    answer(version, scores(5), at=at("2026-03-20T10:00"))
    chosen = selection("last-12m")

    with django_assert_num_queries(8):
        history.read(chosen, "manager", TODAY)
