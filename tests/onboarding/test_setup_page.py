"""The page of setting up: every line is computed, by whoever may set up alone."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import SecurityEvent
from onboarding import views
from onboarding.models import Pulse, Trial
from onboarding.steps.step import StepState
from surveys.models import Survey
from tests.factories import (
    BrandFactory,
    ContactFactory,
    MessageFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SETUP = "/setup/"


@pytest.fixture(autouse=True)
def alive(db):
    Pulse.keep()


@pytest.fixture
def reader(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def switched_off():
    """A trigger that lacks nothing but its switch, of a survey that is a draft."""
    version = SurveyVersionFactory(survey__name="Deals", survey__status=Survey.Status.DRAFT)
    return TriggerFactory(survey=version.survey, is_active=False, name="After a deal")


def steps_of(client):
    page = client.get(SETUP)
    assert page.status_code == 200
    return {step.name: step for step in page.context["steps"]}


def test_an_empty_installation_has_everything_to_do_and_says_where_to_begin(reader):
    page = reader.get(SETUP)

    states = {step.name: step.state for step in page.context["steps"]}
    assert states.pop("people") is StepState.CAN_WAIT
    assert states.pop("trial") is StepState.CAN_WAIT
    assert set(states.values()) == {StepState.TO_DO}
    assert list(states) == ["company", "mail", "wording", "customers", "trigger"]
    assert "5 steps are open." in page.text
    assert "Asking is OFF." in page.text
    assert 'href="/admin/accounts/brand/add/"' in page.text
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_the_card_names_what_is_still_to_do_and_is_gone_when_all_is_done(reader, monkeypatch):
    card = reader.get("/setup/card/").text
    assert "2 of 7 steps are done or can wait" in card
    assert "Company and brand" in card

    monkeypatch.setattr(views, "walk", lambda _there: [])

    assert not reader.get("/setup/card/").text.strip()


def test_the_dashboard_keeps_a_place_for_the_card_for_who_sets_up_alone(client, administrator, manager):
    place = 'hx-get="/setup/card/"'
    client.force_login(administrator)
    assert place in client.get("/dashboard/").text
    assert place not in client.get("/inbox/").text

    client.force_login(manager)
    assert place not in client.get("/dashboard/").text


@pytest.mark.parametrize("who", ["owner", "manager", "stranger"])
def test_whoever_may_not_set_up_is_turned_away(client, request, who, switched_off):
    client.force_login(request.getfixturevalue(who))

    assert client.get(SETUP).status_code == 403
    assert client.post(f"/setup/trigger/{switched_off.pk}/").status_code == 403
    switched_off.refresh_from_db()
    assert not switched_off.is_active


def test_nobody_reads_it_without_a_login(client):
    assert client.get(SETUP)["Location"].startswith("/accounts/login/")


def test_a_brand_is_done_with_its_legal_lines(reader):
    brand = BrandFactory(name="Alder")
    assert steps_of(reader)["company"].sentence.startswith("“Alder” lacks: postal address, imprint or privacy notice.")

    brand.postal_address, brand.privacy_url = "Gedimino 1, Vilnius", "https://alder.example/privacy"
    brand.save()

    company = steps_of(reader)["company"]
    assert company.state is StepState.DONE
    assert company.sentence == "“Alder” with its legal lines, in 4 languages."


def test_of_several_brands_the_one_that_lacks_something_is_named(reader):
    BrandFactory(postal_address="Gedimino 1", imprint_url="https://alder.example/")
    lacking = BrandFactory(name="Birch", imprint_url="https://birch.example/")

    company = steps_of(reader)["company"]

    assert company.sentence.startswith("“Birch” lacks: postal address.")
    assert company.way.url == f"/admin/accounts/brand/{lacking.pk}/change/"


def test_mail_is_done_once_a_letter_has_left_and_in_the_way_while_letters_are_refused(reader):
    assert steps_of(reader)["mail"].sentence.startswith("No letter has left yet.")

    MessageFactory(status="sent", sent_at=clock.now())
    assert steps_of(reader)["mail"].state is StepState.DONE

    MessageFactory(attempts=2, error="ConnectionRefusedError")
    mail = steps_of(reader)["mail"]
    assert mail.state is StepState.IN_THE_WAY
    assert "ConnectionRefusedError" in mail.sentence


def test_the_survey_was_seen_once_somebody_answered_theirs(reader, administrator):
    version = SurveyVersionFactory()
    asked = {
        "asker": administrator,
        "version": version,
        "language": "en",
        "expires_at": clock.now() + timedelta(days=9),
    }
    trial = Trial.objects.create(**asked)
    assert steps_of(reader)["trial"].state is StepState.CAN_WAIT

    trial.answer(9, clock.now())

    step = steps_of(reader)["trial"]
    assert (step.state, step.way.url) == (StepState.DONE, "/setup/try/")
    assert step.sentence.startswith("Answered last on ")


def test_a_draft_leads_to_where_it_is_published(reader):
    version = SurveyVersionFactory(survey__name="Deals", published_at=None)

    wording = steps_of(reader)["wording"]

    assert wording.state is StepState.TO_DO
    assert wording.way.url == f"/admin/surveys/surveyversion/{version.pk}/change/"
    version.publish()
    assert steps_of(reader)["wording"].state is StepState.DONE


def test_customers_are_there_once_something_happened_with_them(reader):
    contact = ContactFactory()
    customers = steps_of(reader)["customers"]
    assert customers.state is StepState.TO_DO
    assert customers.sentence.startswith("1 customer is known. Nothing that happened with them is known")

    TouchpointFactory(contact=contact)

    assert steps_of(reader)["customers"].state is StepState.DONE


def test_the_command_names_this_installation(reader, settings):
    settings.BASE_URL = "https://plumb.alder.example"

    assert "curl -X PUT https://plumb.alder.example/api/v1/contacts/p-301/" in reader.get(SETUP).text


def test_people_who_cannot_log_in_are_told(reader, administrator, team):
    colleague = UserFactory(team=team)
    colleague.groups.set(administrator.groups.all())

    people = steps_of(reader)["people"]

    assert people.state is StepState.DONE
    assert people.sentence == "2 people work here."
    assert people.lines[-1] == "1 team shares customers."


def test_a_trigger_without_wording_cannot_be_switched_on(reader):
    trigger = TriggerFactory(survey=SurveyVersionFactory(published_at=None).survey, is_active=False)

    step = steps_of(reader)["trigger"]
    reader.post(f"/setup/trigger/{trigger.pk}/")

    assert step.state is StepState.IN_THE_WAY
    assert not step.is_post
    trigger.refresh_from_db()
    assert not trigger.is_active


def test_the_dry_run_stands_beside_the_switch(reader, switched_off):
    for contact in (ContactFactory(), ContactFactory(), ContactFactory(email="")):
        TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=20))

    step = steps_of(reader)["trigger"]

    assert step.lines[0] == "Dry run of the last 90 days: it would have asked 2 of 3."
    assert step.lines[1] == "1 × There is no address to write to."


def test_more_touchpoints_than_a_page_can_judge_are_left_to_the_dry_run(reader, switched_off, monkeypatch):
    monkeypatch.setattr("onboarding.steps.installation.MOST_REPLAYED", 1)
    for _number in range(2):
        TouchpointFactory(occurred_at=clock.now() - timedelta(days=20))

    assert steps_of(reader)["trigger"].lines[0].startswith("More than 1 touchpoints of the last 90 days")


def test_switching_on_switches_the_survey_on_too_and_is_written_down(reader, switched_off):
    assert steps_of(reader)["trigger"].way.url == f"/setup/trigger/{switched_off.pk}/"

    reader.post(f"/setup/trigger/{switched_off.pk}/")
    page = reader.post(f"/setup/trigger/{switched_off.pk}/", follow=True)

    switched_off.refresh_from_db()
    assert switched_off.is_active
    assert switched_off.survey.status == Survey.Status.ACTIVE
    step = {step.name: step for step in page.context["steps"]}["trigger"]
    assert step.state is StepState.DONE
    assert step.sentence == "“After a deal”: 5 days after “deal won”, by “Deals”."
    assert SecurityEvent.objects.filter(kind="setting_changed").count() == 2


def test_every_button_leads_to_a_page(reader, switched_off):
    for step in steps_of(reader).values():
        if step.way and not step.is_post:
            assert reader.get(step.way.url, follow=True).status_code == 200, step.way


def test_a_trigger_of_an_archived_survey_is_not_switched_on(reader, switched_off):
    Survey.objects.update(status=Survey.Status.ARCHIVED)

    assert reader.post(f"/setup/trigger/{switched_off.pk}/").status_code == 404


def test_reading_takes_as_many_queries_for_many_rows_as_for_one(reader, switched_off, django_assert_max_num_queries):
    TouchpointFactory(occurred_at=clock.now() - timedelta(days=20))
    with django_assert_max_num_queries(77) as one:
        reader.get(SETUP)
    for _number in range(3):
        BrandFactory()
        TriggerFactory(survey=SurveyVersionFactory().survey, is_active=False)
        TouchpointFactory(occurred_at=clock.now() - timedelta(days=20))
        UserFactory()

    with django_assert_max_num_queries(len(one.captured_queries)):
        reader.get(SETUP)
