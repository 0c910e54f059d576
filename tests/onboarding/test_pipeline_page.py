"""The page on which administrators read why nothing is sent, and the line at the head of the administration."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts import clock
from onboarding.models import Pulse
from onboarding.stages import PipelineStage
from surveys import services
from surveys.models import Invitation
from tests.factories import (
    ContactFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)
from tests.noes import opt_out

pytestmark = pytest.mark.django_db
WHY = "/setup/why/"


@pytest.fixture(autouse=True)
def alive(db):
    Pulse.keep()


@pytest.fixture
def reader(client, administrator):
    client.force_login(administrator)
    return client


def asking():
    return TriggerFactory(survey=SurveyVersionFactory(survey__name="Deals").survey)


def refuse(trigger, number=1):
    for _number in range(number):
        contact = ContactFactory()
        opt_out(contact)
        TouchpointFactory(contact=contact, occurred_at=clock.now() - trigger.delay - timedelta(hours=1))
    services.plan_invitations()
    Invitation.objects.filter(status="planned").update(due_at=clock.now())
    services.judge_due()


def test_an_empty_installation_is_told_where_to_begin(reader):
    page = reader.get(WHY)

    assert page.status_code == 200
    assert "Asking is OFF." in page.text
    assert "There is no survey yet." in page.text
    assert 'href="/admin/surveys/survey/add/"' in page.text
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("who", ["owner", "manager", "stranger"])
def test_whoever_does_not_administer_is_turned_away(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(WHY).status_code == 403


def test_nobody_reads_it_without_a_login(client):
    assert client.get(WHY)["Location"].startswith("/accounts/login/")


def test_nothing_is_changed_there(reader):
    assert reader.post(WHY).status_code == 405


def test_every_stage_stands_there_in_order_with_its_numbers(reader):
    refuse(asking(), 2)

    html = reader.get(WHY).text

    places = [html.index(f'id="stage-{stage}"') for stage in PipelineStage.values]
    assert places == sorted(places)
    assert "Last seven days <strong>2</strong>" in html


def test_a_refusal_leads_to_the_rows_that_it_counts(reader):
    trigger = asking()
    refuse(trigger, 2)
    old = Invitation.objects.order_by("pk").first()
    Invitation.objects.filter(pk=old.pk).update(judged_at=clock.now() - timedelta(days=20))
    (way,) = {
        part.way.url
        for view in reader.get(WHY).context["stages"]
        for heading, parts in view.parts
        for part in parts
        if heading == "Refused, by rule"
    }

    rows = reader.get(way).context["cl"].queryset

    assert [row.reason for row in rows] == ["do_not_contact"]
    assert escape(way) in reader.get(WHY).text


def test_a_kind_that_no_trigger_asks_about_is_said_so(reader):
    asking()
    TouchpointFactory(kind="renewal")
    TouchpointFactory()

    html = reader.get(WHY).text

    assert html.count("No trigger asks about it.") == 1
    assert html.index("Renewal" if "Renewal" in html else "renewal") < html.index("No trigger asks about it.")


def test_every_way_out_leads_to_a_page(reader):
    refuse(asking())
    SurveyVersionFactory(survey__status="paused", published_at=None)
    page = reader.get(WHY)

    ways = [hindrance.way for view in page.context["stages"] for hindrance in view.hindrances if hindrance.way]

    assert len(ways) >= 3
    assert {reader.get(way.url).status_code for way in ways} == {200}


def test_the_line_stands_at_the_head_of_the_administration(reader):
    trigger = asking()
    trigger.survey.status = "paused"
    trigger.survey.save()

    html = reader.get(reverse("admin:index")).text

    assert "Asking is OFF." in html
    assert "“Deals” is paused." in html
    assert f'href="/admin/surveys/survey/{trigger.survey.pk}/change/"' in html
    assert f'href="{WHY}"' in html


def test_the_line_is_not_for_staff_who_may_not_read_whom_we_ask(client, owner):
    owner.is_staff = True
    owner.save()
    client.force_login(owner)

    assert 'class="asking-line' not in client.get(reverse("admin:index")).text


def test_the_page_takes_as_many_queries_for_many_rows_as_for_one(reader, django_assert_max_num_queries):
    refuse(asking())
    reader.get(WHY)
    with django_assert_max_num_queries(57) as one:
        reader.get(WHY)
    for _number in range(3):
        refuse(asking_another(), 2)
    with django_assert_max_num_queries(len(one.captured_queries)):
        reader.get(WHY)


def asking_another():
    return TriggerFactory(survey=SurveyVersionFactory().survey)
