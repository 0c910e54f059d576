from datetime import UTC, datetime, time

import pytest

from accounts import clock
from accounts.models import Holiday, Organisation
from delivery.models import Message
from followups.models import Activity, Followup, Playbook
from followups.services import Routed, route_due
from responses.models import Response
from surveys.models import Hold
from tests.factories import (
    EntryFactory,
    PlaybookFactory,
    ResponseFactory,
    SurveyVersionFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# A Monday.
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def settled(**fields):
    return ResponseFactory(**{"settled_at": clock.now(), "answered_at": clock.now(), **fields})


@pytest.mark.parametrize(
    ("score", "category", "priority", "first_contact", "thanks"),
    [
        (0, "detractor", Playbook.Priority.HIGH, "2026-11-23T14:00:00+00:00", 0),
        (6, "detractor", Playbook.Priority.HIGH, "2026-11-23T14:00:00+00:00", 0),
        (7, "passive", Playbook.Priority.NORMAL, "2026-11-25T10:00:00+00:00", 0),
        (8, "passive", Playbook.Priority.NORMAL, "2026-11-25T10:00:00+00:00", 0),
        (9, "promoter", Playbook.Priority.LOW, "2026-11-30T10:00:00+00:00", 1),
        (10, "promoter", Playbook.Priority.LOW, "2026-11-30T10:00:00+00:00", 1),
    ],
)
def test_each_category_follows_its_default_playbook(owner, team, score, category, priority, first_contact, thanks):
    response = settled(score=score, manager=owner, team=team)

    assert route_due(now=NOW) == Routed(responses=1, followups=1, thanks=thanks)

    followup = Followup.objects.get()
    assert followup.response == response
    assert followup.playbook.category == category
    assert (followup.assignee, followup.team, followup.status) == (owner, team, "new")
    assert followup.priority == priority
    assert followup.first_contact_due_at.isoformat() == first_contact
    assert followup.next_due_at == followup.first_contact_due_at < followup.resolve_due_at
    assert set(followup.instructions) == {"en", "uk", "ru", "lt"}
    assert Message.objects.filter(purpose="thanks", idempotency_key=f"thanks-{response.pk}").count() == thanks
    assert Response.objects.get().routed_at == NOW


def test_opening_leaves_an_activity_and_holds_the_contact():
    response = settled(score=3)

    route_due()

    followup = Followup.objects.get()
    assert [activity.kind for activity in followup.activities.all()] == [Activity.Kind.CREATED]
    hold = Hold.objects.standing().get()
    assert (hold.contact, hold.cause) == (response.contact, f"followup-{followup.pk}")


def test_routing_twice_opens_one_followup_and_queues_one_letter():
    settled(score=10)

    assert route_due().followups == 1
    assert route_due() == Routed()
    Response.objects.update(routed_at=None)
    assert route_due() == Routed(responses=1, followups=0, thanks=1)

    assert Followup.objects.count() == Activity.objects.count() == Hold.objects.count() == 1
    assert Message.objects.count() == 1


def test_an_unsettled_or_provisional_answer_waits():
    settled(score=1, settled_at=None)
    settled(score=1, is_provisional=True)

    assert route_due() == Routed()
    assert Followup.objects.count() == 0
    assert Response.objects.filter(routed_at=None).count() == 2


def test_a_playbook_of_the_survey_goes_before_the_default_one():
    response = settled(score=2)
    own = PlaybookFactory(survey=response.survey, priority=Playbook.Priority.LOW, first_contact_hours=1)
    PlaybookFactory(category="detractor")

    route_due(now=NOW)

    followup = Followup.objects.get()
    assert (followup.playbook, followup.priority) == (own, Playbook.Priority.LOW)
    assert followup.first_contact_due_at.isoformat() == "2026-11-23T11:00:00+00:00"


def test_a_playbook_that_is_off_is_passed_over():
    response = settled(score=2)
    PlaybookFactory(survey=response.survey, is_active=False)

    route_due()

    assert Followup.objects.get().playbook.survey is None


def test_an_answer_without_a_playbook_is_routed_without_work():
    Playbook.objects.all().delete()
    settled(score=2)

    assert route_due(now=NOW) == Routed(responses=1)
    assert Followup.objects.count() == 0
    assert Response.objects.get().routed_at == NOW


def test_a_playbook_may_only_thank():
    Playbook.objects.filter(category="promoter").update(creates_followup=False)
    settled(score=9)

    assert route_due() == Routed(responses=1, followups=0, thanks=1)
    assert Hold.objects.count() == 0


def test_a_manager_who_left_leaves_the_work_to_the_team(team):
    gone = UserFactory(team=team, is_active=False)
    settled(score=2, manager=gone)

    route_due()

    followup = Followup.objects.get()
    assert (followup.assignee, followup.team) == (None, team)


def test_the_frozen_team_of_the_answer_goes_before_the_managers_team_of_today(team):
    moved = UserFactory(team=TeamFactory())
    settled(score=2, manager=moved, team=team)

    route_due()

    followup = Followup.objects.get()
    assert (followup.assignee, followup.team) == (moved, team)


def test_without_a_frozen_team_the_managers_goes_before_that_of_whoever_gets_the_work(team):
    manager, person = UserFactory(team=team), UserFactory(team=TeamFactory())
    response = settled(score=2, manager=manager, team=None)
    PlaybookFactory(survey=response.survey, assign="person", person=person)

    route_due()

    followup = Followup.objects.get()
    assert (followup.assignee, followup.team) == (person, team)


def test_a_followup_that_must_be_resolved_before_the_first_contact_is_due_by_then():
    response = settled(score=2)
    PlaybookFactory(survey=response.survey, first_contact_hours=8, resolve_hours=2)

    route_due(now=NOW)

    followup = Followup.objects.get()
    assert followup.next_due_at == followup.resolve_due_at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert followup.first_contact_due_at > followup.next_due_at


def test_a_playbook_may_send_the_work_to_the_team_or_to_one_person(owner, teammate, team):
    first = settled(score=2, manager=owner, team=team)
    second = settled(score=2, manager=owner, team=team)
    PlaybookFactory(survey=first.survey, assign="team")
    PlaybookFactory(survey=second.survey, assign="person", person=teammate)

    route_due()

    assert first.followup.assignee is None
    assert second.followup.assignee == teammate


def test_an_anonymous_answer_makes_work_without_a_hold_or_a_letter(team):
    version = SurveyVersionFactory()
    ResponseFactory(
        entry=EntryFactory(),
        invitation=None,
        survey=version.survey,
        version=version,
        contact=None,
        score=10,
        team=team,
        settled_at=clock.now(),
    )

    assert route_due() == Routed(responses=1, followups=1, thanks=0)
    followup = Followup.objects.get()
    assert (followup.assignee, followup.team) == (None, team)
    assert Hold.objects.count() == Message.objects.count() == 0


def test_a_holiday_moves_the_due_time():
    Holiday.objects.create(date=NOW.date(), name="Day of rest")
    Holiday.objects.create(date="2026-11-24", name="Elsewhere", region="LT")
    settled(score=2)

    route_due(now=NOW)

    assert Followup.objects.get().first_contact_due_at.isoformat() == "2026-11-24T13:00:00+00:00"


def test_a_regional_holiday_moves_the_due_time_of_that_regions_team_only():
    Holiday.objects.create(date=NOW.date(), name="Day of rest", region="LV")
    resting = settled(score=2, team=TeamFactory(region="lv"))
    working = settled(score=2, team=TeamFactory(region="LT"))

    route_due(now=NOW)

    due = dict(Followup.objects.values_list("response", "first_contact_due_at"))
    assert due == {
        resting.pk: datetime(2026, 11, 24, 13, tzinfo=UTC),
        working.pk: datetime(2026, 11, 23, 14, tzinfo=UTC),
    }


def test_the_companys_own_hours_and_zone_count():
    Organisation.objects.create(pk=1, timezone="Europe/Vilnius", opens_at=time(13), closes_at=time(15))
    settled(score=2)

    route_due(now=NOW)

    assert Followup.objects.get().first_contact_due_at == datetime(2026, 11, 24, 13, tzinfo=UTC)


def test_more_answers_than_a_batch_are_all_routed():
    for _ in range(5):
        settled(score=2)

    assert route_due(batch=2) == Routed(responses=5, followups=5)


def test_routing_three_answers_takes_as_many_queries_as_one(django_assert_num_queries, owner):
    settled(score=10, manager=owner)
    with django_assert_num_queries(53) as one:
        route_due()
    for score in (10, 9, 10):
        settled(score=score, manager=owner)
    with django_assert_num_queries(len(one)):
        route_due()
