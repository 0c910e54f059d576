"""Sheets of paper are typed in one after another; none is lost, and none counts twice."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from responses.models import FurtherAnswer, Response, ResponseTopic, StaffEntry, Topic
from responses.page import offers
from surveys.models import Invitation
from tests.factories import ContactFactory, DealFactory, OpenLinkFactory, SurveyVersionFactory, TouchpointFactory
from tests.responses.further import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return SurveyVersionFactory()


@pytest.fixture
def page(client, owner, version):
    client.force_login(owner)
    return client


def sheet(version, **more):
    fixed = {"key": str(uuid4()), "survey": version.survey_id, "batch": "Fair", "day": "2026-05-04"}
    return fixed | {"score": "8", "reasons": "1, 3", "comment": "Fine.", "contact": ""} | more


def test_a_sheet_is_an_answer_as_soon_as_it_is_typed(page, owner, version):
    answer = page.post(reverse("paper"), sheet(version))

    assert "batch=Fair" in answer.url
    assert "day=2026-05-04" in answer.url
    response = Response.objects.get()
    assert (response.score, response.medium, response.origin, response.team) == (8, "paper", "staff", owner.team)
    assert (response.contact, f"{response.answered_at:%Y-%m-%d}") == (None, "2026-05-04")
    offered = [pk for pk, _name in offers.offered("en")]
    assert set(ResponseTopic.objects.values_list("topic", flat=True)) == {offered[0], offered[2]}
    entry = StaffEntry.objects.get()
    assert (entry.by, entry.batch, entry.is_unasked) == (owner, "Fair", True)
    assert Invitation.objects.count() == 0
    assert "1 sheet of this batch" in page.get(answer.url).content.decode()


def test_sent_twice_it_is_one_sheet_and_two_sheets_alike_are_two(page, version):
    first = sheet(version)
    for form in (first, first, sheet(version)):
        assert page.post(reverse("paper"), form).status_code == 302

    assert Response.objects.count() == 2


def test_a_customer_is_found_by_what_stands_on_the_sheet(page, owner, teammate, version):
    contact = ContactFactory(email="ona@shop.example")
    deal = DealFactory(contact=contact, manager=teammate)
    TouchpointFactory(contact=contact, deal=deal, manager=teammate)

    page.post(reverse("paper"), sheet(version, contact="ona@shop.example"))

    response = Response.objects.get()
    assert (response.contact, response.manager) == (contact, teammate)
    assert Invitation.objects.get().origin == "staff"


def test_the_manager_of_the_deal_may_not_type_it_in(client, teammate, version):
    contact = ContactFactory(email="ona@shop.example")
    TouchpointFactory(contact=contact, deal=DealFactory(contact=contact, manager=teammate), manager=teammate)
    client.force_login(teammate)

    refused = client.post(reverse("paper"), sheet(version, contact="ona@shop.example"))

    assert "a colleague writes it down" in refused.content.decode()
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": ""}, {"score": "11"}, {"score": "٣"}, {"score": "-1"}, {"score": "9" * 4400}, {"reasons": "99"},
        {"reasons": "x"}, {"reasons": "0"}, {"batch": ""}, {"day": "2999-01-01"}, {"contact": "nobody@shop.example"},
        {"survey": "0"}, {"survey": "\0"}, {"day": "\0"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_everything_typed_kept(page, version, wrong):
    answer = page.post(reverse("paper"), sheet(version, comment="Kept.") | wrong)

    assert answer.status_code == 200
    assert "Kept." in answer.content.decode()
    assert "errorlist" in answer.content.decode()
    assert Response.objects.count() == 0


def test_a_sheet_to_fill_in_has_the_scale_the_reasons_and_the_code(client, administrator, version):
    link = OpenLinkFactory(version=version)
    client.force_login(administrator)

    shown = client.get(reverse("open_link_sheet", args=[link.pk, "form"]), {"language": "uk"}).content.decode()

    assert "<span>0</span>" in shown
    assert "<span>10</span>" in shown
    assert "sheet__topics" in shown
    assert "<svg" in shown


def typed(**more):
    return {"q-single": "3", "q-many00": "1, 3", "q-scale0": "4", "q-call00": "+370 5 after five"} | more


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


@pytest.fixture
def asking():
    return asked.version()


def test_further_questions_are_typed_in_by_their_numbers(page, asking):
    assert page.post(reverse("paper"), sheet(asking, score="3", **typed())).status_code == 302

    assert said() == {
        "single": (["3"], None, ""),
        "many00": (["1", "3"], None, ""),
        "scale0": ([], 4, ""),
        "call00": ([], 1, "+370 5 after five"),
    }


def test_a_sheet_is_read_by_the_wording_that_the_form_was_drawn_with(page, asking):
    html = page.get(reverse("paper"), {"survey": asking.survey_id}).content.decode()
    drawn = re.search(r'name="version" value="(\d+)"', html)[1]
    SurveyVersionFactory(survey=asking.survey, number=asking.number + 1)

    page.post(reverse("paper"), sheet(asking, score="3", **typed()) | {"version": drawn})

    assert Response.objects.get().version == asking
    assert said().keys() == {"single", "many00", "scale0", "call00"}


def test_who_wants_to_be_called_may_have_left_no_phone(page, asking):
    page.post(reverse("paper"), sheet(asking, score="9", **{"q-call00": "1", "q-words0": "Thanks, 1"}))

    assert said() == {"call00": ([], 1, ""), "words0": ([], None, "Thanks, 1")}


@pytest.mark.parametrize(
    "wrong",
    [{"q-single": "2"}, {"q-single": "1 3"}, {"q-many00": "1 4"}, {"q-scale0": "6"}, {"q-scale0": "٣"},
     {"q-words0": "Asked after other scores"}, {"q-single": "\0x"}],
)  # fmt: skip
def test_a_number_that_stands_for_nothing_is_not_swallowed(page, asking, wrong):
    answer = page.post(reverse("paper"), sheet(asking, score="3", **typed(**wrong)))

    assert "errorlist" in answer.text
    assert (said(), Response.objects.count()) == ({}, 0)


def test_the_page_says_the_numbers_to_its_reader_and_the_words_that_are_printed(page, owner, asking):
    owner.language = "uk"
    owner.save()

    shown = page.get(reverse("paper"), {"survey": asking.survey_id}).text

    assert "1 Від друзів · 3 З реклами" in shown
    assert "0–6: What should we mend?" in shown
    topic = Topic.objects.filter(is_offered=True).order_by("position").first()
    assert f'{topic.names["uk"]} <span class="muted" lang="en">{topic.names["en"]}</span>' in shown


def test_the_language_of_the_sheets_says_what_is_asked_and_stays(page, asking):
    asking_in_uk = {"survey": asking.survey_id, "language": "uk"}
    shown = page.get(reverse("paper"), asking_in_uk).text
    assert "q-single" in shown
    assert "q-scale0" not in shown

    answer = page.post(reverse("paper"), sheet(asking, language="uk", **{"q-single": "1"}))

    assert "language=uk" in answer.url
    assert Response.objects.get().language == "uk"
    switched = page.post(reverse("paper"), sheet(asking, language="lt", show="1", **typed()))
    assert "language=lt" in switched.url
    assert Response.objects.count() == 1
