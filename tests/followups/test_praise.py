from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import Organisation
from delivery import composers
from delivery.models import Message, TeamHook
from followups.models import Followup, Playbook
from followups.services import route_due
from responses.evidence.corrections import relabel
from responses.models import Response
from tests.factories import CompanyFactory, ContactFactory, DealFactory, InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def praise(owner, team):
    def praise(**facts):
        company = CompanyFactory(name="Baltic Foods")
        contact = ContactFactory(first_name="Ona", last_name="Petraitė", company=company)
        DealFactory(contact=contact, manager=owner)
        usual = {
            "invitation": InvitationFactory(status="answered", contact=contact),
            "score": 10,
            "comment": "Olena saved our week.",
            "manager": owner,
            "team": team,
            "company": company,
            "settled_at": clock.now(),
        }
        return ResponseFactory(**{**usual, **facts})

    return praise


def letters():
    return list(Message.objects.filter(template="followups.praise"))


def written(message):
    return composers.compose([message])[message.pk]


def test_a_promoters_words_reach_whoever_looked_after_them(praise, owner):
    said = praise()
    route_due()

    (message,) = letters()
    letter = written(message)

    assert (message.purpose, message.to_address) == ("staff", owner.email)
    assert message.context == {"response": said.pk, "person": owner.pk}
    text = letter.as_bytes().replace(b"=\r\n", b"").decode()
    assert "A customer praises you: 10 of 10" in text
    assert "Olena saved our week." in text
    assert f"/contacts/{said.contact_id}/" in text


def test_in_the_language_of_the_praised(praise, owner):
    owner.language = "uk"
    owner.save()
    praise()
    route_due()

    assert letters()[0].language == "uk"


@pytest.mark.parametrize(
    "facts",
    [
        {"score": 8},
        {"score": 3},
        {"comment": ""},
        {"comment": " \n"},
        {"manager": None},
        {"suspicion": ["quick"]},
        {"origin": "test"},
        {"answered_at": clock.now() - timedelta(days=8)},
    ],
)
def test_nothing_else_is_praise(praise, facts):
    praise(**facts)

    assert route_due().praise == 0
    assert letters() == []


@pytest.mark.parametrize("setting", ["wants_praise", "wants_notices", "is_active"])
def test_who_does_not_want_it_or_has_left_is_not_told(praise, owner, setting):
    setattr(owner, setting, False)
    owner.save()
    praise()

    route_due()

    assert letters() == []


def test_words_of_a_critic_who_thought_better_of_the_score_are_no_praise_where_they_are_hidden(praise):
    trail = [{"at": clock.now().isoformat(), "score": 3, "comment": "Olena saved our week."}]
    praise(trail=trail)
    route_due()
    (message,) = letters()

    Organisation.objects.create(hides_critics_words=True)
    praise(trail=trail)
    route_due()

    assert letters() == [message]
    assert isinstance(written(message), composers.Unsendable)


def test_routing_again_tells_nobody_twice(praise):
    said = praise()
    route_due()
    Response.objects.filter(pk=said.pk).update(routed_at=None)
    route_due()

    assert len(letters()) == 1


def test_what_was_withdrawn_before_the_letter_went_tells_nothing(praise, administrator):
    said = praise()
    route_due()
    relabel(response_id=said.pk, as_human=False, by=administrator, reason="Nobody wrote this.")

    outcome = written(letters()[0])

    assert isinstance(outcome, composers.Unsendable)
    assert outcome.called_off


@pytest.mark.parametrize("change", [{"score": 2}, {"comment": ""}, {"manager": None}])
def test_what_was_changed_before_the_letter_went_tells_nothing(praise, change):
    said = praise()
    route_due()
    Response.objects.filter(pk=said.pk).update(**change)

    assert isinstance(written(letters()[0]), composers.Unsendable)


def test_what_was_deleted_before_the_letter_went_tells_nothing(praise):
    said = praise()
    route_due()
    Followup.objects.filter(response=said).delete()
    Response.objects.filter(pk=said.pk).delete()

    assert isinstance(written(letters()[0]), composers.Unsendable)


def test_who_switched_it_off_before_the_letter_went_gets_none(praise, owner):
    praise()
    route_due()
    owner.wants_praise = False
    owner.save()

    assert isinstance(written(letters()[0]), composers.Unsendable)


def test_a_customer_out_of_reach_is_not_named(praise, owner):
    Playbook.objects.update(creates_followup=False)
    stranger = ContactFactory(first_name="Petras", last_name="Gone")
    praise(invitation=InvitationFactory(status="answered", contact=stranger))
    route_due()

    text = written(letters()[0]).as_bytes().decode()

    assert "Petras" not in text
    assert "/contacts/" not in text
    assert "A customer whom you looked after wrote:" in text


def test_praise_is_for_the_person_and_not_for_the_chat_of_the_team(praise, team):
    TeamHook.objects.create(team=team, url="https://hooks.example/one")
    praise()

    route_due()

    assert [message.medium for message in letters()] == ["email"]
