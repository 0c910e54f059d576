"""The same done to many rows of the list: by the rules of a single one, told row by row, undone in one go."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError

from accounts import clock
from delivery.models import Message
from followups import assignees, bulk
from followups.models import Activity, BulkDeed, Followup, StaffNotice
from followups.notices import letters
from surveys.models import Hold
from tests.factories import FollowupFactory, UserFactory

pytestmark = pytest.mark.django_db
DEEDS = "/inbox/deeds/"


@pytest.fixture
def rows(owner):
    return [FollowupFactory(assignee=owner, team=owner.team, response__score=10) for _ in range(3)]


@pytest.fixture
def send(client, owner):
    client.force_login(owner)

    def send(chosen=(), query="tab=mine", **sent):
        sent = {"key": str(uuid4()), "row": [row.pk for row in chosen]} | sent
        return client.post(f"{DEEDS}?{query}", sent, follow=True)

    return send


def state(rows):
    columns = (
        "status",
        "assignee_id",
        "team_id",
        "closed_at",
        "closed_by_id",
        "resolution",
        "outcome",
        "look_again_on",
    )
    return list(Followup.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values(*columns, "urgent_at"))


def kinds(row):
    return [(activity.kind, activity.text, activity.change) for activity in row.activities.order_by("pk")]


def undo(client, deed=None):
    deed = deed or BulkDeed.objects.latest("pk")
    return client.post(f"{DEEDS}{deed.pk}/reversal/?tab=mine", follow=True)


def test_what_is_ticked_is_assigned_as_one_by_one(send, rows, teammate):
    single = FollowupFactory(assignee=rows[0].assignee, team=rows[0].team)
    single.assign(teammate, by=rows[0].assignee)

    page = send(rows[:2], do="assign", to=teammate.pk)

    assert "2 follow-ups are assigned." in page.text
    assert [row["assignee_id"] for row in state(rows)] == [teammate.pk, teammate.pk, rows[2].assignee_id]
    assert kinds(rows[0]) == kinds(single) == [("assigned", "", {"from": "Olena Owner", "to": "Tomas Teammate"})]
    assert kinds(rows[2]) == []


def test_whoever_is_given_many_is_told_of_each_in_one_letter(send, rows, teammate, owner):
    send(rows, do="assign", to=teammate.pk)
    letters.queue_due(clock.now())

    told = StaffNotice.objects.filter(person=teammate, kind=StaffNotice.Kind.HANDOVER)
    assert {notice.followup_id for notice in told} == {row.pk for row in rows}
    assert not StaffNotice.objects.filter(person=owner).exists()
    assert Message.objects.filter(to_address=teammate.email).count() == 1


def test_who_takes_work_is_not_told(send, rows, owner):
    Followup.objects.update(assignee=None)

    send(rows, do="assign", to=owner.pk, query="tab=team")

    assert not StaffNotice.objects.exists()


@pytest.mark.parametrize("to", ["assign", "note", "resolve", "dismiss"])
def test_whatever_was_done_is_undone_exactly(client, send, rows, teammate, owner, to):
    for row in rows:
        Hold.place(contact_id=row.response.contact_id, cause=row.hold_cause)
    rows[1].wait(by=owner)
    before, said = state(rows), kinds(rows[1])

    send(rows, do=to, to=teammate.pk, note="Asked by Ona.", outcome="thanked", reason="Twice.")
    assert BulkDeed.objects.get().size == 3
    assert kinds(rows[1]) != said
    page = undo(client)

    assert "3 follow-ups are back to what they were." in page.text
    assert state(rows) == before
    assert Hold.objects.standing().count() == 3
    if to == "note":
        assert kinds(rows[1]) == said


def test_a_bulk_resolution_is_a_single_one(send, rows, owner):
    single = FollowupFactory(assignee=owner, response__score=10)
    single.resolve(outcome="thanked", by=owner)
    for row in rows:
        Hold.place(contact_id=row.response.contact_id, cause=row.hold_cause)

    send(rows, do="resolve", outcome="thanked")

    single.refresh_from_db()
    for row in Followup.objects.filter(pk__in=[row.pk for row in rows]):
        assert (row.status, row.outcome, row.closed_by) == (single.status, single.outcome, owner)
        assert kinds(row) == kinds(single)
    assert Hold.objects.standing().count() == 0


def test_a_row_that_cannot_is_told_with_its_reason_and_the_others_go_on(send, rows, owner):
    critic = FollowupFactory(assignee=owner, team=owner.team, response__score=1)
    rows[0].dismiss(reason="Over.", by=owner)

    page = send([*rows, critic], do="resolve", outcome="thanked")

    assert [row["status"] for row in state(rows)] == ["dismissed", "resolved", "resolved"]
    assert Followup.objects.get(pk=critic.pk).status == "new"
    assert "2 follow-ups are resolved." in page.text
    assert "1 was left as it is: It is closed." in page.text
    assert "resolved by itself, with its root cause" in page.text


def test_a_row_that_fails_stops_only_itself(rows, owner, monkeypatch):
    real, bad = Activity.objects.bulk_create, rows[1].pk

    def breaking(activities):
        kept = list(activities)
        if any(activity.followup_id == bad for activity in kept):
            raise DatabaseError("broken row")
        return real(kept)

    monkeypatch.setattr(Activity.objects, "bulk_create", breaking)

    deed = bulk.do(
        [row.pk for row in rows],
        lambda row: row.as_dismissed(by=owner, at=clock.now(), reason="Over."),
        kind=BulkDeed.Kind.DISMISS,
        key=uuid4(),
        by=owner,
    )

    assert [row["status"] for row in state(rows)] == ["dismissed", "new", "dismissed"]
    assert (deed.size, deed.refused) == (2, {bad: "failed"})


def test_all_of_the_list_is_what_its_filters_keep(send, rows, owner):
    other = FollowupFactory(assignee=owner, team=owner.team, response__score=1)

    send(query="tab=mine&category=promoter", all="on", do="dismiss", reason="Thanked by letter.")

    assert {row["status"] for row in state(rows)} == {"dismissed"}
    assert Followup.objects.get(pk=other.pk).status == "new"


def test_sent_twice_it_is_done_once(send, rows):
    key = str(uuid4())

    send(rows, key=key, do="note", note="Asked.")
    send(rows, key=key, do="note", note="Asked.")

    assert BulkDeed.objects.count() == 1
    assert [len(kinds(row)) for row in rows] == [1, 1, 1]


def test_what_somebody_has_touched_since_is_told_and_left(client, send, rows, teammate):
    send(rows, do="dismiss", reason="Over.")
    rows[0].reopen(by=teammate)

    page = undo(client)

    assert [row["status"] for row in state(rows)] == ["in_progress", "new", "new"]
    assert "2 follow-ups are back to what they were." in page.text
    assert "1 was left as it is: Somebody has worked on it since." in page.text


def test_it_is_undone_once_and_in_time(client, send, rows, monkeypatch):
    send(rows, do="dismiss", reason="Over.")
    deed = BulkDeed.objects.get()
    BulkDeed.objects.update(at=clock.now() - timedelta(minutes=16))
    page = undo(client, deed)
    assert "It is too late to undo this." in page.text
    assert {row["status"] for row in state(rows)} == {"dismissed"}

    BulkDeed.objects.update(at=clock.now())
    undo(client, deed)
    undo(client, deed)

    assert [len(kinds(row)) for row in rows] == [2, 2, 2]


def test_nothing_ticked_or_filled_in_does_nothing_and_says_so(send, rows):
    for sent, said in (
        ({"do": "dismiss", "reason": "Over."}, "tick the follow-ups first"),
        ({"chosen": rows, "do": "dismiss"}, "fill this in first"),
        ({"chosen": rows, "do": "resolve", "outcome": "saved"}, "errorlist"),
        ({"chosen": rows, "do": "assign", "to": "999999"}, "Choose somebody of the team."),
        ({"chosen": rows, "do": "erase"}, "errorlist"),
    ):
        page = send(**sent)
        assert (page.status_code, said in page.text) == (400, True), sent

    assert not BulkDeed.objects.exists()
    assert {row["status"] for row in state(rows)} == {"new"}


def test_a_stranger_does_nothing_to_others_and_undoes_nothing(client, send, rows, owner, stranger):
    send(rows[:1], do="dismiss", reason="Over.")
    deed = BulkDeed.objects.get()
    client.force_login(stranger)

    client.post(DEEDS, {"key": str(uuid4()), "row": [row.pk for row in rows], "do": "dismiss", "reason": "Mine."})
    page = client.post(f"{DEEDS}{deed.pk}/reversal/")

    assert page.status_code == 404
    assert [row["status"] for row in state(rows)] == ["dismissed", "new", "new"]
    assert "is dismissed" not in client.get(f"/inbox/?deed={deed.pk}").text


def test_who_may_be_given_one_is_said_alike_of_one_and_of_many(owner, teammate, stranger, administrator, rows):
    gone = UserFactory(team=owner.team, is_active=False)
    people = [owner, teammate, stranger, administrator, gone]
    for giver in (owner, administrator):
        possible = set(assignees.possible(rows[0], giver))
        assert {person for person in people if assignees.is_possible(person, rows[0], giver)} == possible & set(people)
        assert possible <= set(assignees.possible_for_many(giver)) | {owner, teammate}


def test_of_another_team_nobody_is_given_work(client, rows, administrator, stranger):
    client.force_login(administrator)
    sent = {"key": str(uuid4()), "row": [row.pk for row in rows], "do": "assign", "to": stranger.pk}

    page = client.post(f"{DEEDS}?tab=all", sent, follow=True)

    assert "That person is of another team." in page.text
    assert {row["assignee_id"] for row in state(rows)} == {rows[0].assignee_id}


def test_a_hundred_rows_take_as_many_queries_as_three(rows, owner, teammate, django_assert_num_queries):
    many = [FollowupFactory(assignee=owner, team=owner.team, response__score=10) for _ in range(20)]

    owner.has_perm("read once and kept")

    def assign(some, to):
        keys = [row.pk for row in some]
        return bulk.do(keys, lambda row: row.as_assigned(to), kind=BulkDeed.Kind.ASSIGN, key=uuid4(), by=owner)

    with django_assert_num_queries(25):
        assert assign(rows, teammate).size == 3
    with django_assert_num_queries(25):
        assert assign(many, teammate).size == 20


@pytest.mark.parametrize("row", ["9" * 19, "9" * 30, "9" * 5000, "٣", "-1", "0", "", "x\0"])
def test_a_number_that_no_row_can_have_is_refused(send, rows, teammate, row):
    answer = send(do="assign", to=teammate.pk, row=[rows[0].pk, row])

    assert answer.status_code == 400
    assert not BulkDeed.objects.exists()


def test_the_key_of_somebody_else_is_no_key(client, send, rows, teammate):
    send([rows[0]], do="note", note="Mine.", key="00000000-0000-0000-0000-000000000001")
    client.force_login(teammate)

    send([rows[0]], do="note", note="Mine.", key="00000000-0000-0000-0000-000000000001")

    assert list(BulkDeed.objects.order_by("pk").values_list("by__name", flat=True)) == ["Olena Owner", "Tomas Teammate"]


def test_a_page_that_a_browser_shows_again_does_what_is_asked_then(send, rows, teammate):
    key = str(uuid4())
    send(rows[:1], do="assign", to=teammate.pk, key=key)

    send(rows[1:2], do="note", note="Called.", key=key)
    send(rows[2:], do="note", note="Called.", key=key)

    assert [deed.size for deed in BulkDeed.objects.all()] == [1, 1, 1]
    assert [row.activities.filter(kind="note").count() for row in rows] == [0, 1, 1]


def test_who_is_mentioned_in_a_note_to_many_is_told_of_each(send, rows, teammate):
    answer = send(rows, do="note", note="@Tomas Teammate, see this. And @Nobody too.")

    told = StaffNotice.objects.filter(person=teammate, kind=StaffNotice.Kind.MENTION)
    assert set(told.values_list("followup", "activity__text")) == {
        (row.pk, "@Tomas Teammate, see this. And @Nobody too.") for row in rows
    }
    assert "Nobody was told for @Nobody" in answer.content.decode()


@pytest.mark.parametrize("deed", [{"do": "note", "note": "@Tomas Teammate"}, {"do": "assign"}])
def test_of_what_was_undone_nobody_hears_who_has_not_heard(client, send, rows, teammate, deed):
    send(rows, to=teammate.pk, **deed)
    assert StaffNotice.objects.count() == 3
    StaffNotice.objects.filter(followup=rows[0]).update(read_at=clock.now())

    undo(client)

    assert list(StaffNotice.objects.values_list("followup", flat=True)) == [rows[0].pk]


def test_what_one_gave_away_and_sees_no_more_is_undone_too(client, send, rows, owner, stranger):
    Followup.objects.update(team=stranger.team)
    before = state(rows)
    send(rows, do="assign", to="")
    assert not Followup.objects.visible_to(owner).exists()

    answer = undo(client)

    assert state(rows) == before
    assert "3 follow-ups are back" in answer.content.decode()


def test_one_tick_stands_for_all_rows_of_the_page_without_a_script(client, send, rows, teammate):
    page = client.get("/inbox/?tab=mine").text
    shown = page.split('name="shown" value="')[1].split('"')[0]
    assert sorted(shown.split(",")) == sorted(str(row.pk) for row in rows)
    assert "All 3 follow-ups on this page" in page

    FollowupFactory(assignee=rows[0].assignee, team=rows[0].team)
    told = send(rows[:1], do="assign", to=teammate.pk, shown=shown)

    assert "3 follow-ups are assigned." in told.text
    assert Followup.objects.filter(assignee=teammate).count() == 3


@pytest.mark.parametrize("shown", ["x", "-1", "1;2", "9" * 40, ",,", "٣", "1\x00"])
def test_what_is_no_row_of_a_page_does_nothing(send, rows, teammate, shown):
    assert send(do="assign", to=teammate.pk, shown=shown).status_code in (200, 400)
    assert not Followup.objects.filter(assignee=teammate).exists()
