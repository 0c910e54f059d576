from datetime import date

import pytest

from followups.improvements import board, changes
from tests.factories import BrandFactory, FollowupFactory, TeamFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)


def propose(by, title, **said):
    return changes.propose(by=by, title=title, why="So.", **said)


def titles(reader, **chosen):
    columns = board.columns(reader, chosen, TODAY)
    return [card.improvement.title for column in columns for card in column.cards]


def test_it_stands_by_votes_by_points_or_by_due_day(owner, teammate, manager):
    early = propose(owner, "Early", due_on=date(2026, 8, 1), expected_points=2)
    propose(owner, "Rich", due_on=date(2026, 9, 1), expected_points=5)
    wanted = propose(owner, "Wanted")
    changes.vote(wanted, by=teammate)
    changes.vote(wanted, by=manager)
    changes.vote(early, by=teammate)

    assert titles(owner) == ["Wanted", "Early", "Rich"]
    assert titles(owner, order="points") == ["Rich", "Early", "Wanted"]
    assert titles(owner, order="due") == ["Early", "Rich", "Wanted"]


def test_it_is_filtered(administrator, owner, team):
    brand = BrandFactory()
    propose(administrator, "Of all")
    propose(administrator, "Of a team", team=team)
    propose(administrator, "Of a brand", brand=brand)
    propose(administrator, "Of a person", owner=owner)

    assert titles(administrator, team=team) == ["Of a team"]
    assert titles(administrator, brand=brand) == ["Of a brand"]
    assert titles(administrator, owner=owner) == ["Of a person"]
    assert len(titles(administrator)) == 4


def test_only_what_is_open_is_overdue(owner):
    late = propose(owner, "Late", due_on=date(2026, 7, 14))
    propose(owner, "Today", due_on=TODAY)

    assert (late.is_overdue(TODAY), late.is_overdue(date(2026, 7, 14))) == (True, False)
    late.move("done", by=owner, on=date(2026, 7, 15))
    assert not late.is_overdue(TODAY)


def test_answers_are_counted_for_who_may_see_them(client, owner, team, stranger, manager, improvement, complain):
    ours, theirs = complain(2, team=team), complain(3, team=TeamFactory())
    changes.link(improvement, [*ours, *theirs], by=owner)
    FollowupFactory(response=ours[0], assignee=owner, team=team)

    def counted(reader):
        client.force_login(reader)
        page = client.get(f"/improvements/{improvement.pk}/")
        cards = [card.answers for column in board.columns(reader, {}, TODAY) for card in column.cards]
        return page.context["asked_number"], *cards

    assert counted(manager) == (2, 2)
    assert counted(owner) == (1, 1)
    assert counted(stranger) == (0, 0)


def test_more_improvements_cost_no_more_queries(client, owner, django_assert_num_queries):
    client.force_login(owner)
    propose(owner, "First")
    client.get("/improvements/")
    with django_assert_num_queries(14) as one:
        client.get("/improvements/")
    for number in range(3):
        propose(owner, f"Another {number}")

    with django_assert_num_queries(len(one)):
        client.get("/improvements/")


def test_a_filter_that_is_none_says_so(client, owner):
    client.force_login(owner)

    assert client.get("/improvements/?owner=x").status_code == 400
