"""The page of sample data: one press brings them, one takes them away, and every page says that they are invented."""

import re

import pytest
from django.test import Client

from accounts.models import SecurityEvent
from crm.models import Contact
from onboarding.models import Pulse, SampleSet
from onboarding.sample import company, upkeep
from onboarding.steps.step import StepState
from tests.factories import ContactFactory, ResponseFactory

pytestmark = pytest.mark.django_db
SETUP, SAMPLE, LOAD, REMOVE = "/setup/", "/setup/sample/", "/setup/sample/loading/", "/setup/sample/removal/"


@pytest.fixture(autouse=True)
def alive(db, monkeypatch):
    Pulse.keep()
    monkeypatch.setattr(company, "DEALS", 40)


@pytest.fixture
def reader(client, administrator):
    client.force_login(administrator)
    return client


def test_an_empty_installation_offers_them_and_one_press_brings_them(reader):
    assert "Look around with sample data" in reader.get(SETUP).text

    waiting = reader.post(LOAD, follow=True)
    assert waiting.redirect_chain == [(SAMPLE, 302)]
    assert "A worker is loading the sample data." in waiting.text
    assert 'hx-trigger="every 2s"' in waiting.text
    upkeep.tend()

    page = reader.get(SAMPLE)
    assert page.context["counts"][:2] == [("companies", 40), ("contacts", 120)]
    assert "Remove all of it" in page.text
    assert "hx-trigger" not in page.text
    assert reader.get(SAMPLE, headers={"HX-Request": "true"}).text.lstrip().startswith('<div class="stack"')


def test_one_press_takes_them_away(reader, administrator):
    reader.post(LOAD)
    upkeep.tend()

    assert "A worker is removing the sample data." in reader.post(REMOVE, follow=True).text
    upkeep.tend()

    assert "Look around with sample data" in reader.get(SAMPLE).text
    assert not Contact.objects.exists()
    assert SecurityEvent.objects.get(kind="sample_removed").by == administrator
    assert "There are no sample data here." in reader.post(REMOVE, follow=True).text


def test_every_page_of_staff_says_that_it_shows_invented_customers(client, administrator, manager):
    client.force_login(administrator)
    client.post(LOAD)
    upkeep.tend()

    for page in ("/dashboard/", "/inbox/", "/answers/", "/contacts/"):
        shown = client.get(page)
        assert shown.status_code == 200, page
        assert "Sample data." in shown.text
        assert f'href="{SAMPLE}"' in shown.text

    client.force_login(manager)
    shown = client.get("/dashboard/").text
    assert "Sample data." in shown
    assert f'href="{SAMPLE}"' not in shown

    client.force_login(administrator)
    client.post(REMOVE)
    upkeep.tend()
    assert "Sample data." not in client.get("/dashboard/").text


def test_what_leaves_the_pages_of_staff_says_so_too(client, administrator):
    client.force_login(administrator)
    client.post(LOAD)
    upkeep.tend()

    assert "Sample data." in client.get("/admin/").text
    assert "Sample data." in client.get("/admin/surveys/trigger/").text
    typed = {"name": "Hall", "metric": "nps", "days": "90d", "team": "", "language": "", "theme": ""}
    board = client.post("/dashboard/wallboards/links/", typed)
    wall = Client().get(re.search(r"/wall/[^/]+/", board.text)[0]).text
    assert "Sample data." in wall
    assert f'href="{SAMPLE}"' not in wall
    report = client.get("/dashboard/report/")
    assert "Sample data. These customers, answers and numbers are invented." in report.text
    for page in ("/dashboard/report/report.xlsx", "/answers/answers.csv", "/contacts/csv/"):
        assert 'filename="sample-' in client.get(page)["Content-Disposition"], page

    client.post(REMOVE)
    upkeep.tend()
    assert "Sample data." not in client.get("/admin/").text
    assert 'filename="customers-' in client.get("/contacts/csv/")["Content-Disposition"]


def test_nothing_of_them_counts_as_set_up(reader):
    before = {step.name: (step.state, step.sentence) for step in reader.get(SETUP).context["steps"]}
    reader.post(LOAD)
    upkeep.tend()

    page = reader.get(SETUP)

    assert {step.name: (step.state, step.sentence) for step in page.context["steps"]} == before
    assert before["customers"][0] is StepState.TO_DO
    assert "Remove the sample data" in page.text


def test_who_has_real_answers_is_offered_none_and_gets_none(reader):
    ResponseFactory()

    assert "sample data" not in reader.get(SETUP).text
    assert "have answered here already" in reader.get(SAMPLE).text
    refused = reader.post(LOAD, follow=True)

    assert "No sample data were loaded: Customers have answered here already" in refused.text
    assert not SampleSet.objects.exists()


def test_customers_of_ones_own_are_no_obstacle_and_stay(reader):
    own = ContactFactory()
    reader.post(LOAD)
    upkeep.tend()
    reader.post(REMOVE)
    upkeep.tend()

    assert list(Contact.objects.all()) == [own]


def test_what_could_not_be_loaded_can_be_tried_again_or_done_without(reader, administrator):
    SampleSet.objects.create(pk=1, by=administrator, tries=SampleSet.MOST_TRIES)

    page = reader.get(SAMPLE).text
    assert "The sample data could not be loaded." in page
    assert "Try again" in page
    assert "Do without" in page
    reader.post(LOAD)

    assert SampleSet.current().tries == 0


@pytest.mark.parametrize("address", [LOAD, REMOVE])
def test_only_a_post_with_its_token_does_anything(administrator, address):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)

    assert strict.get(address).status_code == 405
    assert strict.post(address).status_code == 403
    assert not SampleSet.objects.exists()
