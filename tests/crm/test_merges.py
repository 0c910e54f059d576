"""Two records with one mailbox become one, are parted again within the day, and the next sync makes no twin."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from crm import merges, suppressions
from crm.merges import CannotMerge, CannotUndo
from crm.models import Consent, Contact, Deal, Merge, Touchpoint
from crm.services import take_over
from crm.suppressions import No
from surveys.models import Hold, Invitation
from tests.factories import (
    ContactFactory,
    DealFactory,
    InvitationFactory,
    ResponseFactory,
    TouchpointFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db
MAILBOX = "ona@shop.example"
LIST = reverse("admin:crm_contact_changelist")
NOW = clock.now()


@pytest.fixture
def first():
    return ContactFactory(source="shop", external_id="1", email=MAILBOX, phone="+37060000001")


@pytest.fixture
def second():
    return ContactFactory(
        source="desk",
        external_id="2",
        email=MAILBOX,
        phone="+37060000002",
        written_down__emails=[MAILBOX, "o@home.example"],
    )


def addresses(contact):
    return list(
        contact.addresses.preferred_first().order_by("medium", "-is_preferred", "pk").values_list("value", flat=True)
    )


def owners(*rows):
    return [type(row).objects.get(pk=row.pk).contact_id for row in rows]


def sync(**row):
    (result,) = take_over(Contact, [{"external_id": "2", **row}], source="desk", now=clock.now())
    return result


def test_records_with_one_mailbox_are_found(first, second):
    other = ContactFactory()

    assert list(merges.twins_of(first)) == [second]
    assert set(merges.with_twins(Contact.objects.all())) == {first, second}
    assert list(merges.twins_of(other)) == []


def test_a_record_that_was_absorbed_shares_a_mailbox_with_nobody(first, second):
    merges.merge(first, second)

    assert list(merges.twins_of(first)) == []
    assert not merges.with_twins(Contact.objects.all()).exists()
    third = ContactFactory(email=MAILBOX)
    assert set(merges.with_twins(Contact.objects.all())) == {first, third}


def test_the_survivor_has_everything_of_both_and_parting_gives_it_back(first, second):
    mine = [DealFactory(contact=first), TouchpointFactory(contact=first)]
    answer = ResponseFactory(invitation__contact=second)
    theirs = [
        DealFactory(contact=second), TouchpointFactory(contact=second), answer, answer.invitation,
        Hold.objects.create(contact=second, cause="followup-1"),
    ]  # fmt: skip
    Consent.objects.create(contact=first, medium="email", status="granted", changed_at=NOW)
    Consent.objects.create(contact=second, medium="email", status="objected", changed_at=NOW - timedelta(days=9))
    Consent.objects.create(contact=second, medium="sms", status="granted", changed_at=NOW)
    moved_at = Deal.objects.get(pk=theirs[0].pk).updated_at

    done = merges.merge(first, second)

    assert set(owners(*mine, *theirs)) == {first.pk}
    assert addresses(first) == [MAILBOX, "o@home.example", "+37060000001", "+37060000002"]
    assert dict(first.consents.values_list("medium", "status")) == {"email": "objected", "sms": "granted"}
    assert Deal.objects.get(pk=theirs[0].pk).updated_at > moved_at
    assert list(Contact.objects.shown()) == [first]
    first.refresh_from_db()
    assert (first.email, first.phone) == (MAILBOX, "+37060000001")

    since = DealFactory(contact=first)
    merges.undo(done)

    assert set(owners(*mine, since)) == {first.pk}
    assert set(owners(*theirs)) == {second.pk}
    assert addresses(first) == [MAILBOX, "+37060000001"]
    assert addresses(second) == [MAILBOX, "o@home.example", "+37060000002"]
    assert dict(first.consents.values_list("medium", "status")) == {"email": "granted"}
    assert Contact.objects.shown().count() == 2


def test_the_next_sync_makes_no_twin_and_speaks_of_the_survivor(first, second):
    merges.merge(first, second)

    result = sync(last_name="Newname", email="new@home.example")
    (deal,) = take_over(Deal, [{"external_id": "d", "contact": "2", "status": "won"}], source="desk", now=clock.now())

    assert (result.outcome, Contact.objects.count()) == ("updated", 2)
    assert Deal.objects.get(pk=deal.id).contact == first
    assert Touchpoint.objects.get(deal=deal.id).contact == first
    first.refresh_from_db()
    assert (first.email, "new@home.example" in addresses(first)) == (MAILBOX, True)
    assert Contact.objects.get(external_id="2").last_name == "Newname"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_no_of_the_absorbed_record_is_one_of_the_survivor(first, second, when):
    said = No(Contact.OptOut.ASKED_STAFF, NOW - timedelta(days=3))
    if when == "before":
        suppressions.stop({second.pk: said})
    merges.merge(first, second)
    if when == "after":
        sync(do_not_contact=True)

    first.refresh_from_db()
    assert first.do_not_contact_reason in ("asked_staff", "imported")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_mailbox_that_came_with_the_absorbed_record_says_no_to_the_survivor_while_it_has_it(first, second, when):
    third = ContactFactory(email="o@home.example")
    if when == "before":
        suppressions.stop({third.pk: No(Contact.OptOut.ASKED_STAFF, clock.now())})
    done = merges.merge(first, second)
    if when == "after":
        suppressions.stop({third.pk: No(Contact.OptOut.ASKED_STAFF, clock.now())})
    first.refresh_from_db()
    assert first.do_not_contact_reason == "mailbox"

    merges.undo(done)
    first.refresh_from_db()
    assert first.may_be_contacted


def test_of_two_consents_the_word_spoken_last_counts(first, second):
    for contact, status, days_ago in ((first, "given", 2), (second, "soft_opt_in", 1)):
        Consent.objects.create(
            contact=contact, medium="email", status=status, changed_at=NOW - timedelta(days=days_ago)
        )
    Consent.objects.create(contact=first, medium="sms", status="given", changed_at=NOW - timedelta(days=1))
    Consent.objects.create(contact=second, medium="sms", status="soft_opt_in", changed_at=NOW - timedelta(days=2))

    merges.merge(first, second)

    assert dict(first.consents.values_list("medium", "status")) == {"email": "soft_opt_in", "sms": "given"}


def test_parting_takes_a_no_back_to_where_it_was_said(first, second):
    Contact.objects.filter(pk=second.pk).update(do_not_contact_at=NOW, do_not_contact_reason="asked_staff")

    merges.undo(merges.merge(first, second))

    second.refresh_from_db()
    first.refresh_from_db()
    assert second.do_not_contact_reason == "asked_staff"
    assert first.do_not_contact_reason in ("", "mailbox")


def test_what_may_not_be_there_twice_stays_with_the_absorbed_record(first, second):
    wave = WaveFactory()
    mine, theirs = [InvitationFactory(contact=contact, wave=wave, wave_round=1) for contact in (first, second)]
    other = InvitationFactory(contact=second)

    merges.merge(first, second)

    assert owners(mine, theirs, other) == [first.pk, second.pk, first.pk]
    assert Invitation.objects.count() == 3


def test_an_absorbed_record_is_merged_no_more_and_its_survivor_may_be(first, second):
    third = ContactFactory(email=MAILBOX)
    merges.merge(first, second)

    for pair in ((first, second), (third, second), (second, third), (first, first)):
        with pytest.raises(CannotMerge):
            merges.merge(*pair)
    merges.merge(third, first)

    assert merges.survivors_of([first.pk, second.pk]) == {first.pk: third.pk, second.pk: third.pk}


def test_a_merge_is_undone_within_the_day_and_once(first, second):
    done = merges.merge(first, second, now=NOW - timedelta(days=1))
    with pytest.raises(CannotUndo):
        merges.undo(done, now=NOW)

    merges.undo(done, now=NOW - timedelta(seconds=1))
    with pytest.raises(CannotUndo):
        merges.undo(done, now=NOW - timedelta(seconds=1))


def test_the_company_is_told_and_merges_and_parts(client, administrator, first, second):
    client.force_login(administrator)

    page = client.get(reverse("admin:crm_contact_change", args=[first.pk])).content.decode()
    found = client.get(LIST, {"records": "twins"}).content.decode()
    chosen = {"action": "merge", "_selected_action": [first.pk, second.pk]}
    said = client.post(LIST, chosen, follow=True).content.decode()

    assert "2 records, one mailbox:" in page
    assert "2 contacts" in found
    assert "1 record was merged into" in said
    assert Merge.objects.get().by == administrator
    assert client.get(reverse("contact", args=[second.pk])).url == reverse("contact", args=[first.pk])
    assert f"no, merged into #{first.pk}" in client.get(LIST, {"records": "absorbed"}).content.decode()

    client.post(LIST, {"action": "undo_merges", "_selected_action": [first.pk]})
    assert Contact.objects.shown().count() == 2


def test_strangers_to_each_other_are_not_merged(client, administrator, first):
    client.force_login(administrator)
    other = ContactFactory()

    for chosen in ([first.pk, other.pk], [first.pk]):
        said = client.post(LIST, {"action": "merge", "_selected_action": chosen}, follow=True).content.decode()
        assert "Choose records that carry one mailbox." in said
    assert not Merge.objects.exists()
