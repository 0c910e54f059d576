"""The list of customers says who they are in a header, and what each said last; it is narrowed by that."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from followups import latest_scores
from responses.models import Response
from tests.factories import ContactFactory, DealFactory, FollowupFactory, InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers(client, owner):
    """Ona praised and then complained; Rasa praised; Vytas was asked nothing; Lina's only answer waits for a person."""
    client.force_login(owner)
    made = {name: ContactFactory(first_name=name, last_name="") for name in ("Ona", "Rasa", "Vytas", "Lina")}
    for contact in made.values():
        DealFactory(contact=contact, manager=owner)
    answer(made["Ona"], 10, days_ago=90)
    answer(made["Ona"], 2, days_ago=3)
    answer(made["Rasa"], 9, days_ago=30)
    answer(made["Lina"], 1, days_ago=1, is_provisional=True)
    latest_scores.keep_due()
    return made


def answer(contact, score, *, days_ago, **fields):
    invitation = InvitationFactory(contact=contact, status="answered")
    moment = clock.now() - timedelta(days=days_ago)
    return ResponseFactory(invitation=invitation, score=score, answered_at=moment, settled_at=moment, **fields)


def names(client, **query):
    return sorted(contact.first_name for contact in client.get("/contacts/", query).context["page"])


def test_the_columns_have_names_and_each_row_the_last_answer(client, customers):
    page = client.get("/contacts/")

    for heading in ("Customer", "Last answer", "Follow-up", "Company", "E-mail", "Phone"):
        assert f'<th scope="col">{heading}</th>' in page.text
    shown = page.context["scores"]
    last = {
        contact.first_name: [score.row.score for score in shown.get(contact.pk, ())] for contact in customers.values()
    }
    assert last == {"Ona": [2], "Rasa": [9], "Vytas": [], "Lina": []}
    assert "Detractor" in page.text
    assert "fell from 10" in page.text


def test_a_row_tells_what_is_open_and_for_how_much_was_bought(client, customers, owner):
    FollowupFactory(response=Response.objects.get(contact=customers["Ona"], score=2), assignee=owner)
    bought = {"status": "won", "closed_at": clock.now() - timedelta(days=20), "contact": customers["Ona"]}
    DealFactory(amount_base=1200, **bought)
    DealFactory(amount_base=34, **bought)
    latest_scores.keep_due()

    page = client.get("/contacts/", {"work": "not_reached"})

    assert [contact.first_name for contact in page.context["page"]] == ["Ona"]
    assert "open, not reached yet" in page.text
    assert "1,234 EUR" in page.text


@pytest.mark.parametrize(
    ("answered", "found"),
    [
        ("", ["Lina", "Ona", "Rasa", "Vytas"]),
        ("detractor", ["Ona"]),
        ("promoter", ["Rasa"]),
        ("passive", []),
        ("never", ["Lina", "Vytas"]),
        ("nonsense", ["Lina", "Ona", "Rasa", "Vytas"]),
    ],
)
def test_customers_are_narrowed_by_their_last_answer(client, customers, answered, found):
    assert names(client, answered=answered) == found


def test_words_and_answer_narrow_together_and_survive_the_form(client, customers):
    assert names(client, q="ona", answered="promoter") == []
    assert names(client, q="rasa", answered="promoter") == ["Rasa"]

    assert '<option value="promoter" selected>' in client.get("/contacts/", {"answered": "promoter"}).text
    assert "No customer is like that." in client.get("/contacts/", {"answered": "passive"}).text


def test_of_a_strangers_customer_nothing_is_said(client, customers, stranger):
    client.force_login(stranger)

    for answered in ("", "detractor", "never"):
        assert names(client, answered=answered) == []


def test_more_customers_take_no_more_queries(client, owner, customers):
    client.get("/contacts/")
    with CaptureQueriesContext(connection) as few:
        client.get("/contacts/", {"answered": "detractor"})
    for number in range(3):
        contact = ContactFactory(first_name=f"More{number}")
        DealFactory(contact=contact, manager=owner)
        answer(contact, 1, days_ago=2)
    latest_scores.keep_due()

    with CaptureQueriesContext(connection) as more:
        page = client.get("/contacts/", {"answered": "detractor"})

    assert len(page.context["page"]) == 4
    assert len(more) == len(few)
