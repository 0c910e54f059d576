"""Which playbook is followed and whose work it is, on rows that are nowhere kept; no database."""

from datetime import UTC, datetime

import pytest

from accounts.absences import Absences
from accounts.company_clock import BusinessCalendars, ClosedDays
from accounts.models import Organisation, Team, User
from followups.models import Playbook
from followups.routing import Playbooks, assignee_of, draft
from responses.models import Response

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)  # a Monday
NORTH, SOUTH, EAST = Team(pk=1, name="North", region="LT"), Team(pk=2, name="South", region="LV"), Team(pk=3)
CALENDARS = BusinessCalendars(Organisation(timezone="UTC"), ClosedDays(by_region={"lv": frozenset({NOW.date()})}))


def user(pk, team=None, **fields):
    return User(pk=pk, email=f"{pk}@plumb.example", team=team, **fields)


def drafted(response, playbook):
    return draft(response, playbook, absences=Absences({}), calendars=CALENDARS, now=NOW)


@pytest.mark.parametrize(
    ("survey", "category", "chosen"),
    [(1, "detractor", "own"), (2, "detractor", "for all"), (1, "passive", None), (2, "promoter", None)],
)
def test_a_surveys_own_playbook_goes_before_the_one_for_all(survey, category, chosen):
    playbooks = Playbooks({(1, "detractor"): "own", (None, "detractor"): "for all", (7, "promoter"): "elsewhere"})

    assert playbooks.choose(survey_id=survey, category=category) == chosen


@pytest.mark.parametrize(
    ("assign", "expected"), [("manager", 1), ("person", 2), ("team", None)], ids=["manager", "person", "team"]
)
def test_work_goes_to_whom_the_playbook_says(assign, expected):
    found = assignee_of(Response(manager=user(1)), Playbook(assign=assign, person=user(2)))

    assert (found.pk if found else None) == expected


@pytest.mark.parametrize("assign", ["manager", "person"])
def test_nobody_who_has_left_gets_work_and_nobody_else_gets_it_instead(assign):
    gone, here = user(1, is_active=False), user(2)
    response = Response(manager=gone if assign == "manager" else here)

    assert assignee_of(response, Playbook(assign=assign, person=here if assign == "manager" else gone)) is None
    assert assignee_of(Response(), Playbook(assign="manager", person=here)) is None


@pytest.mark.parametrize(
    ("frozen", "of_manager", "of_person", "team"),
    [
        (NORTH, SOUTH, EAST, NORTH),
        (None, SOUTH, EAST, SOUTH),
        (None, None, EAST, EAST),
        (None, None, None, None),
    ],
)
def test_the_team_is_that_of_whoever_is_nearest_to_the_answer(frozen, of_manager, of_person, team):
    response = Response(team=frozen, manager=user(1, of_manager))

    found = drafted(response, Playbook(assign="person", person=user(2, of_person)))

    assert (found.team, found.assignee.pk) == (team, 2)


def test_the_work_that_is_drafted_is_that_of_the_answers_manager():
    assert drafted(Response(manager=user(1, SOUTH)), Playbook(assign="manager")).assignee.pk == 1


def test_the_team_of_an_answer_without_a_manager_is_that_of_the_person():
    assert drafted(Response(), Playbook(assign="person", person=user(2, EAST))).team == EAST


@pytest.mark.parametrize(("team", "day"), [(NORTH, 23), (SOUTH, 24), (None, 23)], ids=["open", "closed", "no team"])
def test_the_clocks_run_on_the_calendar_of_the_team(team, day):
    found = drafted(Response(team=team), Playbook(assign="team", first_contact_hours=2, resolve_hours=4))

    start = 12 if day == 23 else 11  # what is closed on Monday opens on Tuesday at nine
    assert found.first_contact_due_at == datetime(2026, 11, day, start, tzinfo=UTC)
    assert found.resolve_due_at == datetime(2026, 11, day, start + 2, tzinfo=UTC)
    assert found.next_due_at == found.first_contact_due_at


@pytest.mark.parametrize(("first_contact", "resolve", "due"), [(2, 4, 12), (4, 2, 12), (3, 3, 13)])
def test_what_is_due_next_is_the_sooner_of_both(first_contact, resolve, due):
    playbook = Playbook(assign="team", first_contact_hours=first_contact, resolve_hours=resolve)

    assert drafted(Response(), playbook).next_due_at == datetime(2026, 11, 23, due, tzinfo=UTC)


def test_a_followup_takes_over_what_the_playbook_says():
    playbook = Playbook(pk=7, assign="team", priority=Playbook.Priority.HIGH, instructions={"en": "Call today."})
    response = Response(pk=9)

    found = drafted(response, playbook)

    assert (found.response, found.playbook, found.created_at) == (response, playbook, NOW)
    assert (found.priority, found.instructions) == (Playbook.Priority.HIGH, {"en": "Call today."})
    assert found.pk is None


def test_lots_are_drawn_where_the_playbook_says_so_and_differ():
    drawn = [drafted(Response(manager=user(1)), Playbook(draws_lots=True)).lot for _each in range(20)]

    assert len(set(drawn)) == 20
    assert all(0 <= lot < 1 for lot in drawn)
    assert drafted(Response(manager=user(1)), Playbook()).lot is None


@pytest.mark.parametrize(
    ("needs_comment", "comment", "wants"), [(False, "", True), (True, "", False), (True, "Kind people.", True)]
)
def test_a_playbook_may_make_work_only_of_answers_with_a_comment(needs_comment, comment, wants):
    playbook = Playbook(category="promoter", needs_comment=needs_comment)

    assert playbook.wants_followup(Response(comment=comment)) is wants
    assert Playbook(category="promoter", creates_followup=False).wants_followup(Response(comment="Kind.")) is False
