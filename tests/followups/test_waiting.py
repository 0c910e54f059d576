"""What waits for the customer is nobody's delay until the day on which to look again; then it comes back by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.models import Holiday
from followups.models import Followup, Playbook
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"
FRIDAY = datetime(2026, 11, 27, 10, 30, tzinfo=UTC)


@pytest.fixture
def friday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: FRIDAY)
    return FRIDAY


@pytest.fixture
def followup(owner):
    return FollowupFactory(assignee=owner, team=owner.team, next_due_at=clock.now() - timedelta(days=3))


def at(monkeypatch, moment):
    monkeypatch.setattr(clock, "now", lambda: moment)


def stored(followup):
    return Followup.objects.get(pk=followup.pk)


def headings(client):
    return [str(bucket.heading) for bucket in client.get(INBOX).context["buckets"]]


def followup_of(client):
    return client.get(INBOX).context["buckets"][0].rows[0]


def wait(client, followup, **sent):
    return client.post(f"{followup.get_absolute_url()}progress/", {"status": "waiting"} | sent, follow=True)


def test_the_day_to_look_again_is_the_third_working_day_unless_the_playbook_says_otherwise(friday, followup, owner):
    followup.wait(by=owner)
    assert stored(followup).look_again_on == date(2026, 12, 2)

    Holiday.objects.create(date=date(2026, 11, 30), name="Andrew")
    slow = FollowupFactory(assignee=owner, team=owner.team, playbook=Playbook.objects.first())
    Playbook.objects.filter(pk=slow.playbook_id).update(wait_days=5)
    stored(slow).wait(by=owner)

    assert stored(slow).look_again_on == date(2026, 12, 7)


def test_the_day_is_chosen_and_changed_on_the_page(client, friday, followup, owner):
    client.force_login(owner)

    said = wait(client, followup, until="2026-12-09").text
    assert "look again on 9 Dec 2026" in said
    assert stored(followup).look_again_on == date(2026, 12, 9)
    changed = wait(client, followup, until="2026-12-11").text

    assert stored(followup).look_again_on == date(2026, 12, 11)
    assert "look again on 11 Dec 2026" in changed
    assert followup.activities.filter(kind="status").count() == 2


@pytest.mark.parametrize("until", ["2026-11-27", "2026-11-01", "2028-01-01", "soon"])
def test_a_day_that_is_none_is_refused_and_nothing_changes(client, friday, followup, owner, until):
    client.force_login(owner)

    page = wait(client, followup, until=until)

    assert page.status_code == 200
    assert "errorlist" in page.text
    assert (stored(followup).status, stored(followup).look_again_on) == ("new", None)


def test_before_the_day_it_is_not_late_and_comes_last_and_then_it_comes_back(client, monkeypatch, followup, owner):
    at(monkeypatch, FRIDAY)
    FollowupFactory(assignee=owner, team=owner.team, next_due_at=FRIDAY + timedelta(days=20))
    followup.wait(by=owner, until=date(2026, 12, 2))
    Followup.objects.filter(pk=followup.pk).update(next_due_at=FRIDAY + timedelta(days=30))
    client.force_login(owner)
    assert headings(client)[-1] == "Waiting for the customer"
    assert "Look again on 2 Dec 2026" in client.get(INBOX).text

    at(monkeypatch, FRIDAY + timedelta(days=5))
    assert headings(client)[0] == "Now"
    assert "Look again since 2 Dec 2026" in client.get(INBOX).text
    assert not followup_of(client).is_overdue(clock.now())

    at(monkeypatch, FRIDAY + timedelta(days=6))
    assert headings(client)[0] == "Now"
    assert followup_of(client).is_overdue(clock.now())


def test_what_came_back_past_its_due_time_is_overdue_at_once(client, monkeypatch, followup, owner):
    at(monkeypatch, FRIDAY)
    followup.wait(by=owner, until=date(2026, 12, 2))
    Followup.objects.filter(pk=followup.pk).update(next_due_at=FRIDAY)
    client.force_login(owner)
    assert headings(client) == ["Waiting for the customer"]
    assert "overdue" not in client.get(followup.get_absolute_url()).text

    at(monkeypatch, FRIDAY + timedelta(days=5))

    assert headings(client) == ["Now"]
    assert "Overdue" in client.get(followup.get_absolute_url()).text or "overdue" in client.get(INBOX).text


@pytest.mark.parametrize("days", [0, 4, 5, 6, 40])
@pytest.mark.parametrize("due_in", [-3, 4.5, 60])
def test_rows_and_lists_agree_on_what_is_late_and_whose_turn_it_is(owner, days, due_in):
    now = FRIDAY + timedelta(days=days)
    due = {"next_due_at": FRIDAY + timedelta(days=due_in), "assignee": owner, "team": owner.team}
    waiting, open_one = FollowupFactory(**due), FollowupFactory(**due)
    waiting.wait(by=owner, until=date(2026, 12, 2))

    late = set(Followup.objects.overdue(now))
    theirs = set(Followup.objects.filter(Followup.is_the_customers_turn(now)))

    rows = [stored(waiting), stored(open_one)]
    assert late == {row for row in rows if row.is_overdue(now)}
    assert theirs == {row for row in rows if row.waits(now)}


def test_whatever_ends_the_waiting_forgets_the_day(friday, followup, owner):
    followup.wait(by=owner)
    followup.start(by=owner)
    assert stored(followup).look_again_on is None

    followup.wait(by=owner)
    followup.dismiss(reason="Moved away.", by=owner)
    assert stored(followup).look_again_on is None

    followup.reopen(by=owner)
    assert (stored(followup).status, stored(followup).look_again_on) == ("in_progress", None)


def test_the_database_refuses_waiting_without_a_day(followup):
    with pytest.raises(IntegrityError, match="followups_waiting_names_a_day"), transaction.atomic():
        Followup.objects.filter(pk=followup.pk).update(status="waiting")


def test_the_next_one_to_go_on_with_is_not_for_the_customer_but_may_have_come_back(
    client, monkeypatch, followup, owner
):
    at(monkeypatch, FRIDAY)
    done = FollowupFactory(assignee=owner, team=owner.team, next_due_at=FRIDAY)
    followup.wait(by=owner, until=date(2026, 12, 2))
    client.force_login(owner)
    client.get(INBOX)
    done.dismiss(reason="Nothing.", by=owner)
    assert client.get(done.get_absolute_url()).context["flow"].next == ""

    at(monkeypatch, FRIDAY + timedelta(days=5))

    ours = client.get(INBOX).context["work"].stretch("ours")
    assert [row.pk for row in ours.ordered] == [followup.pk]
