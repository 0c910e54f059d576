"""The last minutes of a link, of a day and of a network's share; languages, and spellings of an address."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from accounts import clock, roles
from responses.models import OpenLink, Response
from responses.open_links import limits
from surveys.models import Survey
from tests.accounts.added_languages import spoken_here
from tests.conftest import person
from tests.factories import OpenLinkFactory
from tests.responses.open_links.conftest import Device


def end(link):
    OpenLink.objects.filter(pk=link.pk).update(ends_at=clock.now())


def switch_off(link):
    OpenLink.objects.filter(pk=link.pk).update(is_active=False)


def pause(link):
    Survey.objects.filter(pk=link.survey_id).update(status=Survey.Status.PAUSED)


@pytest.mark.parametrize("close", [end, switch_off, pause])
def test_who_answered_just_before_it_closed_may_finish(phone, close):
    phone.answer(3)
    close(phone.link)

    page = phone.say("Cold soup")

    assert page.status_code == 200
    assert Response.objects.get().comment == "Cold soup"
    assert phone.introduce(phone="+37060000000", agreed="1").status_code == 200
    assert Response.objects.get().introduction.phone == "+37060000000"


def test_scores_are_not_taken_any_more(phone):
    phone.answer(3)
    end(phone.link)

    assert phone.post(score=9).status_code == 410
    assert phone.get().status_code == 410
    assert Response.objects.get().score == 3


def test_words_that_come_hours_after_it_closed_are_not_taken(phone):
    phone.answer(3)
    end(phone.link)
    Response.objects.update(answered_at=clock.now() - timedelta(hours=3))

    assert phone.say("Cold soup").status_code == 410
    assert Response.objects.get().comment == ""


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Vilnius", "Asia/Tokyo"])
def test_no_longer_day_is_promised_than_there_is(db, zone):
    phone = Device(OpenLinkFactory(version__survey__brand__timezone=zone))
    with time_machine.travel(datetime(2026, 11, 28, 23, 30, tzinfo=ZoneInfo(zone)), tick=False):
        phone.answer(3)

        assert "Until the end of 28 Nov" in phone.get().content.decode()


def test_a_page_opens_in_a_language_of_the_brand_and_its_picture_is_there(client):
    link = OpenLinkFactory(version__survey__brand__languages=["lt"], version__survey__default_language="en")

    page = client.get(link.path).content.decode()

    assert '<html lang="lt">' in page
    picture = re.search(r'property="og:image" content="https?://[^/]+([^"]+)"', page)[1]
    assert client.get(picture).status_code == 200


def test_what_the_brand_speaks_and_the_survey_does_not_is_neither_offered_nor_printed(client, db):
    spoken_here("ka")
    link = OpenLinkFactory(version__survey__brand__languages=["en", "ka"])
    client.force_login(person(roles.MANAGERS))

    sheet = client.get(reverse("open_link_sheet", args=[link.pk, "a4"]), {"language": "ka"})

    assert '<html lang="en">' in sheet.content.decode()
    assert 'hreflang="ka"' not in sheet.content.decode()
    assert client.get(f"{link.path}card-ka.png").status_code == 404


def test_however_its_address_is_spelled_it_is_one_device(phone):
    phone.answer(3)
    shouted = phone.link.path.replace(phone.link.code, phone.link.code.upper())

    answer = phone.client.get(shouted, {"score": "9", "language": "lt"})

    assert (answer.status_code, answer["Location"]) == (302, f"{phone.link.path}?score=9&language=lt")
    phone.answer(5)
    assert Response.objects.get().score == 5


def test_who_sends_too_much_takes_nothing_from_the_others(link, monkeypatch):
    monkeypatch.setattr(limits, "ANSWERS", 1)
    monkeypatch.setattr(limits, "ANSWERS_OF_ALL", 2)
    with time_machine.travel(datetime(2026, 7, 6, 9, tzinfo=UTC), tick=False):
        for _number in range(4):
            Device(link, address="203.0.113.9").answer(0)

        assert Device(link, address="198.51.100.8").answer(9).status_code == 200

    assert sorted(Response.objects.values_list("score", flat=True)) == [0, 9]
