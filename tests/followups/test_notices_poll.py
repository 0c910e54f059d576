"""What an open page asks every half minute."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import sessions
from accounts.models import StaffSession
from followups import notices
from followups.models import StaffNotice
from followups.notices import Kind, unread
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
NEWS = "/notices/news/"


@pytest.fixture
def tell(owner, team):
    return lambda kind=Kind.NEW: notices.tell(kind, FollowupFactory(assignee=owner, team=team))


def test_it_says_how_many_are_unread_and_how_many_followups_are_new_since(client, owner, tell):
    client.force_login(owner)
    tell()
    first = client.get(NEWS).json()
    assert (first["unread"], first["said"], first["fresh"]) == (1, "1 unread notice", 1)

    tell()
    tell(Kind.OVERDUE)
    news = client.get(NEWS, {"since": first["latest"]}).json()

    assert (news["unread"], news["said"]) == (3, "3 unread notices")
    assert (news["fresh"], news["freshSaid"]) == (1, "1 new follow-up, show it")


def test_nothing_new_is_304_until_something_is(client, owner, tell):
    client.force_login(owner)
    tell()
    mark = client.get(NEWS)["ETag"]

    same = client.get(NEWS, headers={"if-none-match": mark})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", mark)

    tell()
    assert client.get(NEWS, headers={"if-none-match": mark}).status_code == 200


def test_it_costs_one_query_by_an_index_beside_those_that_tell_who_asks(client, owner, tell, django_assert_num_queries):
    client.force_login(owner)
    for _time in range(3):
        tell()
    client.get("/inbox/")

    with django_assert_num_queries(3) as asked:
        client.get(NEWS)

    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["SELECT"] * 3


def test_it_is_no_sign_of_a_person(client, owner, monkeypatch):
    monkeypatch.setattr(sessions, "NOTED_EVERY", timedelta())
    client.force_login(owner)
    client.get("/inbox/")
    before = (StaffSession.objects.get().seen_at, Session.objects.get().session_data, Session.objects.get().expire_date)

    client.get(NEWS)

    assert before == (
        StaffSession.objects.get().seen_at, Session.objects.get().session_data, Session.objects.get().expire_date
    )  # fmt: skip
    client.get("/inbox/")
    assert StaffSession.objects.get().seen_at > before[0]


def test_a_page_left_open_is_logged_out_when_nobody_was_there(client, owner, settings, monkeypatch):
    settings.SESSION_IDLE_MINUTES = 10
    client.force_login(owner)
    client.get("/inbox/")
    for minutes in (5, 9):
        moment = timezone.now() + timedelta(minutes=minutes)
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda moment=moment: moment)
            assert client.get(NEWS).status_code == 200

    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    answer = client.get(NEWS)

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "\u0661"])
def test_nonsense_is_no_mark(client, owner, tell, since):
    client.force_login(owner)
    tell()

    assert client.get(NEWS, {"since": since}).json()["unread"] == 1


def test_whoever_lacks_the_second_step_is_told_nothing_and_not_asked_over_and_over(client, owner, settings, tell):
    client.force_login(owner)
    tell()
    settings.SECOND_FACTOR_FOR = "everybody"

    for _time in range(3):
        assert client.get(NEWS).status_code == 401

    assert len(list(client.get("/accounts/2fa/totp/activate/").context["messages"])) == 0


def test_it_asks_by_the_index_of_unread_notices(client, owner, tell):
    tell()
    followup = owner.notices.get().followup
    StaffNotice.objects.bulk_create(
        StaffNotice(person=owner, followup=followup, kind=Kind.OVERDUE, occasion=str(number), read_at=timezone.now())
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        # as the database knows its tables in use, whatever they held before
        cursor.execute("ANALYZE followups_staffnotice")
        with CaptureQueriesContext(connection) as asked:
            unread.of(owner)
        (query,) = asked.captured_queries
        cursor.execute("EXPLAIN " + query["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "followups_notices_unread" in plan
