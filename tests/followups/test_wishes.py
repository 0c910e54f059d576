"""The page of a customer tells what they said of surveys and of offers, and staff write down what they are told."""

import pytest

from accounts import clock
from crm.models import Contact
from tests.factories import ContactFactory, DealFactory
from tests.noes import object_to, opt_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(owner):
    made = ContactFactory(first_name="Rasa", email="rasa@foods.example", phone="+37060000001")
    DealFactory(contact=made, manager=owner)
    return made


@pytest.fixture
def page(client, owner, contact):
    """Return what the owner of the customer reads."""
    client.force_login(owner)
    return lambda: client.get(f"/contacts/{contact.pk}/").text


def say(contact, use, status, **more):
    contact.consents.create(**{"medium": "email", "use": use, "status": status, "origin": "Order form"} | more)


def record(client, contact, **changes):
    form = {"use": "marketing", "medium": "email", "said": "given", "evidence": "By phone: “yes, write to me”"}
    return client.post(f"/contacts/{contact.pk}/consents/", form | changes)


def said(contact):
    return list(contact.consents.order_by("pk").values_list("use", "medium", "status", "origin", "evidence"))


def test_a_yes_to_offers_is_shown_with_its_medium_origin_and_proof(page, contact):
    say(contact, "marketing", "given", evidence="Version 7")

    text = page()

    assert "Yes, by e-mail." in text
    assert "Not by SMS. The law wants a consent that is not there." in text
    assert "Order form" in text
    assert "Version 7" in text


def test_silence_is_no_yes_to_offers_and_no_obstacle_to_surveys(page, contact):
    say(contact, "surveys", "given")

    text = page()

    assert "Not by e-mail. The law wants a consent that is not there." in text
    assert "Yes, this customer has not opted out." in text


def test_a_no_to_offers_does_not_read_as_a_no_to_surveys(page, contact):
    object_to(contact, use="marketing")

    text = page()

    assert "the customer objected on" not in text
    assert "Yes, this customer has not opted out." in text
    assert "Not by e-mail: the customer objected." in text


def test_where_surveys_are_advertising_the_page_says_what_the_law_wants(page, contact):
    Contact.objects.filter(pk=contact.pk).update(region="LT", customer_since=None)

    text = page()

    assert text.count("Not by e-mail. The law wants a consent that is not there.") == 2
    assert "Yes, this customer has not opted out." not in text


def test_where_surveys_are_advertising_a_no_to_offers_is_one_to_surveys(page, contact):
    Contact.objects.filter(pk=contact.pk).update(region="LT", customer_since="2024-01-01")
    assert "Yes, this customer has not opted out." in page()

    object_to(contact, use="marketing")

    assert "Not by e-mail: the customer wants no offers, and by the law" in page()


def test_a_no_to_all_letters_leaves_no_offers_whatever_was_agreed(page, contact):
    say(contact, "marketing", "given")
    opt_out(contact)

    text = page()

    assert "No: a no to all letters is one to offers and news." in text
    assert "Yes, by e-mail." not in text


def test_everything_that_was_said_is_listed_the_latest_first(page, contact):
    say(contact, "marketing", "given", origin="First form")
    contact.consents.update(status="objected", origin="Second form")

    text = page()

    assert text.index("Who said what, and when") < text.rindex("Second form") < text.rindex("First form")


def test_managers_write_down_what_they_were_told(client, manager, contact):
    client.force_login(manager)

    answer = record(client, contact)

    assert (answer.status_code, answer["Location"]) == (302, f"/contacts/{contact.pk}/")
    told = f"Entered by {manager.name}."
    assert said(contact) == [("marketing", "email", "given", told, "By phone: “yes, write to me”")]
    text = client.get(f"/contacts/{contact.pk}/").text
    assert told in text
    assert "What the customer said is written down." in text


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"evidence": " "}, "Say how the customer said it."),
        ({"said": ""}, "Choose what the customer said."),
        ({"said": "soft_opt_in"}, "Select a valid choice."),
        ({"medium": "chat"}, "Select a valid choice."),
        ({"day": "2999-01-01"}, "Choose a day that is not in the future."),
        ({"day": "0001-01-01"}, "Choose a day that is not in the future."),
    ],
)
def test_a_word_without_its_proof_or_its_meaning_is_not_kept(client, manager, contact, changes, complaint):
    client.force_login(manager)

    answer = record(client, contact, **changes)

    assert answer.status_code == 200
    assert complaint in answer.text
    assert said(contact) == []
    if "evidence" not in changes:
        assert "yes, write to me" in answer.text


def test_a_yes_on_an_earlier_day_does_not_outweigh_what_was_said_since(client, manager, contact):
    say(contact, "marketing", "soft_opt_in")
    client.force_login(manager)

    assert "something else later" in record(client, contact, day="2020-02-29").text

    record(client, contact, said="objected", day="2020-02-29")
    word = contact.consents.get()
    assert (word.status, word.changed_at.date().isoformat()) == ("objected", "2020-02-29")


def test_a_word_of_today_is_not_said_later_than_now(client, manager, contact):
    client.force_login(manager)

    record(client, contact, day=clock.now().date().isoformat())

    assert contact.consents.get().changed_at <= clock.now()


def test_a_manager_does_not_take_back_an_objection_and_an_administrator_may(client, manager, administrator, contact):
    object_to(contact, use="marketing")

    client.force_login(manager)
    assert "you may not take that back" in record(client, contact).text
    client.force_login(administrator)
    record(client, contact)

    assert said(contact) == [
        ("marketing", "email", "given", "Entered by Ada Administrator.", "By phone: “yes, write to me”")
    ]


def test_agents_read_and_do_not_write(client, owner, page, contact):
    assert "Write down what the customer said" not in page()
    assert record(client, contact).status_code == 403
    assert said(contact) == []


def test_a_word_about_a_customer_out_of_reach_is_not_taken(client, manager, stranger):
    foreign = ContactFactory()
    DealFactory(contact=foreign, manager=stranger)
    client.force_login(manager)

    assert record(client, foreign).status_code == 404
    assert said(foreign) == []
