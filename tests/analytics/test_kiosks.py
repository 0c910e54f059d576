"""Kiosks are a sample of their own, like open links, and their tablets are missed when nothing is heard of them."""

import csv
import io
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, roles
from accounts.business_hours import Calendar
from analytics.open_links.kiosks import is_missed
from responses.models import Kiosk, Tablet
from tests.conftest import person
from tests.factories import InvitationFactory, KioskFactory, OpenLinkFactory, SurveyVersionFactory
from tests.responses.kiosks.conftest import PairedTablet
from tests.responses.open_links.conftest import Device

pytestmark = pytest.mark.django_db
WEEK = Calendar(ZoneInfo("Europe/Vilnius"), opens=time(9), closes=time(18))


@pytest.fixture
def version():
    return SurveyVersionFactory()


@pytest.fixture
def kiosk(version):
    return KioskFactory(version=version, place="Vilnius, Gedimino 9")


def give(kiosk, *scores, **said):
    tablet = PairedTablet(kiosk)
    tablet.send(*[tablet.answer(score) for score in scores], **said)
    return tablet


def rows(client, name, **query):
    answer = client.get(reverse(name), query)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_table_counts_each_kiosk_by_itself(client, ceo, version, kiosk):
    give(kiosk, 10, 9, 9, 3, 7, waiting=12, refused=1)
    give(KioskFactory(version=version, name="Till", crowd=1), 0, 0)
    KioskFactory(version=version, name="Switched off", is_active=False)
    Device(OpenLinkFactory(version=version)).answer(3)
    client.force_login(ceo)

    found = rows(client, "kiosks_csv")

    assert [(row["kiosk"], row["place"], row["answers"], row["value"], row["waiting"]) for row in found] == [
        ("Hall", "Vilnius, Gedimino 9", "5", "40.0", "0"),
        ("Till", "", "1", "", "1"),
    ]
    page = client.get(reverse("kiosks")).content.decode()
    for said in ("Vilnius, Gedimino 9", "few answers", "Tablet 1", ">12", "refused: 1"):
        assert said in page
    assert "Switched off" not in page
    assert [row["link"] for row in rows(client, "open_links_csv")] == ["Till 2"]


def test_the_dashboard_keeps_them_apart(client, show, version, kiosk):
    invited = [InvitationFactory(version=version) for _number in range(10)]
    for invitation in invited[:5]:
        client.post(invitation.path, {"step": "score", "score": "9", "language": "en", "gesture": "touch"})
    give(kiosk, 0, 0, 0, 0, 0)

    of_invited = show("?period=30d").figures
    of_kiosks = show("?period=30d&origin=kiosk").figures

    assert (of_invited["value"], of_invited["answers"], of_invited["rate"]) == ("100.0", "5", "50.0%")
    assert (of_kiosks["value"], of_kiosks["answers"], of_kiosks["rate"]) == ("−100.0", "5", "–")


def test_answers_are_filtered_by_kiosk(client, ceo, version, kiosk):
    give(kiosk, 10, 3)
    give(KioskFactory(version=version), 7)
    client.force_login(ceo)

    found = rows(client, "answers_csv", kiosk=kiosk.pk)

    assert sorted(row["score"] for row in found) == ["10", "3"]
    assert {(row["kiosk"], row["open_link"], row["place"], row["origin"]) for row in found} == {
        ("Hall", "", "Vilnius, Gedimino 9", "kiosk")
    }


def test_the_page_costs_the_same_queries_for_many_kiosks(client, ceo, version, kiosk):
    client.force_login(ceo)
    give(kiosk, 9)
    client.get(reverse("kiosks"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("kiosks"))
    for _number in range(3):
        give(KioskFactory(version=version), 9, 3)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("kiosks"))

    assert len(many) == len(few)


def test_a_manager_sees_what_came_in_for_their_team(client, version, team, kiosk):
    manager = person(roles.MANAGERS, team=team)
    give(kiosk, 9)
    give(KioskFactory(version=version, name="Ours", team=team), 8)
    client.force_login(manager)

    assert [row["kiosk"] for row in rows(client, "kiosks_csv")] == ["Ours"]


@pytest.mark.parametrize(
    ("hour", "is_silent"),
    [
        (datetime(2026, 11, 27, 15, 30, tzinfo=UTC), False),
        # Closed on Saturday and Sunday, so nothing is missing on Monday morning.
        (datetime(2026, 11, 30, 8, tzinfo=UTC), False),
        (datetime(2026, 11, 30, 15, tzinfo=UTC), True),
    ],
)
def test_a_tablet_is_missed_after_a_working_day_of_silence(hour, is_silent):
    friday_noon = datetime(2026, 11, 27, 14, tzinfo=UTC)
    tablet = Tablet(kiosk=Kiosk(), name="One", seen_at=friday_noon)

    assert is_missed(tablet, WEEK, hour) is is_silent


def test_nobody_misses_what_was_switched_off():
    long_ago = datetime(2026, 1, 5, 10, tzinfo=UTC)
    now = datetime(2026, 11, 30, 15, tzinfo=UTC)

    assert is_missed(Tablet(kiosk=Kiosk(), seen_at=long_ago), WEEK, now)
    assert not is_missed(Tablet(kiosk=Kiosk(), seen_at=long_ago, is_active=False), WEEK, now)
    assert not is_missed(Tablet(kiosk=Kiosk(is_active=False), seen_at=long_ago), WEEK, now)
    assert not is_missed(Tablet(kiosk=Kiosk()), WEEK, now)


def test_the_page_says_which_tablet_is_silent(client, ceo, kiosk):
    give(kiosk, 9)
    Tablet.objects.update(seen_at=clock.now() - timedelta(days=9))
    client.force_login(ceo)

    assert "Hall, Tablet 1: nothing was heard of it" in client.get(reverse("kiosks")).content.decode()
