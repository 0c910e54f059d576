"""A tablet is paired once by a link, holds a secret of its own, and without scripts each step is a form."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import clock, tokens
from accounts.customerlanguages import spoken
from responses.kiosks import pairing, pins, secret
from responses.models import Response, Tablet, Topic
from responses.page import offers
from tests.factories import KioskFactory, UserFactory
from tests.responses.kiosks.conftest import PairedTablet

pytestmark = pytest.mark.django_db


class Visitor:
    """Somebody at a tablet whose browser runs no scripts."""

    def __init__(self, tablet):
        self.client = tablet.client
        self.page = self.client.get("/k/").content.decode()

    def post(self, step, **fields):
        found = {
            name: unescape(value) for name, value in re.findall(r'name="(held|language)" value="([^"]*)"', self.page)
        }
        calm = str(int((clock.now() - timedelta(seconds=9)).timestamp() * 1000))
        answer = self.client.post("/k/", {**found, "step": step, "shown": calm, **fields})
        self.page = answer.content.decode()
        return answer


@pytest.fixture
def visitor(tablet):
    offers.forget()
    return Visitor(tablet)


def test_a_link_makes_one_tablet_and_nothing_of_it_is_kept_in_the_clear(kiosk, client):
    token = pairing.begin(kiosk, by=UserFactory(), now=clock.now())
    path = reverse("kiosk_pairing", args=[token])
    for _look in range(2):
        page = client.get(path)
        assert page.status_code == 200
        assert "Hall" in page.content.decode()
        assert secret.COOKIE not in client.cookies

    answer = client.post(path)

    assert (answer.status_code, answer["Location"]) == (303, "/k/")
    cookie = answer.cookies[secret.COOKIE]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, "/k/", "Lax")
    assert len(cookie.value) >= 43
    row = Tablet.objects.get()
    assert (bytes(row.secret_hash), row.pairing_hash, row.name) == (tokens.digest(cookie.value), None, "Tablet 1")
    assert client.get("/k/").status_code == 200
    assert [Client().get(path).status_code, Client().post(path).status_code] == [403, 403]


def test_the_login_of_whoever_sets_it_up_does_not_stay(kiosk, client, owner):
    client.force_login(owner)
    token = pairing.begin(kiosk, by=owner, now=clock.now())

    answer = client.post(reverse("kiosk_pairing", args=[token]))

    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""


def test_a_link_is_good_for_a_quarter_of_an_hour_and_for_a_kiosk_in_use(kiosk, client):
    begun = clock.now() - timedelta(minutes=16)
    late = pairing.begin(kiosk, by=UserFactory(), now=begun)
    early = pairing.begin(kiosk, by=UserFactory(), now=begun + timedelta(minutes=2))
    assert client.post(reverse("kiosk_pairing", args=[late])).status_code == 403
    assert client.get(reverse("kiosk_pairing", args=[early])).status_code == 200
    kiosk.is_active = False
    kiosk.save()
    assert client.get(reverse("kiosk_pairing", args=[early])).status_code == 403

    pairing.begin(kiosk, by=UserFactory(), now=clock.now() + timedelta(minutes=20))

    assert Tablet.objects.count() == 1


def test_whoever_comes_without_a_tablet_is_told_what_to_do(client, tablet):
    page = client.get("/k/", headers={"accept-language": "uk"})

    assert page.status_code == 403
    assert '<html lang="uk"' in page.content.decode()
    assert not Response.objects.exists()
    assert client.post("/k/", {"step": "score", "score": "3"}).status_code == 403


def test_a_tablet_that_may_not_send_looks_again_whether_it_may(tablet):
    Tablet.objects.update(is_active=False)

    page = tablet.client.get("/k/")

    assert (page.status_code, page["Refresh"]) == (403, "60")


def test_the_page_holds_every_view_in_every_language(tablet, kiosk):
    page = tablet.client.get("/k/")
    html = page.content.decode()

    for language in kiosk.survey.brand.languages:
        for name in ("score", "why", "thanks", "countdown"):
            assert f'<template data-name="{name}" data-in="{language}"' in html
    assert f'data-version="{kiosk.survey.versions.get().pk}"' in html
    assert f'data-pin="{kiosk.pin_hash}"' in html
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "manifest-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]* src=)|<style|style=|\son\w+=", html)
    # What says when to begin comes after whatever must hear it.
    assert re.findall(r"js/kiosk/(\w+)", html)[-1] == "post"
    # No way leads anywhere but to the beginning, and for staff, where no scripts run, to the PIN.
    assert set(re.findall(r'<a [^>]*href="([^"]+)"', html)) == {"/k/", "/k/staff/"}


def test_without_scripts_a_tap_counts_and_words_are_added(visitor):
    topic = Topic.objects.filter(is_offered=True).first()
    visitor.post("score", score="3")
    assert "In your own words" in visitor.page
    assert '<noscript><meta http-equiv="refresh" content="60;url=/k/">' in visitor.page
    assert list(Response.objects.counted().values_list("score", "finished_at")) == [(3, None)]

    visitor.post("why", score="3", comment="Cold soup", topic=[topic.pk])

    given = Response.objects.get()
    assert (given.score, given.comment, given.origin) == (3, "Cold soup", "kiosk")
    assert given.finished_at is not None
    assert given.response_topics.get().topic == topic
    assert 'content="8;url=/k/"' in visitor.page


def test_a_form_sent_again_is_one_answer_and_changes_no_other(visitor):
    first = visitor.page
    visitor.post("score", score="3")
    visitor.page = first
    visitor.post("score", score="9")
    visitor.post("why", score="3", comment="Cold soup")
    visitor.post("why", score="3", comment="Hot soup")

    assert list(Response.objects.values_list("score", "comment")) == [(3, "Cold soup")]


def test_a_form_without_its_own_id_begins_anew(visitor, kiosk):
    other = Visitor(PairedTablet(kiosk))
    visitor.page = other.page
    visitor.post("score", score="3")
    visitor.page = ""
    visitor.post("score", score="3", held="x:y")

    assert 'data-view="score"' in visitor.page
    assert not Response.objects.exists()


def test_a_language_changes_what_stands_there_and_sends_nothing(visitor):
    visitor.post("score", switch="uk")
    assert '<html lang="uk"' in visitor.page
    assert not Response.objects.exists()

    visitor.post("score", score="9")
    visitor.post("why", score="9", switch="lt")

    assert '<html lang="lt"' in visitor.page
    assert Response.objects.get().language == "uk"
    assert '<html lang="en"' in visitor.client.get("/k/").content.decode()


def test_thanks_in_another_language_stay_thanks(visitor):
    visitor.post("score", score="3")
    visitor.post("why", score="3")
    step = re.search(r'<div data-view="thanks"><input type="hidden" name="step" value="(\w+)">', visitor.page)[1]
    visitor.post(step, score="3", switch="uk")

    assert '<html lang="uk"' in visitor.page
    assert 'data-view="thanks"' in visitor.page


@pytest.mark.parametrize(
    "fields",
    [
        {"step": "score", "score": "11"},
        {"step": "score", "score": "a\0b"},
        {"step": "why", "score": "9" * 4400},
        {"step": "\u202e", "score": "-1"},
        {"step": "score", "score": "9", "held": "\0:\0"},
        {"step": "why", "score": "3", "topic": ["9" * 30, "x"], "comment": "a\0b"},
    ],
)
def test_whatever_a_form_says_nothing_breaks_and_no_answer_comes_of_it(visitor, fields):
    assert visitor.post(**fields).status_code == 200

    assert not Response.objects.exists()


def test_a_kiosk_that_is_off_says_so_and_asks_nothing(tablet, kiosk):
    kiosk.survey.status = "paused"
    kiosk.survey.save()

    html = tablet.client.get("/k/").content.decode()

    assert "Nothing is asked here just now" in html
    assert 'name="score"' not in html
    assert Visitor(tablet).post("score", score="3").status_code == 200
    assert not Response.objects.exists()


def test_the_stamp_changes_with_what_is_shown_and_not_by_itself(tablet, kiosk):
    stamps = [tablet.send().json()["stamp"] for _time in range(2)]
    assert f'data-stamp="{stamps[0]}"' in tablet.client.get("/k/").content.decode()
    kiosk.asks_words = False
    kiosk.save()
    stamps.append(tablet.send().json()["stamp"])
    kiosk.pin_hash = pins.kept("9517", rounds=10)
    kiosk.save()
    stamps.append(tablet.send().json()["stamp"])

    assert len(set(stamps)) == 3


def test_words_are_asked_for_only_where_the_kiosk_does(kiosk, tablet):
    kiosk.asks_words = False
    kiosk.save()

    assert "<textarea" not in tablet.client.get("/k/").content.decode()


def test_it_begins_in_its_own_language_then_in_that_of_the_survey(tablet, kiosk):
    for language, shown in (("uk", "uk"), ("", "en")):
        kiosk.language = language
        kiosk.save()
        assert f'<html lang="{shown}"' in tablet.client.get("/k/").content.decode()
    kiosk.survey.brand.languages = ["lt"]
    kiosk.survey.brand.save()
    assert '<html lang="lt"' in tablet.client.get("/k/").content.decode()


@pytest.mark.parametrize(
    ("metric", "presentation", "count"), [("nps", "numbers", 11), ("csat", "smileys", 5), ("ces", "stars", 7)]
)
def test_every_metric_has_its_buttons(metric, presentation, count):
    tablet = PairedTablet(KioskFactory(version__survey__metric=metric, version__survey__presentation=presentation))

    html = tablet.client.get("/k/").content.decode()

    assert html.count('<button class="tap"') == count * (1 + len(spoken.OWN))


def test_the_worker_and_the_app_lie_where_the_page_is(client, tablet):
    worker, app = client.get("/k/worker.js"), client.get("/k/app.webmanifest")

    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    assert b"addEventListener" in worker.content
    told = app.json()
    assert (told["scope"], told["start_url"], told["display"]) == ("/k/", "/k/", "fullscreen")


def test_a_tablet_is_forgotten_by_whoever_knows_the_pin(tablet):
    for body in ('{"pin": "0000"}', '{"pin": 4821}', "[]", "{", '{"pin": "4821\\u0000"}'):
        assert tablet.post(body, path="/k/leaving/").status_code == 403
    assert tablet.row.is_active
    # That was all for a minute.
    assert tablet.post('{"pin": "4821"}', path="/k/leaving/").status_code == 429
    assert tablet.row.is_active


def test_forgetting_ends_the_cookie(tablet):
    answer = tablet.post('{"pin": "4821"}', path="/k/leaving/")

    assert answer.status_code == 200
    assert answer.cookies[secret.COOKIE].value == ""
    assert not tablet.row.is_active


@pytest.mark.parametrize(("pin", "is_good"), [
    ("4821", True), ("482193750412", True), ("482", False), ("4821937504129", False), ("4444", False),
    ("1234", False), ("9876", False), ("48a1", False), ("٤٨٢١", False), ("", False),
])  # fmt: skip
def test_a_pin_is_no_sequence_and_has_four_digits_at_least(pin, is_good):
    assert (pins.problem(pin) is None) is is_good


def test_a_pin_is_kept_as_a_slow_hash_that_a_browser_can_work_out():
    kept = pins.kept("4821")

    assert re.fullmatch(r"pbkdf2_sha256\$600000\$[0-9A-Za-z]{22,}\$[0-9A-Za-z+/]{43}=", kept)
    assert (pins.is_right("4821", kept), pins.is_right("4822", kept)) == (True, False)


def test_without_scripts_the_pin_is_the_way_out(tablet):
    page = tablet.client.get("/k/").text.partition("<main")[0]
    out = tablet.client.get("/k/staff/")
    wrong = tablet.client.post("/k/staff/", {"pin": "1111"})

    assert '<noscript><a class="quiet kiosk__out" href="/k/staff/">' in page
    assert 'name="pin"' in out.text
    assert (wrong.status_code, tablet.row.is_active) == (403, True)
    assert "This PIN is wrong." in wrong.text
    right = tablet.client.post("/k/staff/", {"pin": "4821"})
    assert (right.status_code, right.url, tablet.row.is_active) == (303, "/k/", False)
    assert right.cookies["kiosk"]["max-age"] == 0
    assert tablet.client.get("/k/staff/").status_code == 403


def test_pins_are_counted_by_either_way_out(tablet):
    for _time in range(5):
        tablet.client.post("/k/staff/", {"pin": "1111"})

    assert tablet.client.post("/k/staff/", {"pin": "4821"}).status_code == 429
    assert tablet.post('{"pin": "4821"}', path="/k/leaving/").status_code == 429
    assert tablet.row.is_active
