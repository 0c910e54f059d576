from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from responses.models import LinkVisit
from surveys.models import Invitation
from tests.analytics.answers import NOW, answer, ask, at, manager_called
from tests.analytics.reading import csv_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('funnel')}?{urlencode(query)}")
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return look


def lines(page, number):
    _title, found = page.context["tables"][number]
    return {line.name: [stage for stage, _share in line.stages] for line in found}


def test_invitations_are_followed_from_plan_to_answer_by_medium_and_language(look, version):
    asked = ask(version, count=4, medium="email")
    answer(version, [9, 3], medium="email")
    (by_sms,) = ask(version, medium="sms")
    Invitation.objects.filter(pk=by_sms.pk).update(delivered_at=NOW, language="uk")
    (planned,) = ask(version)
    Invitation.objects.filter(pk=planned.pk).update(asked_at=None, status="planned")
    LinkVisit.objects.create(invitation=asked[0], at=NOW, method="GET", verdict="unsure")
    LinkVisit.objects.create(invitation=asked[1], at=NOW, method="GET", verdict="machine")

    page = look()

    assert lines(page, 0) == {
        "All": ["8", "7", "1", "3", "2"],
        "E-mail": ["6", "6", "–", "3", "2"],
        "SMS": ["1", "1", "1", "0", "0"],
        "none yet": ["1", "0", "–", "0", "0"],
    }
    assert lines(page, 1) == {
        "All": ["8", "7", "1", "3", "2"],
        "English": ["7", "6", "–", "3", "2"],
        "Ukrainian": ["1", "1", "1", "0", "0"],
    }


def test_who_is_seen_before_the_period_is_not_followed(look, version):
    ask(version, at=NOW - timedelta(days=60))

    assert "Nobody was to be asked in this period" in look(period="30d").content.decode()


@pytest.mark.parametrize(("failed", "is_alarming"), [(40, True), (6, False)])
def test_a_medium_that_fails_by_more_than_chance_is_told(look, version, failed, is_alarming):
    letters = ask(version, count=100, medium="email")
    Invitation.objects.filter(pk__in=[one.pk for one in letters]).update(queued_at=NOW, sent_at=NOW)
    wrong = Invitation.objects.filter(pk__in=[one.pk for one in letters[:failed]])
    wrong.update(status="failed", asked_at=None)

    page = look()

    assert [line.is_alarming for line in page.context["tables"][0][1]] == [is_alarming]
    assert ("cannot be delivered" in page.content.decode()) is is_alarming


def test_rates_stand_by_weekday_and_hour_on_the_clock_of_the_company(look, version, settings):
    settings.TIME_ZONE = "Europe/Vilnius"
    # 2026-06-01 is a Monday; in Vilnius it is three hours later.
    answer(version, [9] * 30, asked_at=at("2026-06-01 07:10"), at=at("2026-06-02 07:00"))
    ask(version, count=10, at=at("2026-06-01 07:50"))
    ask(version, count=40, at=at("2026-06-02 12:00"))
    answer(version, [9] * 5, asked_at=at("2026-06-02 12:30"), at=at("2026-06-20 12:00"))
    # These have not had their two weeks.
    ask(version, count=50, at=NOW - timedelta(days=13))

    hours = look().context["hours"]

    assert hours.hours == ["10:00", "15:00"]
    assert [(name, whole.value, whole.asked) for name, whole, _cells in hours.rows] == [
        ("Mon", "75%", "40"), ("Tue", "0%", "45"),
    ]  # fmt: skip
    assert [[(cell.value, cell.tone) for cell in cells] for _name, _whole, cells in hours.rows] == [
        [("75%", "good-1"), ("–", "")], [("–", ""), ("0%", "bad-1")],
    ]  # fmt: skip
    assert (hours.whole.value, hours.whole.tone) == ("35%", "")


def test_a_manager_follows_what_they_may_see_and_no_more(look, manager, stranger, version):
    ask(version, count=2, manager=manager, team=manager.team)
    ask(version, count=3, manager=stranger, team=stranger.team)

    assert lines(look(user=manager), 1) == {"English": ["2", "2", "–", "0", "0"]}
    assert look(user=manager, manager=stranger.pk, status=400).context["form"].errors["manager"]


def test_agents_follow_nothing(look, owner):
    look(user=owner, status=403)


def test_filters_keep_what_they_name(look, version):
    ona = manager_called("Ona")
    ask(version, count=2, manager=ona)
    ask(version, count=3)

    assert lines(look(manager=ona.pk), 1)["English"][0] == "2"
    assert lines(look(survey=version.survey_id), 1)["English"][0] == "5"


def taken(client, name, **query):
    return csv_rows(client.get(f"{reverse(name)}?{urlencode(query)}"))


def test_the_stages_are_taken_along_by_medium_and_by_language(client, look, version):
    ask(version, count=3, medium="email")
    (by_sms,) = ask(version, medium="sms")
    Invitation.objects.filter(pk=by_sms.pk).update(delivered_at=NOW, language="uk")
    look()

    rows = taken(client, "stages_csv")

    assert [(row["medium"], row["language"], row["planned"], row["delivered"]) for row in rows] == [
        ("", "", "4", "1"), ("email", "", "3", "0"), ("sms", "", "1", "1"), ("", "en", "3", "0"), ("", "uk", "1", "1"),
    ]  # fmt: skip
    noted = SecurityEvent.objects.get(kind="exported")
    assert (noted.subject, noted.details["rows"]) == ("funnel.stages.csv", 5)


def test_the_hours_are_taken_along_with_their_intervals(client, look, version):
    ask(version, count=4, at=at("2026-05-04 10:00"))
    ask(version, count=1, at=at("2026-05-05 11:00"))
    answer(version, [9], at=at("2026-05-04 10:00"))
    look()

    monday, tuesday = taken(client, "hours_csv", period="last-12m")

    assert (monday["weekday"], monday["hour"], monday["asked"], monday["answered_soon"]) == ("1", "10", "5", "1")
    assert monday["response_rate"] == "20.0"
    assert float(monday["low"]) < 20 < float(monday["high"])
    assert (tuesday["asked"], tuesday["response_rate"], tuesday["low"]) == ("1", "", "")
    assert client.get(reverse("hours_xlsx")).status_code == 200
    assert client.get(reverse("hours_csv"), {"period": "never"}).url == "/dashboard/funnel/?period=never"
