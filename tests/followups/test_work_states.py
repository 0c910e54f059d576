"""States are the finer words of administrators for five fixed meanings."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from accounts import clock
from followups.models import Activity, Followup, FollowupIsClosed, StateDoesNotFit, WorkState
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db


def usual(meaning):
    return WorkState.objects.get(meaning=meaning, is_default=True)


@pytest.fixture
def warehouse():
    names = {"en": "Waiting for the warehouse", "uk": "Чекаємо на склад"}
    return WorkState.objects.create(meaning="waiting", names=names, tone="middle", position=1)


@pytest.fixture
def checking():
    return WorkState.objects.create(meaning="in_progress", names={"en": "Checking with sales"}, position=1)


def stored(followup):
    return Followup.objects.select_related("state").get(pk=followup.pk)


def url(followup, resource=""):
    return f"{followup.get_absolute_url()}{resource}"


@transaction.atomic
def to_its_end(deed):
    """Do it as if the transaction ended here."""
    deed()
    connection.check_constraints()


def test_each_meaning_has_a_usual_state_in_four_languages():
    assert list(WorkState.objects.in_order().values_list("meaning", "is_default")) == [
        ("new", True), ("in_progress", True), ("waiting", True), ("resolved", True), ("dismissed", True)
    ]  # fmt: skip
    assert all(not state.missing_languages for state in WorkState.objects.all())


def test_whoever_changes_the_status_gets_the_usual_state_of_it(followup, owner, warehouse):
    assert stored(followup).state == usual("new")
    followup.start(by=owner)
    assert stored(followup).state == usual("in_progress")

    Followup.objects.filter(pk=followup.pk).update(status="waiting", look_again_on=clock.now().date())
    assert stored(followup).state == usual("waiting")
    Followup.objects.filter(pk=followup.pk).update(state=warehouse)
    assert stored(followup).state == warehouse

    assert stored(followup).hear_customer() is False
    stored(followup).log_contact(Activity.Kind.CALL, "Talked.", by=owner)
    assert stored(followup).state == warehouse
    followup.resolve(root_cause="price", resolution="Refunded.", by=owner)
    assert stored(followup).state == usual("resolved")


def test_a_state_of_another_meaning_never_stands_with_a_status(followup, warehouse):
    Followup.objects.filter(pk=followup.pk).update(state=warehouse)
    assert stored(followup).state == usual("new")

    Followup.objects.filter(pk=followup.pk).update(state=None)
    assert stored(followup).state == usual("new")


def test_put_into_a_waiting_state_it_waits_and_the_history_says_for_what(followup, owner, warehouse):
    assert followup.put(warehouse, by=owner)
    assert not followup.put(warehouse, by=owner)

    after = stored(followup)
    assert (after.status, after.state, after.waits(clock.now())) == ("waiting", warehouse, True)
    (moved,) = followup.activities.filter(kind="status")
    assert moved.summary.startswith("Status: Waiting for the warehouse, look again on")
    assert moved.change["from"] == "new"

    warehouse.names = {"en": "Warehouse"}
    warehouse.save()
    assert "Waiting for the warehouse" in Activity.objects.get(pk=moved.pk).summary


def test_another_word_of_the_same_meaning_moves_nothing_else(followup, owner, warehouse):
    followup.wait(by=owner, until=clock.now().date() + timedelta(days=9), or_answer=True)
    before = stored(followup)

    followup.put(warehouse, by=owner)

    after = stored(followup)
    assert (after.look_again_on, after.until_answer, after.status) == (before.look_again_on, True, "waiting")
    assert followup.activities.latest("pk").change == {"to": "waiting", "state": warehouse.names}


def test_a_customer_who_answers_ends_a_finer_waiting_too(followup, owner, warehouse):
    followup.wait(by=owner, or_answer=True)
    followup.put(warehouse, by=owner)

    assert followup.hear_customer()

    assert stored(followup).state == usual("in_progress")


def test_the_word_of_closed_work_changes_within_its_meaning_and_is_no_reopening(followup, owner, checking):
    paid = WorkState.objects.create(meaning="resolved", names={"en": "Resolved and paid out"})
    followup.resolve(root_cause="price", resolution="Refunded.", by=owner)

    assert followup.put(paid, by=owner)

    assert stored(followup).state == paid
    assert not followup.activities.filter(change__from="resolved").exists()
    with pytest.raises(FollowupIsClosed):
        followup.put(checking, by=owner)


@pytest.mark.parametrize("meaning", ["new", "resolved", "dismissed"])
def test_no_word_closes_work_or_makes_it_new_again(followup, owner, meaning):
    followup.start(by=owner)

    with pytest.raises(StateDoesNotFit):
        followup.put(usual(meaning), by=owner)

    assert stored(followup).status == "in_progress"


def test_what_is_in_use_keeps_its_meaning_and_is_not_deleted(followup, owner, warehouse):
    followup.put(warehouse, by=owner)

    with pytest.raises(ProtectedError):
        warehouse.delete()
    for deed in (
        lambda: WorkState.objects.filter(pk=warehouse.pk).update(meaning="in_progress"),
        lambda: WorkState.objects.filter(pk=warehouse.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()
    assert not warehouse.is_unused


def test_a_meaning_is_never_without_a_usual_state(warehouse):
    for deed in (
        lambda: WorkState.objects.filter(meaning="waiting").update(is_default=False),
        lambda: WorkState.objects.filter(meaning="waiting", is_default=True).delete(),
        lambda: WorkState.objects.filter(meaning="new").update(meaning="waiting", is_default=False),
        lambda: WorkState.objects.filter(meaning="waiting").update(is_default=True),
        lambda: WorkState.objects.filter(meaning="waiting").update(is_active=False),
    ):
        with pytest.raises(IntegrityError):
            to_its_end(deed)


def test_another_one_becomes_the_usual_one_and_rows_stay_where_they_are(followup, owner, warehouse):
    followup.wait(by=owner)
    before = stored(followup).state

    assert warehouse.make_default()
    assert not warehouse.make_default()
    connection.check_constraints()

    assert (usual("waiting"), stored(followup).state) == (warehouse, before)
    WorkState.objects.filter(pk=before.pk).update(is_active=False)
    assert not WorkState.objects.get(pk=before.pk).make_default()


def test_the_page_shows_the_state_and_lets_one_choose_where_there_are_finer_ones(client, owner, followup):
    owner.language = "uk"
    owner.save()
    client.force_login(owner)
    assert "state/" not in client.get(url(followup)).text

    names = {"en": "Waiting for the warehouse", "uk": "Чекаємо на склад"}
    warehouse = WorkState.objects.create(meaning="waiting", names=names, tone="middle")
    assert f'<option value="{warehouse.pk}">Чекаємо на склад</option>' in client.get(url(followup)).text
    answer = client.post(url(followup, "state/"), {"state": warehouse.pk})

    assert answer.status_code == 302
    assert stored(followup).state == warehouse
    assert '<span class="badge badge--middle">Чекаємо на склад</span>' in client.get(url(followup)).text


def test_what_is_retired_closed_or_made_up_is_refused(client, owner, followup, warehouse):
    WorkState.objects.filter(pk=warehouse.pk).update(is_active=False)
    client.force_login(owner)

    for hostile in (warehouse.pk, usual("resolved").pk, "", "0", "x", "-1", "9" * 30, "\x00"):
        answer = client.post(url(followup, "state/"), {"state": hostile})
        assert answer.status_code in (200, 400), hostile

    assert stored(followup).state == usual("new")
    assert not followup.activities.exists()


def test_a_state_of_new_work_is_refused_once_it_has_begun(client, owner, followup):
    fresh = WorkState.objects.create(meaning="new", names={"en": "To be sorted"})
    client.force_login(owner)
    client.post(url(followup, "state/"), {"state": fresh.pk})
    assert stored(followup).state == fresh

    followup.start(by=owner)
    client.post(url(followup, "state/"), {"state": fresh.pk})

    assert stored(followup).state == usual("in_progress")


def test_the_inbox_is_filtered_by_state_open_or_closed(client, owner, team, followup, warehouse):
    paid = WorkState.objects.create(meaning="resolved", names={"en": "Paid out"})
    other = FollowupFactory(assignee=owner, team=team)
    done = FollowupFactory(assignee=owner, team=team)
    followup.put(warehouse, by=owner)
    other.wait(by=owner)
    done.resolve(root_cause="price", resolution="Refunded.", by=owner)
    done.put(paid, by=owner)
    client.force_login(owner)

    def found(**query):
        page = client.get(reverse("inbox"), {"tab": "mine", **query})
        return [row.pk for bucket in page.context["buckets"] for row in bucket.rows]

    assert found(state=warehouse.pk) == [followup.pk]
    assert found(state=warehouse.pk, status="new") == [followup.pk]
    assert found(state=paid.pk) == [done.pk]
    assert found(state=warehouse.pk, status="closed") == [followup.pk]
    assert set(found(state="9999999")) == {followup.pk, other.pk}
    assert set(found(status="waiting")) == {followup.pk, other.pk}


def test_a_saved_queue_keeps_a_state_and_counts_what_is_in_it(client, owner, followup, warehouse):
    followup.put(warehouse, by=owner)
    client.force_login(owner)
    address = f"{reverse('inbox_queues')}?tab=mine&state={warehouse.pk}"

    client.post(address, {"name": "Warehouse"})

    page = client.get(reverse("inbox"), {"tab": "mine"})
    (queue,) = page.context["queues"]
    assert (queue.open, f"state={warehouse.pk}" in queue.address) == (1, True)


def test_the_closed_ones_of_a_root_cause_hold_those_below_it(client, owner, team, followup):
    other = FollowupFactory(assignee=owner, team=team)
    followup.resolve(root_cause="price", resolution="Refunded.", by=owner)
    other.resolve(root_cause="delivery", resolution="Sent.", by=owner)
    client.force_login(owner)

    page = client.get(reverse("inbox"), {"tab": "mine", "status": "closed", "root_cause": "price"})

    assert [row.pk for bucket in page.context["buckets"] for row in bucket.rows] == [followup.pk]


def test_several_are_put_into_a_state_and_back(client, owner, team, warehouse, checking):
    rows = [FollowupFactory(assignee=owner, team=team) for _each in range(3)]
    rows[0].put(warehouse, by=owner)
    rows[1].put(checking, by=owner)
    rows[2].dismiss(reason="No.", by=owner)
    client.force_login(owner)
    key = client.get(reverse("inbox")).context["bulk_form"]["key"].value()

    sent = {"key": key, "row": [row.pk for row in rows], "do": "state", "state": warehouse.pk}
    page = client.post(reverse("inbox_deeds"), sent, follow=True)

    deed = page.context["told"].deed
    assert deed.size == 1
    assert deed.refused == {str(rows[0].pk): "so_already", str(rows[2].pk): "closed"}
    assert stored(rows[1]).state == warehouse
    client.post(reverse("inbox_deed_reversal", args=[deed.pk]))
    after = stored(rows[1])
    assert (after.status, after.state, after.look_again_on) == ("in_progress", checking, None)


def test_undoing_a_dismissal_gives_the_finer_state_back(client, owner, followup, warehouse):
    followup.put(warehouse, by=owner)
    client.force_login(owner)
    key = client.get(reverse("inbox")).context["bulk_form"]["key"].value()
    sent = {"key": key, "row": [followup.pk], "do": "dismiss", "reason": "Nothing to do."}
    page = client.post(reverse("inbox_deeds"), sent, follow=True)
    assert stored(followup).status == "dismissed"

    client.post(reverse("inbox_deed_reversal", args=[page.context["told"].deed.pk]))

    assert (stored(followup).status, stored(followup).state) == ("waiting", warehouse)


def test_nothing_is_done_to_many_without_a_state(client, owner, followup, warehouse):
    WorkState.objects.filter(pk=warehouse.pk).update(is_active=False)
    client.force_login(owner)
    key = client.get(reverse("inbox")).context["bulk_form"]["key"].value()

    for state in ("", warehouse.pk, usual("resolved").pk, "x"):
        sent = {"key": key, "row": [followup.pk], "do": "state", "state": state}
        assert client.post(reverse("inbox_deeds"), sent).status_code == 400

    assert stored(followup).state == usual("new")
