from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from accounts import clock
from responses.evidence import corrections
from responses.models import LinkVisit, Response
from responses.open_links import limits
from tests.factories import OpenLinkFactory
from tests.responses.open_links.conftest import MACHINE, Device

MORNING = datetime(2026, 7, 6, 9, tzinfo=UTC)
BOT = "facebookexternalhit/1.1"


def shown_now():
    return str(int(clock.now().timestamp() * 1000))


def test_programs_that_draw_a_preview_answer_nothing(link):
    bot = Device(link, agent=BOT)

    assert bot.get(score=9).status_code == 200
    assert bot.client.head(link.path).status_code == 200

    assert not Response.objects.exists()


def test_scripts_without_a_gesture_are_held_until_a_person_answers(phone):
    phone.answer(9, **MACHINE, shown=shown_now())
    held = Response.objects.get()
    assert (held.is_provisional, held.suspicion) == (True, ["no_gesture", "quick"])

    phone.post(score=7)

    answer = Response.objects.get()
    assert (answer.is_provisional, answer.score, answer.suspicion) == (False, 7, [])


def test_a_calm_form_without_scripts_counts(phone):
    phone.answer(9, scripted="", gesture="")

    answer = Response.objects.get()
    assert (answer.is_provisional, answer.suspicion) == (False, ["no_script"])


def test_who_fills_in_what_nobody_sees_is_held(phone):
    phone.answer(9, scripted="", gesture="", website="https://spam.example")

    answer = Response.objects.get()
    assert (answer.is_provisional, answer.suspicion) == (True, ["no_script", "trap"])


def test_a_browser_that_filled_it_in_for_a_person_is_only_suspected(phone):
    phone.answer(9, website="https://mine.example")

    answer = Response.objects.get()
    assert (answer.is_provisional, answer.suspicion) == (False, ["gesture", "trap"])


def test_who_gave_itself_away_is_known_for_a_while(link):
    first, second = Device(link), Device(link)
    with time_machine.travel(MORNING, tick=False):
        first.answer(9, scripted="", gesture="", website="x")
        second.answer(9, scripted="", gesture="")

    assert Response.objects.latest("pk").suspicion == ["no_script", "known_machine"]
    assert Response.objects.latest("pk").is_provisional


def test_what_was_seen_is_kept_with_the_answer_and_no_network(phone):
    phone.answer(9)
    phone.say("Good")
    phone.say("Good")

    visits = LinkVisit.objects.filter(response=Response.objects.get()).order_by("pk")
    assert [(visit.method, visit.score_asked_for, visit.evidence) for visit in visits][:2] == [
        ("POST", 9, ["gesture"]),
        ("POST", None, ["gesture"]),
    ]
    assert {(visit.network, visit.user_agent, visit.invitation_id) for visit in visits} == {("", "Chrome", None)}


def test_a_crowd_from_one_network_is_kept_and_waits(db):
    link = OpenLinkFactory(crowd=2)
    for score in (9, 8, 7):
        Device(link).answer(score)
    Device(link, address="203.0.113.5").answer(6)

    counted = Response.objects.counted().order_by("pk").values_list("score", flat=True)
    assert list(counted) == [9, 8, 6]
    waiting = Response.objects.provisional().get()
    assert (waiting.score, waiting.suspicion) == (7, ["gesture", "crowd"])


def test_one_of_a_crowd_goes_on_as_everybody_and_still_waits(db, owner):
    link = OpenLinkFactory(crowd=1)
    Device(link).answer(9)
    late = Device(link)
    late.answer(7)

    late.say("Good")
    late.post(score=8)

    waiting = Response.objects.provisional().get()
    assert (waiting.score, waiting.comment, waiting.suspicion) == (8, "Good", ["gesture", "crowd"])
    assert "You have answered already: 8." in late.get().content.decode()
    corrections.relabel(response_id=waiting.pk, as_human=True, by=owner, reason="Fair day")
    assert Response.objects.counted().count() == 2


def test_changing_an_answer_takes_no_room(db):
    link = OpenLinkFactory(crowd=1)
    phone = Device(link)
    phone.answer(9)

    phone.answer(8)

    assert list(Response.objects.counted().values_list("score", flat=True)) == [8]


def test_too_many_new_answers_are_given_back_to_be_sent_again(link, monkeypatch):
    monkeypatch.setattr(limits, "ANSWERS", 1)
    Device(link).answer(9)
    late = Device(link)

    page = late.answer(4)

    assert page.status_code == 429
    text = page.content.decode()
    assert "Not sent yet: very many answers come from your network just now." in text
    assert 'value="4" checked' in text
    assert Response.objects.count() == 1
    monkeypatch.setattr(limits, "ANSWERS", 9)
    assert late.post(score=4).status_code == 200
    assert Response.objects.count() == 2


def test_words_are_given_back_in_a_flood(phone, monkeypatch):
    phone.answer(4)
    monkeypatch.setattr(limits, "REQUESTS", 1)

    page = phone.say("All of this")

    assert page.status_code == 429
    assert "All of this</textarea>" in page.content.decode()
    monkeypatch.setattr(limits, "REQUESTS", 99)
    phone.say("All of this")
    assert Response.objects.get().comment == "All of this"


def test_who_only_looks_in_a_flood_is_asked_to_wait(phone, monkeypatch):
    monkeypatch.setattr(limits, "REQUESTS", 0)

    page = phone.get()

    assert page.status_code == 429
    assert page["Retry-After"] == "60"
    assert "One moment, please" in page.content.decode()


def request_of(address):
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_an_address_is_counted_by_a_hash_that_lasts_a_day():
    cache.clear()
    today = limits.source(request_of("198.51.100.7"), MORNING)

    assert today == limits.source(request_of("198.51.100.7"), MORNING + timedelta(hours=9))
    assert today != limits.source(request_of("198.51.100.8"), MORNING)
    assert today != limits.source(request_of("198.51.100.7"), MORNING + timedelta(days=1))
    assert "198.51.100.7" not in today


def test_a_household_is_one_address():
    cache.clear()

    assert limits.source(request_of("2001:db8:1:2::3"), MORNING) == limits.source(
        request_of("2001:db8:1:2:ffff::9"), MORNING
    )
    assert limits.source(request_of("2001:db8:1:2::3"), MORNING) != limits.source(
        request_of("2001:db8:1:3::3"), MORNING
    )


@pytest.mark.parametrize("address", ["", "unknown"])
def test_an_unknown_address_is_one_for_all(address):
    assert limits.source(request_of(address), MORNING)
