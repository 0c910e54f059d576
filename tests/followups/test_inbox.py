from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from crm.models import Contact
from responses.models import Response
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    FollowupFactory,
    InvitationFactory,
    ProductFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

INBOX = "/inbox/"
QUERIES = 19


def followup(*, name="Ona", score=3, company=None, **fields):
    contact = ContactFactory(first_name=name, last_name="", company=company)
    invitation = InvitationFactory(status="answered", contact=contact)
    return FollowupFactory(response__invitation=invitation, response__score=score, **fields)


def due(hours):
    return {"next_due_at": clock.now() + timedelta(hours=hours)}


def shown(client, **query):
    """Return the names in the inbox, in order, and the headings above them."""
    page = client.get(INBOX, query)
    assert page.status_code == 200
    return [str(row.response.contact) for bucket in page.context["buckets"] for row in bucket.rows]


def test_the_inbox_asks_a_visitor_to_log_in(client):
    page = client.get(INBOX)

    assert (page.status_code, page["Location"]) == (302, f"{reverse('account_login')}?next={INBOX}")


def test_each_tab_shows_its_own(client, owner, teammate, stranger, team):
    followup(name="Mine", assignee=owner, team=team)
    followup(name="Colleague's", assignee=teammate, team=team)
    followup(name="Nobody's", team=team)
    followup(name="Elsewhere", assignee=stranger, team=stranger.team)
    followup(name="Nobody's elsewhere", team=stranger.team)

    client.force_login(owner)

    assert shown(client) == ["Mine"]
    assert sorted(shown(client, tab="team")) == ["Colleague's", "Mine", "Nobody's"]
    assert shown(client, tab="unassigned") == ["Nobody's"]
    assert shown(client, tab="all") == ["Mine"]
    assert [(tab.key, tab.open) for tab in client.get(INBOX).context["tabs"]] == [
        ("mine", 1),
        ("team", 3),
        ("unassigned", 1),
    ]


def test_a_teammate_sees_the_teams_work_and_a_stranger_nothing(client, owner, teammate, stranger, team):
    followup(assignee=owner, team=team)
    followup(team=team)

    client.force_login(teammate)
    assert (len(shown(client)), len(shown(client, tab="team")), len(shown(client, tab="unassigned"))) == (2, 2, 1)

    client.force_login(stranger)
    assert (len(shown(client)), len(shown(client, tab="team")), len(shown(client, tab="unassigned"))) == (0, 0, 0)
    assert "all" not in [tab.key for tab in client.get(INBOX).context["tabs"]]


def test_who_sees_all_teams_has_a_tab_for_all(client, administrator, owner, team):
    followup(assignee=owner, team=team)

    client.force_login(administrator)

    assert shown(client, tab="all") == shown(client) == ["Ona"]
    followup(name="Own", assignee=administrator)
    assert shown(client) == ["Own"]


def test_a_person_without_a_team_sees_only_their_own(client, owner, team):
    loner = UserFactory(team=None)
    followup(name="Theirs", assignee=loner)
    followup(name="Teamless and nobody's")

    client.force_login(loner)

    assert shown(client) == ["Theirs"]
    assert shown(client, tab="team") == shown(client, tab="unassigned") == []


def test_graver_and_longer_due_comes_first_under_the_day_from_which_it_is_urgent(client, owner):
    day = 24
    followup(name="Later, low", assignee=owner, priority=3, score=9, **due(20 * day))
    followup(name="Later, high", assignee=owner, priority=1, **due(20 * day))
    followup(name="Just overdue, low", assignee=owner, priority=3, score=9, **due(-1))
    followup(name="Overdue for a week, low", assignee=owner, priority=3, score=9, **due(-7 * day))
    followup(name="Due in an hour, high", assignee=owner, priority=1, **due(1))

    client.force_login(owner)

    assert shown(client) == [
        "Overdue for a week, low", "Due in an hour, high", "Just overdue, low", "Later, high", "Later, low",
    ]  # fmt: skip
    now, *days = [str(bucket.heading) for bucket in client.get(INBOX).context["buckets"]]
    assert (now, len(days)) == ("Now", 2)


def test_of_equals_the_greater_customer_comes_first(client, owner):
    moment = clock.now() + timedelta(days=3)
    followup(name="Ordinary", assignee=owner, next_due_at=moment, value=2)
    followup(name="Great", assignee=owner, next_due_at=moment + timedelta(days=1), value=8)
    followup(name="Without deals", assignee=owner, next_due_at=moment)

    client.force_login(owner)

    assert shown(client) == ["Great", "Ordinary", "Without deals"]


def test_what_waits_for_the_customer_is_nobodys_delay_and_comes_last(client, owner):
    waiting = followup(name="Waiting for a month", assignee=owner, priority=1, score=0, **due(-24 * 30))
    waiting.wait(by=owner)
    followup(name="Due next week", assignee=owner, priority=3, **due(24 * 7))

    client.force_login(owner)

    assert shown(client) == ["Due next week", "Waiting for a month"]
    page = client.get(INBOX)
    assert str(page.context["buckets"][-1].heading) == "Waiting for the customer"
    assert "Overdue by" not in page.text


