"""The back button, a second press, and what changed between opening the page and sending it."""

import pytest
from django.urls import reverse

from crm import merges
from responses.models import Response
from surveys.models import Invitation
from tests.factories import ContactFactory, DealFactory, SurveyVersionFactory
from tests.followups.calls.test_asking_aloud import KEY, address, contact, page, said, version  # noqa: F401 fixtures
from tests.followups.calls.test_paper import sheet

pytestmark = pytest.mark.django_db


def test_another_score_from_a_page_that_was_sent_is_not_taken_for_written_down(page, contact, version):  # noqa: F811
    page.post(address(contact), said(version))

    back = page.post(address(contact), said(version, score="9"))

    assert "that answer stands" in back.content.decode()
    assert Response.objects.get().score == 4


def test_another_sheet_from_a_page_that_was_sent_is_taken_when_it_is_sent_once_more(page, version):  # noqa: F811
    form = sheet(version)
    page.post(reverse("paper"), form)

    back = page.post(reverse("paper"), form | {"score": "1", "comment": "Another sheet."})

    shown = back.content.decode()
    assert "written down from this page before" in shown
    assert "Another sheet." in shown
    assert form["key"] not in shown
    assert Response.objects.count() == 1
    again = form | {"score": "1", "comment": "Another sheet.", "key": back.context["form"]["key"].value()}
    assert page.post(reverse("paper"), again).status_code == 302
    assert Response.objects.count() == 2


@pytest.mark.parametrize("word", ["later", "never"])
def test_not_now_that_is_pressed_twice_is_one_ask(page, contact, version, word):  # noqa: F811
    for _time in range(2):
        assert page.post(address(contact), said(version, declined=word, score="")).status_code == 302

    assert Invitation.objects.get().reason == "declined"


@pytest.mark.parametrize("more", [{}, {"declined": "later"}, {"declined": "never"}])
def test_nothing_is_noted_about_another_survey_when_the_one_that_was_read_is_switched_off(
    page, contact, version, more  # noqa: F811
):  # fmt: skip
    SurveyVersionFactory(survey__name="Another")
    version.survey.status = "paused"
    version.survey.save()

    answer = page.post(address(contact), said(version, comment="Kept.", **more))

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "errorlist" in shown
    assert "Kept." in shown
    contact.refresh_from_db()
    assert contact.may_be_contacted
    assert Response.objects.count() == Invitation.objects.count() == 0


def test_what_a_customer_said_whose_record_was_absorbed_meanwhile_is_not_lost(page, contact, version, teammate):  # noqa: F811
    survivor = ContactFactory(email="other@shop.example")
    DealFactory(contact=survivor, manager=teammate)
    merges.merge(survivor, contact)

    assert page.get(address(contact)).url == address(survivor)
    page.post(address(contact), said(version))

    assert Response.objects.get().contact == survivor
