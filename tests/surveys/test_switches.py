"""Wherever one of the switches of a survey is set, it is said what is still missing before anybody is asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import switches
from surveys.models import Experiment, Survey, SurveyVersion, Trigger, Wave
from surveys.services import draft_of, publish
from tests.factories import ArmFactory, BrandFactory, InvitationFactory, SurveyFactory, TriggerFactory, WaveFactory
from tests.surveys.test_admin_surveys import survey_form
from tests.surveys.test_wording_editor import part_form

pytestmark = pytest.mark.django_db

SURVEY, WORDING, ASKER = "The survey is not active.", "No wording is published", "No trigger and no wave"


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def survey():
    made = SurveyFactory(status="draft", name="After the deal", brand=BrandFactory(reply_to="hi@alder.example"))
    draft_of(made)
    return made


def change(survey):
    return reverse("admin:surveys_survey_change", args=[survey.pk])


def missing(survey):
    return [switch.value for switch in switches.off_of(survey.pk)]


def test_each_switch_that_is_off_is_named_with_the_way_to_it(page, survey):
    html = page.get(change(survey)).text
    draft = survey.versions.get()
    for said in (SURVEY, WORDING, ASKER):
        assert said in html
    assert reverse("admin:surveys_surveyversion_change", args=[draft.pk]) in html
    assert f"{reverse('admin:surveys_trigger_changelist')}?survey__id__exact={survey.pk}" in html

    publish(survey)
    assert missing(survey) == ["survey", "asker"]
    Survey.objects.update(status="active")
    TriggerFactory(survey=survey, is_active=True)

    assert missing(survey) == []
    assert "Yes: survey, wording and trigger or wave are switched on." in page.get(change(survey)).text


def test_a_survey_that_is_saved_as_active_without_the_rest_says_that_it_asks_nobody(page, survey):
    sent = survey_form(name=survey.name, brand=survey.brand_id, status="active")

    said = page.post(change(survey), sent, follow=True).text

    assert "“After the deal” asks nobody yet." in said
    assert WORDING in said
    assert ASKER in said
    assert SURVEY not in said


def test_publishing_a_wording_says_what_is_missing_after_it(page, survey):
    draft = survey.versions.get()
    address = reverse("admin:surveys_surveyversion_change", args=[draft.pk])

    said = page.post(address, part_form(draft, _publish="1"), follow=True).text

    assert "New invitations use this wording from now on." in said
    assert "asks nobody yet." in said
    assert WORDING not in said


@pytest.mark.parametrize("make", [TriggerFactory, WaveFactory])
def test_the_page_of_what_asks_says_it_too(page, survey, make):
    made = make(survey=survey, is_active=True)
    model = made._meta.model_name

    html = page.get(reverse(f"admin:surveys_{model}_change", args=[made.pk])).text

    assert SURVEY in html
    assert WORDING in html
    assert ASKER not in html


def test_a_paused_wave_and_an_idle_trigger_ask_nobody(survey):
    TriggerFactory(survey=survey, is_active=False)
    wave = WaveFactory(survey=survey, is_active=True)
    assert "asker" not in missing(survey)

    wave.pause()

    assert "asker" in missing(survey)


def test_the_list_of_surveys_says_which_ask_in_as_many_queries_for_three_as_for_one(page, survey):
    address = reverse("admin:surveys_survey_changelist")
    page.get(address)
    with CaptureQueriesContext(connection) as one:
        html = page.get(address).text
    SurveyFactory.create_batch(2)

    with CaptureQueriesContext(connection) as three:
        page.get(address)

    assert len(three) == len(one)
    assert "field-asks" in html


def test_a_brand_without_an_address_for_answers_is_pointed_out(page, survey):
    assert "names no address" not in page.get(change(survey)).text
    survey.brand.reply_to = ""
    survey.brand.save()

    assert "names no address" in page.get(change(survey)).text


def test_a_survey_that_never_asked_goes_with_its_parts(page, survey):
    TriggerFactory(survey=survey)
    WaveFactory(survey=survey)
    ArmFactory(experiment__survey=survey)
    address = reverse("admin:surveys_survey_delete", args=[survey.pk])
    shown = page.get(address).text
    assert "Are you sure" in shown

    page.post(address, {"post": "yes"})

    assert not Survey.objects.exists()
    assert [model.objects.count() for model in (SurveyVersion, Trigger, Wave, Experiment)] == [0, 0, 0, 0]


@pytest.mark.parametrize("used", ["published", "asked"])
def test_a_survey_that_asked_or_could_have_asked_stays(page, survey, used):
    publish(survey) if used == "published" else InvitationFactory(survey=survey, version=survey.versions.get())

    refused = page.post(reverse("admin:surveys_survey_delete", args=[survey.pk]), {"post": "yes"})

    assert refused.status_code == 403
    assert survey.delete_unused() is False
    assert Survey.objects.get() == survey


def test_a_trigger_that_never_asked_can_be_deleted_and_another_cannot(page, survey):
    unused, used = TriggerFactory(survey=survey, name="Unused"), TriggerFactory(survey=survey, name="Used")
    InvitationFactory(survey=survey, trigger=used, version=survey.versions.get())

    answers = [
        page.post(reverse("admin:surveys_trigger_delete", args=[row.pk]), {"post": "yes"}).status_code
        for row in (unused, used)
    ]

    assert answers == [302, 403]
    assert Trigger.objects.get() == used
