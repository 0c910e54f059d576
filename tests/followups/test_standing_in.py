"""Work and notices of people who are away."""

from datetime import timedelta

import pytest

from accounts import clock, company_clock
from accounts.models import Absence
from followups import notices
from followups.models import Followup, Playbook, StaffNotice
from followups.notices import Kind
from followups.services import route_due
from tests.factories import FollowupFactory, ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(owner, teammate):
    today = company_clock.today(clock.now())
    return Absence.objects.create(person=owner, first_day=today, last_day=today + timedelta(days=3), deputy=teammate)


def route(manager):
    ResponseFactory(score=2, settled_at=clock.now(), manager=manager, team=manager.team)
    route_due()
    return Followup.objects.latest("pk")


def test_new_work_goes_to_the_deputy_and_to_its_owner_again_when_they_are_back(owner, teammate, away):
    assert route(owner).assignee == teammate

    away.delete()

    assert route(owner).assignee == owner


def test_without_a_deputy_it_is_in_the_queue_of_the_team_that_it_is_of(owner, teammate, away):
    Absence.objects.update(deputy=None)
    followup = route(owner)

    assert (followup.assignee, followup.team) == (None, owner.team)
    assert set(StaffNotice.objects.values_list("person", flat=True)) == {owner.pk, teammate.pk}


def test_the_work_of_a_person_named_by_a_playbook_goes_to_their_deputy_too(owner, teammate, manager, away):
    Playbook.objects.filter(category="detractor").update(assign="person", person=owner)

    assert route(manager).assignee == teammate


def test_what_happens_to_the_work_of_who_is_away_is_told_to_their_deputy_too(owner, teammate, away):
    notices.tell(Kind.CUSTOMER_REPLIED, FollowupFactory(assignee=owner, team=owner.team), occasion="1")

    assert set(StaffNotice.objects.values_list("person", flat=True)) == {owner.pk, teammate.pk}


def test_a_deputy_who_may_not_see_it_is_not_told(owner, stranger, away):
    Absence.objects.update(deputy=stranger)

    notices.tell(Kind.OVERDUE, FollowupFactory(assignee=owner, team=owner.team))

    assert set(StaffNotice.objects.values_list("person", flat=True)) == {owner.pk}


def test_whoever_assigns_sees_who_is_away(client, owner, teammate, away):
    followup = FollowupFactory(assignee=teammate, team=owner.team)
    client.force_login(teammate)

    page = client.get(followup.get_absolute_url()).content.decode()

    assert "Olena Owner, away until" in page
    assert "; Tomas Teammate stands in" in page
