"""What was merged is undone within the day: the latest first, and what was said meanwhile stays."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from crm import merges, suppressions
from crm.merges import CannotUndo
from crm.models import Consent, Contact, Merge
from crm.suppressions import No
from tests.factories import ContactFactory, DealFactory, TouchpointFactory

pytestmark = pytest.mark.django_db
MAILBOX = "ona@shop.example"
NOW = clock.now()
LIST = reverse("admin:crm_merge_changelist")


@pytest.fixture
def records():
    return [ContactFactory(source="shop", external_id=str(number), email=MAILBOX) for number in range(3)]


def object_by(contact, medium="email", *, at):
    Consent.objects.update_or_create(
        contact=contact, medium=medium, defaults={"status": Consent.Status.OBJECTED, "changed_at": at}
    )


def said(contact):
    return dict(contact.consents.values_list("medium", "status"))


def test_of_two_merges_the_earlier_one_waits_for_the_later_one(records):
    first, second, third = records
    earlier, later = merges.merge(first, second), merges.merge(first, third)

    with pytest.raises(CannotUndo):
        merges.undo(earlier)
    merges.undo(later)
    merges.undo(earlier)

    assert Contact.objects.shown().count() == 3


def test_a_merge_whose_survivor_was_absorbed_waits_too(records):
    first, second, third = records
    earlier, later = merges.merge(second, third), merges.merge(first, second)
    earlier.refresh_from_db()
    assert earlier.survivor == second

    with pytest.raises(CannotUndo):
        merges.undo(earlier)
    merges.undo(later)

    assert merges.survivors_of([third.pk]) == {third.pk: second.pk}


def test_an_objection_that_was_made_meanwhile_stays(records):
    first, second, _third = records
    Consent.objects.create(contact=first, medium="email", status="given", changed_at=NOW - timedelta(days=9))
    Consent.objects.create(contact=second, medium="email", status="soft_opt_in", changed_at=NOW - timedelta(days=1))
    Consent.objects.create(contact=second, medium="sms", status="given", changed_at=NOW - timedelta(days=1))
    done = merges.merge(first, second, now=NOW)

    for medium in ("email", "sms"):
        object_by(first, medium, at=NOW + timedelta(minutes=1))
    merges.undo(done, now=NOW + timedelta(minutes=2))

    assert said(first) == {"email": "objected", "sms": "objected"}


def test_a_no_that_was_said_meanwhile_stays_with_both(records):
    first, second, _third = records
    done = merges.merge(first, second, now=NOW)

    no = No(Contact.OptOut.UNSUBSCRIBED, NOW + timedelta(minutes=1), through=("email", MAILBOX))
    suppressions.opt_out_addresses([no])
    merges.undo(done, now=NOW + timedelta(minutes=2))

    reasons = Contact.objects.filter(pk__in=[first.pk, second.pk]).values_list("do_not_contact_reason", flat=True)
    assert set(reasons) == {"unsubscribed"}


@pytest.mark.parametrize("deed", ["merge", "undo"])
def test_what_other_systems_read_as_changed_includes_both_records_and_what_moved(records, deed):
    first, second, _third = records
    rows = [first, second, DealFactory(contact=second), TouchpointFactory(contact=second)]
    done = None
    if deed == "undo":
        done = merges.merge(first, second)
    before = clock.now()

    merges.undo(done) if done else merges.merge(first, second)

    assert [type(row).objects.get(pk=row.pk).updated_at >= before for row in rows] == [True] * 4


def test_administrators_see_the_merges_and_undo_them(client, administrator, records):
    first, second, third = records
    merges.merge(first, second, by=administrator)
    merges.merge(first, third)
    client.force_login(administrator)

    page = client.get(LIST).content.decode()
    chosen = list(Merge.objects.values_list("pk", flat=True))
    undone = client.post(LIST, {"action": "undo", "_selected_action": chosen}, follow=True).content.decode()

    assert page.count("can be undone") == 2
    assert "2 merges were undone." in undone
    assert set(Merge.objects.values_list("undone_by", flat=True)) == {administrator.pk}
    assert Contact.objects.shown().count() == 3
    assert client.get(reverse("admin:crm_merge_change", args=chosen[:1])).status_code == 200


def test_the_list_of_merges_says_which_are_final(client, administrator, records):
    merges.merge(*records[:2], now=clock.now() - timedelta(days=2))
    client.force_login(administrator)

    said = client.post(LIST, {"action": "undo", "_selected_action": [Merge.objects.get().pk]}, follow=True)

    assert "final" in client.get(LIST).content.decode()
    assert "0 merges were undone." in said.content.decode()
