"""What is overdue is told once for each moment that passed."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import clock
from followups.models import StaffNotice
from followups.notices.overdue import tell_due
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    at(NOW)
    return at


@pytest.fixture
def followup(at, owner):
    return FollowupFactory(
        assignee=owner,
        team=owner.team,
        first_contact_due_at=NOW - timedelta(minutes=1),
        resolve_due_at=NOW + timedelta(days=5),
    )


def test_it_is_told_once_however_often_it_is_looked_for(followup, at):
    assert [tell_due(NOW), tell_due(NOW), tell_due(at(NOW + timedelta(hours=1)))] == [1, 0, 0]

    row = StaffNotice.objects.get()
    assert (row.kind, row.person, row.by) == ("overdue", followup.assignee, None)


def test_the_next_moment_that_passes_is_told_anew(followup, at, owner):
    tell_due(NOW)
    followup.log_contact("call", "Rang twice.", by=owner)

    assert tell_due(at(NOW + timedelta(days=4))) == 0
    assert tell_due(at(NOW + timedelta(days=6))) == 1
    assert StaffNotice.objects.count() == 2


def test_what_waits_for_the_customer_is_told_on_the_day_to_look_again(followup, at, owner):
    tell_due(NOW)
    followup.wait(by=owner, until=(NOW + timedelta(days=3)).date())

    assert tell_due(at(NOW + timedelta(days=2))) == 0
    assert tell_due(at(NOW + timedelta(days=3))) == 1
    assert tell_due(at(NOW + timedelta(days=4))) == 0


def test_a_day_to_look_again_that_passed_is_told_once_while_the_moment_is_still_to_come(followup, at, owner):
    followup.log_contact("call", "Rang.", by=owner)
    followup.wait(by=owner, until=(NOW + timedelta(days=1)).date())

    assert tell_due(at(NOW + timedelta(days=2))) == 1
    assert tell_due(at(NOW + timedelta(days=2, hours=1))) == 0
    assert tell_due(at(NOW + timedelta(days=6))) == 1


@pytest.mark.parametrize(("by_customer", "told"), [(True, 0), (False, 1)])
def test_what_the_customer_opened_again_after_its_time_is_not_told_as_late_too(followup, at, owner, by_customer, told):
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    later = at(NOW + timedelta(days=6))
    followup.reopen(by=None if by_customer else owner)

    assert tell_due(later) == told


def test_what_is_not_late_and_what_is_closed_is_not_told(followup, at, owner):
    FollowupFactory(assignee=owner, team=owner.team, first_contact_due_at=NOW + timedelta(minutes=1))
    followup.dismiss(reason="Nothing to do.", by=owner)

    assert tell_due(NOW) == 0


def test_what_has_been_late_for_more_than_a_week_is_left_to_the_inbox(followup, at):
    assert tell_due(at(NOW + timedelta(days=8))) == 0


def test_one_that_fails_holds_up_no_other(followup, at, owner, monkeypatch):
    from followups.notices import overdue

    other = FollowupFactory(assignee=owner, team=owner.team, first_contact_due_at=NOW - timedelta(hours=1))
    passed = overdue._passed

    def fail_for_one(row):
        if row == followup:
            raise ZeroDivisionError
        return passed(row)

    monkeypatch.setattr(overdue, "_passed", fail_for_one)

    assert tell_due(NOW) == 1
    assert StaffNotice.objects.get().followup == other
