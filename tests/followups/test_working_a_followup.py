from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from followups.models import Followup, FollowupIsClosed
from surveys.models import Hold
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def followup(owner, team):
    made = FollowupFactory(assignee=owner, team=team)
    Hold.place(contact_id=made.response.contact_id, cause=made.hold_cause)
    return made


def stored(followup):
    return Followup.objects.get(pk=followup.pk)


def kept(followup):
    return [(activity.kind, activity.text, activity.change) for activity in followup.activities.order_by("pk")]


def resolve(followup, by):
    return followup.resolve(root_cause="delivery", resolution="Sent a new one.", outcome="saved", by=by)


def test_assigning_to_a_teammate_is_recorded_once(followup, owner, teammate):
    assert followup.assign(teammate, by=owner) is True
    assert followup.assign(teammate, by=owner) is False

    assert stored(followup).assignee == teammate
    assert kept(followup) == [("assigned", "", {"from": "Olena Owner", "to": "Tomas Teammate"})]


def test_taking_undoes_unassigning(followup, owner, teammate):
    assert followup.unassign(by=owner) is True
    assert stored(followup).assignee is None

    assert followup.take(by=teammate) is True
    assert stored(followup).assignee == teammate
    assert [change for _, _, change in kept(followup)] == [
        {"from": "Olena Owner", "to": ""},
        {"from": "", "to": "Tomas Teammate"},
    ]


def test_work_without_a_team_joins_the_team_of_who_takes_it(owner, team):
    followup = FollowupFactory()

    followup.take(by=owner)

    assert stored(followup).team == team


def test_a_note_moves_no_clock(followup, owner):
    followup.note("Looked at the order.", by=owner)

    after = stored(followup)
    assert (after.status, after.first_contact_at, after.next_due_at) == ("new", None, followup.first_contact_due_at)
    assert kept(followup) == [("note", "Looked at the order.", {})]


def test_a_note_sent_twice_is_kept_once(followup, owner, teammate):
    first = followup.note("Looked at the order.", by=owner)

    assert followup.note("Looked at the order.", by=owner) == first
    assert followup.note("Looked at the order.", by=teammate) != first


@pytest.mark.parametrize("kind", ["call", "email"])
def test_the_first_contact_stops_its_clock_and_starts_the_work(followup, owner, kind):
    followup.log_contact(kind, "Spoke with Ona.", by=owner)

    after = stored(followup)
    assert after.status == "in_progress"
    assert after.first_contact_at == after.activities.get(kind=kind).at
    assert after.next_due_at == after.resolve_due_at

    followup.log_contact(kind, "Again.", by=owner)
    assert stored(followup).first_contact_at == after.first_contact_at


def test_starting_and_waiting_are_recorded_once_each(followup, owner):
    assert followup.start(by=owner) is True
    assert followup.start(by=owner) is False
    assert followup.wait(by=owner) is True
    assert followup.wait(by=owner) is False

    assert stored(followup).status == "waiting"
    assert [change for _, _, change in kept(followup)] == [
        {"from": "new", "to": "in_progress"},
        {"from": "in_progress", "to": "waiting", "until": stored(followup).look_again_on.isoformat()},
    ]


def test_resolving_says_why_and_how_and_lets_the_contact_go(followup, owner):
    closed = followup.resolve(root_cause="price", resolution="Refunded.", outcome="saved", by=owner)

    after = stored(followup)
    assert closed is True
    assert (after.status, after.root_cause_id, after.resolution) == ("resolved", "price", "Refunded.")
    assert (after.outcome, after.closed_by) == ("saved", owner)
    assert after.closed_at is not None
    assert kept(followup) == [("status", "Refunded.", {"from": "new", "to": "resolved"})]
    assert Hold.objects.standing().count() == 0


def test_resolving_twice_changes_nothing(followup, owner, teammate):
    resolve(followup, owner)
    before = stored(followup)
    assert followup.resolve(root_cause="other", resolution="No.", by=teammate) is False

    after = stored(followup)
    assert (after.resolution, after.closed_by, after.closed_at) == ("Sent a new one.", owner, before.closed_at)
    assert len(kept(followup)) == 1


def test_dismissing_keeps_the_reason_and_lets_the_contact_go(followup, owner):
    assert followup.dismiss(reason="A test of our own.", by=owner) is True
    assert followup.dismiss(reason="Again.", by=owner) is False

    assert stored(followup).status == "dismissed"
    assert kept(followup) == [("status", "A test of our own.", {"from": "new", "to": "dismissed"})]
    assert Hold.objects.standing().count() == 0


def test_reopening_undoes_closing_and_holds_the_contact_again(followup, owner, teammate):
    resolve(followup, owner)

    assert followup.reopen(by=teammate) is True
    assert followup.reopen(by=teammate) is False

    after = stored(followup)
    assert (after.status, after.closed_at, after.closed_by) == ("in_progress", None, None)
    assert after.root_cause_id == "delivery"
    assert Hold.objects.standing().get().cause == followup.hold_cause
    assert resolve(followup, teammate) is True
    assert stored(followup).closed_by == teammate


@pytest.mark.parametrize(
    "verb",
    [
        lambda followup, by: followup.unassign(by=by),
        lambda followup, by: followup.log_contact("call", "Spoke.", by=by),
        lambda followup, by: followup.start(by=by),
        lambda followup, by: followup.wait(by=by),
        lambda followup, by: followup.dismiss(reason="No.", by=by),
    ],
)
def test_closed_work_is_reopened_before_anything_else(followup, owner, verb):
    resolve(followup, owner)
    before = kept(followup)

    with pytest.raises(FollowupIsClosed):
        verb(followup, owner)

    assert stored(followup).status == "resolved"
    assert kept(followup) == before


def test_a_note_may_be_added_to_closed_work(followup, owner):
    resolve(followup, owner)

    followup.note("The customer wrote back to thank us.", by=owner)

    assert len(kept(followup)) == 2


def test_the_database_refuses_a_resolution_without_why_and_how(followup, owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        followup.resolve(root_cause="", resolution="", by=owner)

    assert stored(followup).status == "new"


def test_overdue_is_only_what_is_open(followup, owner):
    late = clock.now() + timedelta(days=30)
    assert followup.is_overdue(late)
    assert not followup.is_overdue(clock.now())
    assert list(Followup.objects.overdue(late)) == [followup]

    resolve(followup, owner)

    assert not stored(followup).is_overdue(late)
    assert list(Followup.objects.overdue(late)) == []


def test_followups_are_seen_by_their_owner_the_team_and_who_sees_all(
    followup, owner, teammate, stranger, administrator
):
    for person, sees in ((owner, True), (teammate, True), (stranger, False), (administrator, True)):
        assert Followup.objects.visible_to(person).exists() is sees
        assert followup.is_visible_to(person) is sees
