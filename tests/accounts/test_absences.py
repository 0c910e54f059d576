from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import absences, clock
from accounts.absences import Absences
from accounts.models import Absence
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/me/absences/"
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC))


def away(person, deputy=None, *, days=5, **fields):
    return Absence.objects.create(
        person=person, first_day=TODAY, last_day=TODAY + timedelta(days=days), deputy=deputy, **fields
    )


def stand_in(person, day=TODAY):
    return Absences.on(day).stand_in(person)


def test_who_is_there_does_their_own_work(owner):
    assert stand_in(owner) == owner
    assert stand_in(None) is None


def test_the_deputy_does_the_work_from_the_first_to_the_last_day_and_not_a_day_longer(owner, teammate):
    away(owner, teammate)

    assert [stand_in(owner, TODAY + timedelta(days=days)) for days in (-1, 0, 5, 6)] == [
        owner, teammate, teammate, owner
    ]  # fmt: skip


def test_a_chain_of_deputies_is_followed_to_whoever_is_there(owner, teammate, manager):
    away(owner, teammate)
    away(teammate, manager)

    assert stand_in(owner) == manager


def test_deputies_who_stand_in_for_one_another_leave_it_to_the_queue(owner, teammate, manager):
    away(owner, teammate)
    away(teammate, manager)
    away(manager, owner)

    assert stand_in(owner) is None
    assert stand_in(manager) is None


def test_without_a_deputy_or_with_one_who_has_left_it_is_the_queues(owner, teammate):
    away(owner)
    away(teammate, UserFactory(is_active=False))

    assert stand_in(owner) is None
    assert stand_in(teammate) is None


def test_who_is_away_is_found_in_one_query(owner, teammate, manager, django_assert_num_queries):
    away(owner, teammate)
    away(teammate, manager)

    with django_assert_num_queries(1):
        assert stand_in(owner).team == manager.team


def test_of_two_absences_the_one_that_ends_last_counts(owner, teammate, manager):
    away(owner, teammate, days=3)
    away(owner, manager, days=9)

    assert stand_in(owner) == manager


def test_the_database_refuses_an_absence_that_makes_no_sense(owner):
    for fields in ({"deputy": owner}, {"days": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            away(owner, **fields)


def test_a_person_enters_their_own_absence(client, owner, teammate):
    client.force_login(owner)

    client.post(PAGE, {"first_day": "2026-12-01", "last_day": "2026-12-05", "deputy": teammate.pk})

    absence = Absence.objects.get()
    assert (absence.person, absence.deputy, absence.entered_by) == (owner, teammate, owner)
    assert (absence.first_day, absence.last_day) == (date(2026, 12, 1), date(2026, 12, 5))
    assert "New work goes to Tomas Teammate." in client.get(PAGE).content.decode()


def test_a_lead_enters_those_of_the_team_and_of_nobody_else(client, owner, manager, stranger, team):
    team.lead = manager
    team.save()
    client.force_login(manager)
    days = {"first_day": "2026-12-01", "last_day": "2026-12-05"}

    client.post(PAGE, days | {"person": owner.pk})
    refused = client.post(PAGE, days | {"person": stranger.pk})

    assert refused.status_code == 200
    assert list(Absence.objects.values_list("person", "entered_by")) == [(owner.pk, manager.pk)]


def test_nobody_else_enters_for_a_colleague(client, owner, teammate):
    client.force_login(teammate)

    client.post(PAGE, {"first_day": "2026-12-01", "last_day": "2026-12-05", "person": owner.pk})

    assert Absence.objects.get().person == teammate


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        ("", "2026-12-05", "Choose the first day."),
        ("2026-12-05", "2026-12-01", "Choose a day after the first, within a year."),
        ("2026-12-05", "2028-12-01", "Choose a day after the first, within a year."),
        ("2026-11-01", "2026-11-20", "This absence is over already."),
    ],
)
def test_days_that_make_no_sense_are_refused_with_a_sentence(client, owner, first, last, complaint):
    client.force_login(owner)

    page = client.post(PAGE, {"first_day": first, "last_day": last}).content.decode()

    assert complaint in page
    assert not Absence.objects.exists()


def test_nobody_is_their_own_deputy(client, owner):
    client.force_login(owner)

    page = client.post(PAGE, {"first_day": "2026-12-01", "last_day": "2026-12-05", "deputy": owner.pk}).content.decode()

    assert "Choose somebody else." in page
    assert not Absence.objects.exists()


def test_who_comes_back_earlier_ends_it(client, owner, teammate):
    running = Absence.objects.create(
        person=owner, first_day=TODAY - timedelta(days=3), last_day=TODAY + timedelta(days=3), deputy=teammate
    )
    client.force_login(teammate)
    assert client.post(f"/me/absences/{running.pk}/end/").status_code == 404

    client.force_login(owner)
    client.post(f"/me/absences/{running.pk}/end/")

    assert stand_in(owner) == owner
    assert Absence.objects.get().last_day == TODAY - timedelta(days=1)


@pytest.mark.parametrize("begins_in", [0, 4])
def test_one_that_has_not_begun_is_called_off(owner, begins_in):
    absence = Absence.objects.create(
        person=owner, first_day=TODAY + timedelta(days=begins_in), last_day=TODAY + timedelta(days=9)
    )

    absences.end(absence, TODAY)

    assert not Absence.objects.exists()
