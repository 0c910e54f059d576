from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import Wave
from tests.factories import InvitationFactory, SurveyFactory, SurveyVersionFactory, WaveFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


def form(survey, **changed):
    return {
        "survey": survey.pk, "name": "Every quarter", "is_active": "on", "pace": "91", "cadence_days": "",
        "starts_on": "2026-06-01", "joining_days": "30", "size_bands": ["10-49"], "regions": "North, South",
        "bought_within_days": "180", "min_customer_days": "", "sampling_share": "50", "media": ["email"],
        "media_order": "listed", "undelivered_hours": "", "unanswered_hours": "",
        "reminder_days": "3,7", "window_start": "09:00", "window_end": "18:00", "window_weekdays": ["1", "2"],
    } | changed  # fmt: skip


@pytest.fixture
def survey():
    return SurveyFactory(kind="relational")


@pytest.mark.parametrize(
    ("pace", "typed", "days"), [("91", "", 91), ("182", "40", 182), ("365", "", 365), ("", "40", 40)]
)
def test_a_wave_is_set_by_preset_or_by_days(page, survey, pace, typed, days):
    answer = page.post(reverse("admin:surveys_wave_add"), form(survey, pace=pace, cadence_days=typed))

    assert answer.status_code == 302
    wave = Wave.objects.get()
    assert (wave.cadence_days, wave.starts_on, wave.joining_days) == (days, date(2026, 6, 1), 30)
    assert (wave.size_bands, wave.regions, wave.reminder_days) == (["10-49"], ["North", "South"], [3, 7])
    html = page.get(reverse("admin:surveys_wave_change", args=[wave.pk])).content.decode()
    assert f'value="{pace}" selected' in html


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pace": "", "cadence_days": ""}, "Say after how many days a contact is asked again."),
        ({"pace": "", "cadence_days": "29"}, "greater than or equal to 30"),
        ({"pace": "", "cadence_days": "366"}, "less than or equal to 365"),
        ({"window_end": "08:00"}, "The window has to close after it opens"),
    ],
)
def test_what_no_wave_can_be_is_said_and_not_kept(page, survey, changed, said):
    answer = page.post(reverse("admin:surveys_wave_add"), form(survey, **changed))

    assert said in answer.content.decode()
    assert Wave.objects.count() == 0


def test_a_wave_needs_a_relational_survey(page):
    survey = SurveyFactory(kind="transactional")

    answer = page.post(reverse("admin:surveys_wave_add"), form(survey))

    assert "choose a relational survey" in answer.content.decode()
    assert Wave.objects.count() == 0


def test_waves_are_paused_and_resumed_from_the_list(page):
    wave = WaveFactory(survey=SurveyVersionFactory(survey__kind="relational").survey)
    chosen = {"_selected_action": [wave.pk]}
    address = reverse("admin:surveys_wave_changelist")

    page.post(address, {"action": "pause"} | chosen)
    wave.refresh_from_db()
    assert wave.is_resting

    page.post(address, {"action": "resume"} | chosen)
    wave.refresh_from_db()
    assert not wave.is_resting
    assert wave.planned_until is not None


def test_a_wave_that_asked_somebody_cannot_be_deleted_and_one_that_never_did_can(page):
    wave, unused = WaveFactory(), WaveFactory(name="Never ran")
    InvitationFactory(wave=wave, wave_round=1, survey=wave.survey)

    assert page.post(reverse("admin:surveys_wave_delete", args=[wave.pk]), {"post": "yes"}).status_code == 403
    assert page.post(reverse("admin:surveys_wave_delete", args=[unused.pk]), {"post": "yes"}).status_code == 302
    assert Wave.objects.get() == wave


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "manager"])
def test_nobody_else_gets_to_the_waves(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("admin:surveys_wave_changelist")).status_code == 302


def test_three_waves_take_as_many_queries_as_one(page):
    WaveFactory()
    address = reverse("admin:surveys_wave_changelist")
    page.get(address)
    with CaptureQueriesContext(connection) as one:
        page.get(address)
    WaveFactory()
    WaveFactory()

    with CaptureQueriesContext(connection) as three:
        page.get(address)

    assert len(three) == len(one)