def test_who_has_nothing_of_their_own_begins_with_what_the_team_has(client, manager, owner):
    followup(name="Of the team", assignee=owner, team=manager.team)

    client.force_login(manager)

    assert client.get(INBOX).context["tab"].key == "team"


def test_within_a_day_the_graver_comes_first(client, owner):
    noon = (clock.now() + timedelta(days=30)).replace(hour=12)
    followup(name="Low", assignee=owner, priority=3, next_due_at=noon - timedelta(hours=2))
    followup(name="High, score 6", assignee=owner, priority=1, score=6, next_due_at=noon)
    followup(name="High, score 0", assignee=owner, priority=1, score=0, next_due_at=noon)

    client.force_login(owner)

    assert shown(client) == ["High, score 0", "High, score 6", "Low"]


def test_overdue_is_said_in_words(client, owner):
    followup(assignee=owner, **due(-3.5))

    client.force_login(owner)

    assert "Overdue by 3\xa0hours" in client.get(INBOX).text


def test_closed_work_is_shown_when_asked_for(client, owner, team):
    open_one, closed = followup(name="Open", assignee=owner), followup(name="Closed", assignee=owner)
    closed.resolve(root_cause="price", resolution="Refunded.", by=owner)
    assert open_one.is_open

    client.force_login(owner)

    assert shown(client) == ["Open"]
    assert shown(client, status="closed") == ["Closed"]


def test_filters_narrow_by_category_and_customer(client, owner):
    company = CompanyFactory(name="Baltic Foods")
    followup(name="Rasa", score=2, assignee=owner, company=company)
    followup(name="Markus", score=10, assignee=owner)

    client.force_login(owner)

    assert shown(client, category="promoter") == ["Markus"]
    assert shown(client, category="nonsense") != []
    assert shown(client, q="baltic ras") == ["Rasa"]
    assert shown(client, q="markus baltic") == []
    assert "Nothing matches." in client.get(INBOX, {"q": "zzz"}).text


@pytest.mark.parametrize(
    "text",
    ["sean", "OBRIEN", "8 600 00000", "other@home", "imone", "gtx", "zukauskaite", "uzsakymas dingo", "sean gtx dingo"],
)
def test_customer_comment_product_and_manager_are_searched_however_they_are_spelt(client, owner, text):
    company = CompanyFactory(name="Įmonė")
    wanted = followup(name="Seán O’Brien", assignee=owner, company=company)
    wanted.response.contact.addresses.create(medium="email", value="other@home.example")
    Contact.objects.update(phone="+37060000000")
    Response.objects.update(
        comment="Užsakymas dingo.", product=ProductFactory(name="GTX Pro"), manager=UserFactory(name="Rūta Žukauskaitė")
    )
    followup(name="Markus", assignee=owner)

    client.force_login(owner)

    assert shown(client, q=text) == ["Seán O’Brien"]
    assert shown(client, q=f"{text} markus") == []


def test_an_empty_inbox_says_so(client, owner):
    client.force_login(owner)

    assert "You have nothing to do here." in client.get(INBOX).text
    assert "Everything has somebody who cares for it." in client.get(INBOX, {"tab": "unassigned"}).text


def test_long_lists_are_paged(client, owner):
    contact = ContactFactory()
    for _ in range(27):
        FollowupFactory(assignee=owner, response__invitation=InvitationFactory(contact=contact, status="answered"))

    client.force_login(owner)

    assert len(shown(client)) == 25
    assert len(shown(client, page=2)) == 2
    assert len(shown(client, page="no number")) == 25
    assert 'href="?tab=mine&amp;page=2"' in client.get(INBOX, {"tab": "mine"}).text


def test_htmx_gets_the_list_only(client, owner):
    client.force_login(owner)

    page = client.get(INBOX, headers={"HX-Request": "true"})

    assert page.text.lstrip().startswith('<div id="worklist"')
    assert "HX-Request" in page["Vary"]


def test_the_inbox_is_read_not_written(client, owner):
    client.force_login(owner)

    assert client.post(INBOX).status_code == 405


@pytest.mark.parametrize("tab", ["mine", "team", "unassigned"])
def test_three_rows_take_as_many_queries_as_one(client, owner, team, tab, django_assert_num_queries):
    whose = None if tab == "unassigned" else owner
    client.force_login(owner)
    followup(assignee=whose, team=team, company=CompanyFactory())
    shown(client, tab=tab)  # and keeps which list was looked at

    with django_assert_num_queries(QUERIES):
        assert len(shown(client, tab=tab)) == 1
    for _ in range(2):
        followup(assignee=whose, team=team, company=CompanyFactory())
    with django_assert_num_queries(QUERIES):
        assert len(shown(client, tab=tab)) == 3
