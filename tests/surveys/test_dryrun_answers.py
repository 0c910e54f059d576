"""What is said of whom a trigger, a wave or another asking policy would ask, and of how much was looked at."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import clock
from delivery.models import TextGateway
from surveys.letters import text_samples
from surveys.models import AskingPolicy, SurveyVersion, Wave
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory
from tests.surveys.test_dryrun_box import ADD, TRY, change, policy_form, relational_wave, trigger_form, wave_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def survey():
    return SurveyVersionFactory().survey


def bought(contact, *, days_ago):
    return TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=days_ago))


def test_more_than_may_be_looked_at_is_said(page, survey, monkeypatch):
    monkeypatch.setattr("surveys.admin.dryrun_answers.MOST_ASKS", 2)
    for days_ago in (40, 30, 20):
        latest = bought(ContactFactory(), days_ago=days_ago)

    answer = page.post(reverse(ADD), trigger_form(survey) | TRY)

    assert answer.context["found"]["sum"] == "2 of 2 would have been asked"
    assert answer.context["found"]["asked"][0].contact == latest.contact
    assert "which is the latest 2 at most" in answer.text


def test_the_media_are_counted_and_texts_have_a_price(page, survey):
    TextGateway.objects.create(name="T", provider="twilio", sender="P", secret="s", price=Decimal("0.0350"))
    bought(ContactFactory(phone="+37060000001"), days_ago=20)
    for number in (2, 3):
        bought(ContactFactory(email="", phone=f"+3706000000{number}"), days_ago=20)

    answer = page.post(reverse(ADD), trigger_form(survey, media=["email", "sms"]) | TRY)

    [texts, letters] = answer.context["found"]["media"]
    parts = text_samples.of(SurveyVersion.objects.get(survey=survey), "en")[0].segments.parts
    assert (texts.medium, texts.number, texts.cost) == ("SMS", 2, 2 * parts * Decimal("0.0350"))
    assert (letters.medium, letters.number, letters.cost) == ("e-mail", 1, None)
    assert "E-mail: 1" in answer.text
    assert f"SMS: 2 · about {2 * parts * 0.035:.2f} EUR" in answer.text


def test_a_wave_is_tried_over_its_audience(page):
    wave = relational_wave()
    for _ in range(3):
        ContactFactory()
    ContactFactory(email="")

    answer = page.post(change(wave), wave_form(wave.survey) | TRY)

    found = answer.context["found"]
    assert found["sum"] == "3 of 4 would be asked"
    assert [(group.number, group.reason) for group in found["refused"]] == [(1, "There is no address to write to.")]
    days = [customer.day for customer in found["asked"]]
    assert (len(days), days) == (3, sorted(days))
    assert "drawn anew" not in answer.text
    assert "drawn anew" in page.post(reverse("admin:surveys_wave_add"), wave_form(wave.survey) | TRY).text
    assert Wave.objects.count() == 1


def test_a_wave_of_more_than_may_be_looked_at_says_up_to_when(page, monkeypatch):
    monkeypatch.setattr("surveys.admin.dryrun_answers.MOST_ASKS", 2)
    wave = relational_wave()
    for _ in range(3):
        ContactFactory()

    answer = page.post(change(wave), wave_form(wave.survey) | TRY)

    assert answer.context["found"]["sum"] == "2 of 2 would be asked"
    assert "Only the first 2 turns are looked at" in answer.text


def test_a_wave_that_begins_in_another_age_is_refused(page):
    answer = page.post(
        reverse("admin:surveys_wave_add"), wave_form(relational_wave().survey, starts_on="9999-12-31") | TRY
    )

    assert list(answer.context["adminform"].form.errors) == ["starts_on"]


@pytest.fixture
def asking(survey):
    """A trigger that is on, beside one that is off: two customers bought, the one of them twice."""
    survey.status, survey.days_valid = "active", 5
    survey.save()
    TriggerFactory(survey=survey, is_active=False)
    twice = ContactFactory(first_name="Vera", last_name="Twice")
    bought(twice, days_ago=50)
    bought(twice, days_ago=30)
    bought(ContactFactory(email="hello@shop.example"), days_ago=30)
    AskingPolicy(pk=1).save()
    return TriggerFactory(survey=survey, is_active=True)


@pytest.mark.parametrize(
    ("typed", "sum_", "lost", "won"),
    [
        ({"transactional_days": "10"}, "3 would have been asked instead of 2: 0 no longer, 1 in addition", [], [1]),
        ({"role_names": "hello"}, "1 would have been asked instead of 2: 1 no longer, 0 in addition", [1], []),
        ({}, "2 would have been asked instead of 2: 0 no longer, 0 in addition", [], []),
    ],
    ids=["more", "fewer", "same"],
)
def test_the_policy_is_held_against_the_one_in_force(page, asking, typed, sum_, lost, won):
    answer = page.post(change(AskingPolicy.current()), policy_form(**typed) | TRY)

    found = answer.context["found"]
    assert found["sum"] == sum_
    assert [group.number for group in found["lost"]] == lost
    assert [group.number for group in found["won"]] == won
    assert [trigger for trigger, _numbers in found["triggers"]] == [asking]
    assert ("Exactly the same would have been asked." in answer.text) is (not typed)
    assert ("Vera Twice</a>" in answer.text) is bool(won)
    assert AskingPolicy.current().transactional_days == 90


def test_triggers_beyond_the_first_are_left_out_and_counted(page, asking, monkeypatch):
    monkeypatch.setattr("surveys.admin.dryrun_answers.MOST_TRIGGERS", 1)
    TriggerFactory(survey=asking.survey, is_active=True, name="ZZZ")

    answer = page.post(change(AskingPolicy.current()), policy_form() | TRY)

    assert [trigger for trigger, _numbers in answer.context["found"]["triggers"]] == [asking]
    assert "Triggers left out, beyond the first 1: 1." in answer.text


def test_a_policy_over_no_trigger_says_so(page):
    AskingPolicy(pk=1).save()

    answer = page.post(change(AskingPolicy.current()), policy_form() | TRY)

    assert "No trigger is switched on" in answer.text
