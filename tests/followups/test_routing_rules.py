"""Which playbook is followed and whose work it is, on rows that are nowhere kept; no database."""

from datetime import UTC, datetime

import pytest

from accounts.absences import Absences
from accounts.company_clock import BusinessCalendars, ClosedDays
from accounts.models import Organisation, Team, User
from followups.models import Playbook
from followups.playbooks.complaints import Complaint
from followups.playbooks.conditions import Traits
from followups.playbooks.rules import PlaybookRule, Playbooks
from followups.routes import assignee_of, destination, draft
from responses.models import Response
from surveys.models import Survey

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)  # a Monday
NORTH, SOUTH, EAST = Team(pk=1, name="North", region="LT"), Team(pk=2, name="South", region="LV"), Team(pk=3)
NO_COMPLAINT, NOBODY = Complaint(), Absences({})
CALENDARS = BusinessCalendars(Organisation(timezone="UTC"), ClosedDays(by_region={"lv": frozenset({NOW.date()})}))


def user(pk, team=None, **fields):
    return User(pk=pk, email=f"{pk}@plumb.example", team=team, **fields)


def destined(response, playbook, complaint=NO_COMPLAINT, away=NOBODY, head=None):
    return destination(response, playbook, complaint=complaint, absences=away, head=head)


def drafted(response, playbook):
    return draft(response, playbook, to=destined(response, playbook), calendars=CALENDARS, now=NOW)


def of_category(category, **fields):
    return PlaybookRule.of_unsaved(Playbook(category=category, **fields), (), ())


@pytest.mark.parametrize(("survey", "score", "chosen"), [(1, 3, "own"), (2, 3, "for all"), (1, 7, None), (2, 9, None)])
def test_a_surveys_own_playbook_goes_before_the_one_for_all(survey, score, chosen):
    survey_1, survey_7 = Survey(pk=1, metric="nps"), Survey(pk=7, metric="nps")
    playbooks = Playbooks.of(
        [
            of_category("detractor", name="for all", position=1000),
            of_category("detractor", name="own", survey=survey_1),
            of_category("promoter", name="elsewhere", survey=survey_7),
        ]
    )

    found = playbooks.choose(Traits(survey, "nps", score))

    assert (found.name if found else None) == chosen


def test_of_two_in_one_place_the_older_one_goes_first_and_the_unsaved_one_last():
    rules = [of_category("detractor", pk=pk, name=str(pk)) for pk in (None, 9, 4)]

    assert [rule.playbook.name for rule in Playbooks.of(rules).rules] == ["4", "9", "None"]


def test_a_survey_asks_one_metric_only():
    own = PlaybookRule.of_unsaved(Playbook(survey=Survey(pk=1, metric="csat")), (), ())

    assert {metric for metric, _score in own.conditions.marks} == {"csat"}
    assert PlaybookRule.of_unsaved(
        Playbook(survey=Survey(pk=1, metric="csat"), metric="nps"), (), ()
    ).conditions.is_empty


@pytest.mark.parametrize(("assign", "expected"), [("manager", 1), ("person", 2), ("lead", 3), ("team", None)])
def test_work_goes_to_whom_the_playbook_says(assign, expected):
    team = Team(pk=9, lead=user(3))

    found = assignee_of(Response(manager=user(1), team=team), Playbook(assign=assign, person=user(2)))

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
