"""Other systems read what contacts said last, and choose contacts by segments, with the scope of answers."""

import pytest

from accounts import clock
from crm.models import LatestScore
from surveys.models import CustomerSegment
from tests.crm.conftest import client_of
from tests.factories import ContactFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def answers():
    return client_of(scopes=["read", "answers", "personal"])


@pytest.fixture(params=[("read",), ("write",), ("read", "answers"), ("read", "personal"), ("read", "all_answers")])
def without(request):
    """A key that may not know which person gave which score."""
    return client_of(scopes=request.param)


@pytest.fixture
def ona():
    contact = ContactFactory(source="hubspot", external_id="1", first_name="Ona")
    product = ProductFactory(source="hubspot", external_id="roof")
    LatestScore.objects.create(
        contact=contact, metric="nps", answer=7, answered_at=NOW, score=3, category="detractor", previous_score=9,
        previous_category="promoter", product=product, topics=["price"], work="not_reached",
    )  # fmt: skip
    return contact


def segment(**fields):
    fields = {"owner": UserFactory(), "name": "Critics", "conditions": {"answered": "detractor"}, **fields}
    return CustomerSegment.objects.create(**fields)


def test_a_contact_tells_its_latest_scores_to_a_key_that_reads_names_in_answers(answers, ona):
    assert answers.get("/api/v1/contacts/1/").json()["latest_scores"] == [
        {
            "metric": "nps", "answer": 7, "answered_at": NOW.isoformat().replace("+00:00", "Z"), "score": 3,
            "category": "detractor", "previous_score": 9, "previous_category": "promoter", "trend": "fell",
            "product": "roof", "topics": ["price"], "work": "not_reached", "reached_at": None,
        }
    ]  # fmt: skip


def test_contacts_are_chosen_by_a_segment_for_everybody(answers, ona):
    ContactFactory(source="hubspot", external_id="2")
    number = segment(is_shared=True).pk

    found = answers.get("/api/v1/contacts/", {"segment": number}).json()["results"]

    assert [contact["external_id"] for contact in found] == ["1"]


def test_without_the_scopes_of_answers_and_names_no_score_of_a_person_is_told(without, ona):
    assert without.get("/api/v1/contacts/1/").json()["latest_scores"] is None
    assert without.get("/api/v1/contacts/").json()["results"][0]["latest_scores"] is None
    assert without.get("/api/v1/contacts/", {"segment": segment(is_shared=True).pk}).status_code == 403


@pytest.mark.parametrize("number", ["0", "-1", "999999", "9" * 30, "x", "1.5"])
def test_no_such_segment_is_told(answers, ona, number):
    response = answers.get("/api/v1/contacts/", {"segment": number})

    assert response.status_code == 400
    assert "segment" in response.json()["error"]["fields"]


def test_a_personal_segment_and_one_that_cannot_be_read_are_none(answers, ona):
    for hidden in (segment(), segment(is_shared=True, conditions={"product": "999999"})):
        assert answers.get("/api/v1/contacts/", {"segment": hidden.pk}).status_code == 400


def test_more_contacts_take_no_more_queries(answers, ona, django_assert_max_num_queries):
    for number in range(2, 6):
        other = ContactFactory(source="hubspot", external_id=str(number))
        LatestScore.objects.create(contact=other, metric="nps", answer=1, answered_at=NOW, score=9, category="promoter")

    with django_assert_max_num_queries(9):
        assert len(answers.get("/api/v1/contacts/").json()["results"]) == 5
