"""Answers to closing letters whose survey, customer or writer is not there any more, and what other systems read."""

from uuid import uuid4

import pytest

from accounts import clock
from crm import address_book
from delivery import composers
from delivery.models import Message
from followups.closing import dispatch, settlement
from followups.models import StaffNotice
from followups.notices import wording
from responses.models import Response
from surveys.models import Hold, Survey
from tests.crm.conftest import client_of
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db
PERSON = {"scripted": "1", "gesture": "touch"}


@pytest.fixture
def letter(owner, team):
    contact = ContactFactory(first_name="Ona", last_name="Petraitė", email="ona@shop.example")
    invitation = InvitationFactory(contact=contact, status="answered")
    followup = FollowupFactory(assignee=owner, team=team, response__invitation=invitation, response__score=2)
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return dispatch.write(followup=followup, subject="S", words="We repaid you.", key=uuid4(), by=owner)


def say_no(client, letter):
    page = client.post(f"/c/{letter.token}/", {"solved": "no", "comment": "Still broken.", **PERSON})
    settlement.settle_due(clock.now())
    letter.refresh_from_db()
    letter.followup.refresh_from_db()
    return page


def erase(contact):
    """Leave a row that names nobody."""
    address_book.set_addresses(contact, emails=(), phones=())
    type(contact).objects.filter(pk=contact.pk).update(first_name="", last_name="", email="", phone="", timezone="")


def part_from_answer(contact):
    Response.objects.filter(contact=contact).update(contact=None)


def test_the_question_of_an_archived_survey_is_answered_as_any(client, letter):
    Survey.objects.update(status=Survey.Status.ARCHIVED)

    assert client.get(f"/c/{letter.token}/").status_code == 200
    assert "We have received your answer." in say_no(client, letter).text
    assert letter.followup.is_in_progress
    assert letter.reopened_at is not None
    assert StaffNotice.objects.filter(kind="customer_replied").count() == 1


@pytest.mark.parametrize("erasing", [erase, part_from_answer])
def test_who_was_erased_is_heard_as_nobody_in_particular(client, letter, owner, erasing):
    contact = letter.followup.contact
    erasing(contact)

    assert "Ona" not in client.get(f"/c/{letter.token}/").text
    assert "We have received your answer." in say_no(client, letter).text
    assert letter.followup.is_in_progress
    notice = StaffNotice.objects.get(kind="customer_replied")
    said = f"{wording.title(notice)} {wording.lines(notice, owner)}"
    assert "not solved" in said
    assert not {"Ona", "Petraitė", "ona@shop.example"} & set(said.split())
    client.force_login(owner)
    page = client.get(f"/inbox/{letter.followup_id}/")
    assert page.status_code == 200
    assert "Still broken." in page.text


@pytest.mark.parametrize("erasing", [erase, part_from_answer])
def test_to_who_was_erased_meanwhile_no_letter_goes(letter, erasing):
    erasing(letter.followup.contact)
    message = Message.objects.get()

    assert composers.compose([message])[message.pk].called_off


def test_nobody_is_held_from_asks_where_the_answer_is_nobodys(client, letter):
    contact = letter.followup.contact
    part_from_answer(contact)

    say_no(client, letter)

    assert not Hold.objects.standing().filter(contact=contact).exists()


def test_work_of_nobody_is_opened_and_its_lead_told_once(client, letter, team, owner):
    team.lead = UserFactory(team=team)
    team.lead.groups.add(owner.groups.get())
    team.save(update_fields=["lead"])
    type(letter.followup).objects.update(assignee=None)

    say_no(client, letter)

    assert letter.followup.is_in_progress
    assert StaffNotice.objects.filter(person=team.lead).count() == 1


@pytest.mark.django_db(transaction=True)
def test_other_systems_read_that_the_work_is_open_again(client, letter):
    api = client_of(scopes=["all_answers"])
    before = api.get("/api/v1/responses/").json()
    assert [row["followup"] for row in before["results"]] == ["resolved"]

    say_no(client, letter)

    # Whoever reads on from there gets the row anew, and nothing of what the customer wrote.
    (row,) = api.get("/api/v1/responses/", {"updated_since": before["as_of"]}).json()["results"]
    assert (row["id"], row["followup"], row["score"]) == (letter.followup.response_id, "in_progress", 2)
    assert row["root_cause"] == before["results"][0]["root_cause"]
    assert "Still broken." not in str(row)
    assert api.get("/api/v1/responses/", {"followup": "resolved"}).json()["results"] == []
