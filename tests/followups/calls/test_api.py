"""Another system enters answers for members of staff, by the rules that hold for those themselves."""

import pytest

from accounts.models import Organisation
from responses.models import FurtherAnswer, Response, ResponseTopic, Topic
from surveys.models import Invitation
from tests.crm.conftest import client_of
from tests.factories import ContactFactory, DealFactory, TouchpointFactory
from tests.responses.further.asked import version

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/staff-answers/"


@pytest.fixture
def asked():
    return version(name="After a purchase")


@pytest.fixture
def contact(teammate):
    contact = ContactFactory(source="calls", external_id="K-1", language="en", phone="+37060000001")
    TouchpointFactory(contact=contact, deal=DealFactory(contact=contact, manager=teammate), manager=teammate)
    return contact


@pytest.fixture
def enter(owner, asked, contact):
    api = client_of("calls", scopes=["enter"])
    sent = {
        "external_id": "C-1", "entered_by": owner.email, "mode": "telephone", "survey": "After a purchase",
        "contact": "K-1", "score": 3,
    }  # fmt: skip
    return lambda headers=None, **fields: api.post(ADDRESS, sent | fields, format="json", headers=headers or {})


def code(answer):
    return answer.json()["error"]["code"]


def test_an_answer_is_taken_down_with_who_entered_it(enter, owner, teammate, contact):
    topic = Topic.objects.filter(is_offered=True).first()

    answer = enter(comment="Late.", topics=[topic.slug], further={"single": ["3"], "words0": ["of other scores"]})

    assert answer.status_code == 201
    one = Response.objects.get()
    assert answer.json() | {"answered_at": ""} == {
        "id": one.pk, "score": 3, "mode": "telephone", "answered_at": "", "entered_by": owner.email,
        "about_own_deal": False,
    }  # fmt: skip
    assert (one.origin, one.medium, one.comment, one.contact, one.manager) == (
        "staff", "telephone", "Late.", contact, teammate,
    )  # fmt: skip
    assert one.staff_entry.by == owner
    assert ResponseTopic.objects.get().topic == topic
    assert FurtherAnswer.objects.values_list("key", "options").get() == ("single", ["3"])
    assert Invitation.objects.get().origin == "staff"


def test_sent_twice_it_is_one_answer_and_something_else_is_refused(enter):
    first, again = enter(), enter()

    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    other = enter(score=9)
    assert (other.status_code, code(other)) == (409, "answered_before")
    assert Response.objects.get().score == 3


def test_an_idempotency_key_replays_the_answer(enter):
    first, again = (enter(headers={"Idempotency-Key": "one"}) for _time in range(2))

    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")


def test_nobody_enters_answers_about_their_own_deals_unless_the_company_lets_them(enter, teammate):
    refused = enter(entered_by=teammate.email)
    assert (refused.status_code, code(refused), Response.objects.count()) == (409, "own_deal", 0)
    Organisation.objects.update_or_create(pk=1, defaults={"managers_enter_own": True})

    taken = enter(entered_by=teammate.email)

    assert (taken.status_code, taken.json()["about_own_deal"]) == (201, True)


def test_the_rules_of_asking_hold(enter, contact):
    enter()
    refused = enter(external_id="C-2")
    assert (refused.status_code, code(refused)) == (409, "not_asked")

    assert enter(external_id="C-3", came_of_themselves=True).status_code == 201


def test_a_sheet_of_paper_may_be_of_nobody_and_a_call_may_not(enter):
    assert enter(contact=None, mode="paper", batch="Fair").status_code == 201
    assert Response.objects.get().contact is None

    refused = enter(external_id="C-2", contact=None)

    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["contact"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"entered_by": "nobody@plumb.example"}, {"survey": "No such"}, {"contact": "K-9"}, {"score": 11},
        {"score": "x"}, {"mode": "email"}, {"language": "xx"}, {"topics": ["no-such"]},
        {"said_at": "2999-01-01T00:00:00Z"},
        {"said_at": "0001-01-01T00:00:00Z"}, {"further": {"single": "3"}}, {"external_id": ""}, {"contact": "\0"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_kept(enter, wrong):
    answer = enter(**wrong)

    assert (answer.status_code, code(answer)) == (400, "invalid")
    assert set(answer.json()["error"]["fields"]) == set(wrong) or next(iter(wrong)) == "further"
    assert Response.objects.count() == 0


def test_whom_a_member_of_staff_does_not_see_they_enter_nothing_for(enter, stranger):
    assert enter(entered_by=stranger.email).status_code == 400


@pytest.mark.parametrize("scopes", [["read"], ["write"], ["all_answers", "personal"]])
def test_it_needs_its_scope(enter, scopes):
    assert client_of("calls", scopes=scopes).post(ADDRESS, {}, format="json").status_code == 403
