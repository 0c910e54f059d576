"""Work is never given to whom the answer complains of."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import clock, company_clock
from accounts.absences import Absences
from accounts.models import Absence, Organisation, Team, User
from followups.models import Activity, Followup, Playbook, StaffNotice
from followups.playbooks.complaints import Complaint
from followups.routes import Detour, Instead, destination
from followups.services import route_due
from responses.models import Response, ResponseTopic, Topic
from tests.conftest import person as person_of
from tests.factories import ResponseFactory

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ABOUT_MANAGER, NOBODY = Complaint(manager=1), Absences({})


def user(pk, name="", **fields):
    return User(pk=pk, name=name or f"Q{pk}", **fields)


MANAGER, LEAD, HEAD, PERSON = user(1, "Olena Kovalenko"), user(2, "Jonas Petraitis"), user(3), user(4)
TEAM = Team(pk=1, name="North", lead=LEAD)
RESPONSE = Response(manager=MANAGER, team=TEAM)


def away(**deputies):
    return Absences(
        {
            int(key[1:]): Absence(person=user(int(key[1:])), deputy=deputy, last_day=NOW)
            for key, deputy in deputies.items()
        }
    )


def destined(complaint, *, assign="manager", response=RESPONSE, absences=NOBODY, head=None):
    playbook = Playbook(assign=assign, person=PERSON)
    return destination(response, playbook, complaint=complaint, absences=absences, head=head)


@pytest.mark.parametrize(("assign", "goes_to"), [("manager", LEAD), ("team", LEAD), ("lead", LEAD), ("person", PERSON)])
def test_what_is_about_the_manager_goes_to_the_lead_or_the_person_named(assign, goes_to):
    found = destined(ABOUT_MANAGER, assign=assign)

    assert (found.assignee, found.team) == (goes_to, TEAM)


def test_it_says_why_only_where_it_went_elsewhere():
    assert destined(ABOUT_MANAGER).detour == Detour(MANAGER, "topic", Instead.LEAD)
    assert destined(ABOUT_MANAGER, assign="lead").detour is None
    assert destined(Complaint(), assign="manager").detour is None


def test_without_a_lead_it_goes_to_the_head_and_without_both_to_those_who_see_all_teams():
    response = Response(manager=MANAGER, team=Team(pk=2))

    assert destined(ABOUT_MANAGER, response=response, head=HEAD).detour == Detour(MANAGER, "topic", Instead.HEAD)
    nobody = destined(ABOUT_MANAGER, response=response)
    assert (nobody.assignee, nobody.team) == (None, None)
    assert nobody.detour == Detour(MANAGER, "topic", Instead.OVERSEERS)


def test_a_lead_who_is_the_manager_or_has_left_is_passed_over():
    own = Response(manager=MANAGER, team=Team(pk=2, lead=MANAGER))
    left = Response(manager=MANAGER, team=Team(pk=2, lead=user(5, is_active=False)))

    assert destined(ABOUT_MANAGER, response=own, head=HEAD).assignee == HEAD
    assert destined(ABOUT_MANAGER, response=left, head=HEAD).assignee == HEAD


@pytest.mark.parametrize(
    "comment",
    ["Олена мене ігнорує", "Оленой недоволен", "Kovalenko was rude", "dėl Olenos elgesio"],
    ids=["uk", "ru", "en", "lt"],
)
def test_whoever_is_named_does_not_get_it(comment):
    assert destined(Complaint(comment=comment)).detour == Detour(MANAGER, "name", Instead.LEAD)


def test_a_lead_who_is_named_too_does_not_get_it_either():
    found = destined(Complaint(comment="Olena and Jonas were rude"), head=HEAD)

    assert found.assignee == HEAD


def test_a_deputy_is_never_the_person_complained_of():
    deputy_is_named = destined(Complaint(comment="Jonas never called"), absences=away(_1=LEAD), head=HEAD)
    lead_is_away = destined(ABOUT_MANAGER, absences=away(_2=MANAGER), head=HEAD)
    lead_has_a_deputy = destined(ABOUT_MANAGER, absences=away(_2=PERSON), head=HEAD)

    assert deputy_is_named.assignee == HEAD
    assert lead_is_away.assignee == HEAD
    assert lead_has_a_deputy.assignee == PERSON


def test_praise_and_other_topics_are_no_complaint():
    praised = Response(manager=MANAGER, team=TEAM, comment="Olena was wonderful", metric="nps")
    praised.counted_score = 10
    bad = Response(manager=MANAGER, team=TEAM, metric="nps")
    bad.counted_score = 2

    assert Complaint.of(praised, {5}, {5}) == Complaint()
    assert Complaint.of(bad, {4}, {5}).manager is None
    assert Complaint.of(bad, {4, 5}, {5}).manager == 1


@pytest.fixture
def complaint(owner, team, lead):
    response = ResponseFactory(score=2, settled_at=clock.now(), manager=owner, team=team)
    ResponseTopic.objects.create(response=response, topic=Topic.objects.get(slug="staff"), source="tapped")
    return response


@pytest.fixture
def lead(team):
    team.lead = person_of("Managers", name="Leda Lead", team=team)
    team.save()
    return team.lead


def opened():
    route_due()
    return Followup.objects.get()


@pytest.mark.django_db
def test_a_flagged_topic_routes_to_the_lead_and_the_followup_says_so(complaint, lead, owner):
    followup = opened()

    assert (followup.assignee, followup.team) == (lead, owner.team)
    created = followup.activities.get(kind=Activity.Kind.CREATED)
    assert created.summary == (
        "The follow-up was opened and kept from Olena Owner: the answer names a topic about the manager. "
        "It went to the lead of the team."
    )
    assert list(StaffNotice.objects.values_list("person", flat=True)) == [lead.pk]


@pytest.mark.django_db
def test_a_topic_that_is_not_flagged_changes_nothing(complaint, owner):
    Topic.objects.update(is_about_manager=False)

    assert opened().assignee == owner


@pytest.mark.django_db
def test_a_comment_that_nobody_has_read_yet_names_its_topics_at_once(owner, team, lead):
    Topic.objects.filter(slug="delivery").update(is_about_manager=True)
    ResponseFactory(score=2, settled_at=clock.now(), manager=owner, team=team, comment="The delivery was late.")

    assert opened().assignee == lead


@pytest.mark.django_db
def test_with_neither_lead_nor_head_all_who_see_all_teams_are_told(complaint, owner, team, administrator, manager):
    type(team).objects.update(lead=None)

    followup = opened()

    assert (followup.assignee, followup.team) == (None, None)
    assert list(StaffNotice.objects.values_list("person", flat=True)) == [administrator.pk]
    assert not followup.is_visible_to(owner)


@pytest.mark.django_db
def test_of_those_who_see_all_teams_nobody_is_told_of_a_complaint_about_themselves(complaint, team, administrator):
    type(team).objects.update(lead=None)
    Response.objects.update(comment="Gediminas shouted at me too.")
    person_of("Administrators", name="Gediminas Head")

    opened()

    assert list(StaffNotice.objects.values_list("person", flat=True)) == [administrator.pk]


@pytest.mark.django_db
def test_the_head_of_customer_care_gets_it_where_the_team_has_no_lead(complaint, team, administrator):
    type(team).objects.update(lead=None)
    Organisation.objects.update_or_create(pk=1, defaults={"head": administrator})

    assert opened().assignee == administrator


@pytest.mark.django_db
def test_the_lead_is_away_and_the_manager_stands_in(complaint, lead, owner, administrator):
    today = company_clock.today(clock.now())
    Absence.objects.create(person=lead, first_day=today, last_day=today + timedelta(days=2), deputy=owner)
    Organisation.objects.update_or_create(pk=1, defaults={"head": administrator})

    assert opened().assignee == administrator
