"""Staff are told on a customer's page which other records carry the mailbox, and merge and part them there."""

from datetime import timedelta

import pytest

from accounts import clock, roles
from crm import merges
from crm.models import Contact, Merge
from followups.customers.same_mailbox import MOST_SHOWN
from tests.conftest import person
from tests.factories import CompanyFactory, ContactFactory, DealFactory

pytestmark = pytest.mark.django_db
MAILBOX = "rasa@foods.example"


@pytest.fixture
def contact(owner):
    return customer(owner, company=CompanyFactory(name="Baltic Foods"))


@pytest.fixture
def twin(owner):
    return customer(owner, first_name="R.", source="desk", external_id="d-2")


def customer(manager, **fields):
    fields = {"first_name": "Rasa", "last_name": "Vaitkutė", "email": MAILBOX} | fields
    made = ContactFactory(**fields)
    DealFactory(contact=made, manager=manager)
    return made


def page_of(client, contact):
    return client.get(f"/contacts/{contact.pk}/").content.decode()


def merge(client, contact, twin):
    return client.post(f"/contacts/{contact.pk}/merges/{twin.pk}/", follow=True)


def test_the_page_of_a_customer_names_the_other_records(client, owner, contact, twin):
    client.force_login(owner)

    page = page_of(client, contact)

    assert "2 records, one mailbox" in page
    assert f"/contacts/{twin.pk}/" in page
    assert "d-2 (desk)" in page


def test_nothing_is_said_of_a_record_alone(client, manager, contact):
    client.force_login(manager)

    assert "one mailbox" not in page_of(client, contact)


def test_of_a_record_of_another_team_only_the_number_is_told(client, manager, contact, stranger):
    other = customer(stranger, first_name="Hidden")
    client.force_login(manager)

    page = page_of(client, contact)

    assert "2 records, one mailbox" in page
    assert "1 more record is not shown to you here." in page
    assert "Hidden" not in page
    assert f"/contacts/{other.pk}/" not in page
    assert merge(client, contact, other).status_code == 404
    assert not Merge.objects.exists()


def test_an_office_with_very_many_records_is_not_listed_whole(client, manager, owner, contact):
    for _number in range(MOST_SHOWN + 2):
        customer(owner)
    client.force_login(manager)

    page = page_of(client, contact)

    assert page.count("Merge into this record") == MOST_SHOWN
    assert "2 more records are not shown to you here." in page


def test_an_agent_is_told_and_merges_nothing(client, owner, contact, twin):
    client.force_login(owner)

    assert "Managers and administrators can merge them." in page_of(client, contact)
    assert merge(client, contact, twin).status_code == 403
    assert not Merge.objects.exists()


def test_a_manager_merges_and_undoes_it_on_the_same_page(client, manager, contact, twin):
    client.force_login(manager)

    merged = merge(client, contact, twin).content.decode()
    done = Merge.objects.get()

    assert (done.survivor, done.absorbed, done.by) == (contact, twin, manager)
    assert "Both records are one now." in merged
    assert "Marija Manager merged R. Vaitkutė into this record" in merged
    assert "d-2 (desk)" in merged
    assert "records, one mailbox" not in merged

    undone = client.post(f"/merges/{done.pk}/reversal/", follow=True).content.decode()

    done.refresh_from_db()
    assert done.undone_by == manager
    assert "They are two records again." in undone
    assert "2 records, one mailbox" in undone


def test_records_with_different_mailboxes_are_not_merged(client, manager, owner, contact):
    other = customer(owner, email="jonas@foods.example")
    client.force_login(manager)

    assert merge(client, contact, other).status_code == 404
    assert not Merge.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("owner", 403), ("rival", 404)])
def test_a_merge_is_undone_by_no_agent_and_by_no_manager_of_another_team(
    client, request, contact, twin, stranger, who, status
):
    done = merges.merge(contact, twin)
    rival = person(roles.MANAGERS, team=stranger.team)
    client.force_login(rival if who == "rival" else request.getfixturevalue(who))

    assert client.post(f"/merges/{done.pk}/reversal/").status_code == status
    assert Contact.objects.get(pk=twin.pk).merged_into == contact


def test_a_day_later_it_cannot_be_undone_any_more(client, manager, contact, twin):
    done = merges.merge(contact, twin, now=clock.now() - timedelta(days=1))
    client.force_login(manager)

    assert "Undo the merge" not in page_of(client, contact)
    said = client.post(f"/merges/{done.pk}/reversal/", follow=True).content.decode()

    assert "This merge cannot be undone any more." in said
    assert Contact.objects.get(pk=twin.pk).merged_into == contact


def test_only_the_latest_of_several_merges_is_offered_for_undoing(client, manager, owner, contact, twin):
    first, second = (merges.merge(contact, other) for other in (twin, customer(owner)))
    client.force_login(manager)

    page = page_of(client, contact)

    assert f"/merges/{second.pk}/reversal/" in page
    assert f"/merges/{first.pk}/reversal/" not in page


def test_whoever_reached_the_customer_through_the_other_record_is_led_to_the_list(client, manager, owner, stranger):
    contact, twin = customer(stranger), customer(owner)
    done = merges.merge(contact, twin)
    client.force_login(manager)

    answer = client.post(f"/merges/{done.pk}/reversal/")

    assert answer.url == "/contacts/"


def test_merging_what_somebody_merged_meanwhile_is_told(client, manager, contact, twin, monkeypatch):
    def refuse(*_records, **_by):
        raise merges.CannotMerge

    monkeypatch.setattr(merges, "merge", refuse)
    client.force_login(manager)

    assert "Somebody has merged one of these records meanwhile." in merge(client, contact, twin).content.decode()


def test_the_page_of_an_absorbed_record_leads_to_its_survivor_within_reach_only(client, owner, stranger, contact, twin):
    merges.merge(contact, twin)
    client.force_login(stranger)
    assert client.get(f"/contacts/{twin.pk}/").status_code == 404

    client.force_login(owner)
    assert client.get(f"/contacts/{twin.pk}/").url == f"/contacts/{contact.pk}/"


def test_the_list_marks_and_finds_records_that_share_a_mailbox(client, owner, contact, twin):
    customer(owner, first_name="Jonas", email="jonas@foods.example")
    client.force_login(owner)

    everybody = client.get("/contacts/")
    sharing = client.get("/contacts/", {"one_mailbox": "on"})

    assert everybody.content.decode().count("shared mailbox") == 2
    assert len(everybody.context["page"]) == 3
    assert set(sharing.context["page"]) == {contact, twin}


def test_a_list_of_none_that_share_a_mailbox_says_so(client, owner, contact):
    client.force_login(owner)

    page = client.get("/contacts/", {"one_mailbox": "on"}).content.decode()

    assert "No records here share a mailbox." in page


@pytest.mark.parametrize("number", [1, 4])
def test_twins_cost_no_queries_of_their_own(client, manager, owner, contact, number, django_assert_max_num_queries):
    for _number in range(number):
        customer(owner, company=CompanyFactory())
    client.force_login(manager)
    page_of(client, contact)

    with django_assert_max_num_queries(25):
        page_of(client, contact)
    with django_assert_max_num_queries(19):
        client.get("/contacts/")
