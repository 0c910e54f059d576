from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts import tokens
from responses import services
from responses.models import Entry, LinkVisit, Response, Topic
from surveys.models import Invitation
from tests.factories import ChannelFactory, OpenLinkFactory, ProductFactory
from tests.responses.open_links.conftest import Device

NOON = datetime(2026, 7, 6, 12, tzinfo=ZoneInfo("Europe/Vilnius"))


def test_score_is_recorded_with_the_facts_of_the_link(owner, team):
    product, channel = ProductFactory(), ChannelFactory()
    link = OpenLinkFactory(product=product, channel=channel, manager=owner, team=team, campaign="Summer")

    Device(link).answer(9)

    response = Response.objects.get()
    assert (response.score, response.category, response.origin) == (9, "promoter", "open_link")
    assert (response.entry, response.entry.kind) == (link.entry, Entry.Kind.OPEN_LINK)
    assert (response.product, response.channel, response.campaign) == (product, channel, "Summer")
    assert (response.manager, response.team, response.brand) == (owner, team, link.survey.brand)
    assert (response.survey, response.metric, response.kind) == (link.survey, "nps", link.survey.kind)
    assert (response.contact, response.invitation, response.medium) == (None, None, "")
    assert (response.is_provisional, response.suspicion, response.trail) == (False, [], [])
    assert not Invitation.objects.exists()


def test_team_of_the_manager_is_taken_where_the_link_names_none(owner, team):
    owner.team = team
    owner.save()

    Device(OpenLinkFactory(manager=owner)).answer(9)

    assert Response.objects.get().team == team


def test_looking_records_nothing(phone):
    page = phone.get(score=9)

    assert page.status_code == 200
    assert 'value="9" checked' in page.content.decode()
    assert "Your 9 is not sent yet." in page.content.decode()
    assert not Response.objects.exists()
    assert not LinkVisit.objects.exists()


def test_person_walks_through_the_steps(phone):
    topic = Topic.objects.order_by("pk").first()

    asked = phone.answer(3)
    thanked = phone.say("Slow", topic=[topic.pk])

    assert "What was not right" in asked.content.decode() or "sorry" in asked.content.decode().lower()
    assert thanked.status_code == 200
    response = Response.objects.get()
    assert (response.score, response.comment, response.language) == (3, "Slow", "en")
    assert response.finished_at is not None
    assert list(response.response_topics.values_list("topic", "source")) == [(topic.pk, "tapped")]
    assert services.settle_due() == 1


@pytest.mark.parametrize("cookies", [True, False])
def test_sending_twice_changes_nothing(link, cookies):
    phone = Device(link, cookies=cookies)
    phone.answer(6)
    phone.say("Slow")
    before = Response.objects.values().get()

    phone.post(score=6)
    phone.say("Slow")

    assert Response.objects.values().get() == before


@pytest.mark.parametrize("cookies", [True, False])
def test_another_score_of_the_same_device_is_a_change(link, cookies):
    phone = Device(link, cookies=cookies)
    phone.answer(6)
    phone.say("Slow")

    phone.post("why", back="1")
    phone.post(score=8)

    response = Response.objects.get()
    assert response.score == 8
    assert [said["score"] for said in response.trail] == [6, 6]


@time_machine.travel(NOON, tick=False)
def test_a_device_that_answered_today_is_told_so_and_changes_its_answer(link):
    phone = Device(link)
    phone.answer(6)

    page = phone.get().content.decode()
    assert "You have answered already: 6. Until the end of 6 Jul 2026 you can change your answer here" in page
    assert 'value="6" checked' in page
    phone.answer(7)

    assert list(Response.objects.values_list("score", flat=True)) == [7]


def test_the_next_day_it_may_answer_again(link):
    phone = Device(link)
    with time_machine.travel(NOON, tick=False):
        phone.answer(6)
    with time_machine.travel(NOON + timedelta(hours=11, minutes=59), tick=False):
        phone.answer(7)
    with time_machine.travel(NOON + timedelta(hours=12), tick=False):
        assert "You have answered" not in phone.get().content.decode()
        phone.answer(9)

    assert list(Response.objects.order_by("pk").values_list("score", flat=True)) == [7, 9]


def test_whoever_answers_before_midnight_has_time_to_finish(link):
    phone = Device(link)
    with time_machine.travel(NOON.replace(hour=23, minute=59), tick=False):
        phone.answer(6)
    with time_machine.travel(NOON.replace(hour=23, minute=59) + timedelta(minutes=90), tick=False):
        phone.answer(5)

    assert list(Response.objects.values_list("score", flat=True)) == [5]


def test_words_that_come_late_go_to_their_own_answer(link):
    phone = Device(link)
    with time_machine.travel(NOON, tick=False):
        phone.answer(6)
        late = phone.secret
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        phone.get()
        phone.secret = late
        phone.say("Slow")

    assert list(Response.objects.values_list("score", "comment")) == [(6, "Slow")]


def test_a_score_from_yesterdays_page_is_shown_again_and_then_sent(link):
    phone = Device(link)
    with time_machine.travel(NOON, tick=False):
        phone.answer(6)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        page = phone.post(score=9)
        assert "Your 9 is not sent yet." in page.content.decode()
        assert 'value="9" checked' in page.content.decode()
        phone.post(score=9)

    assert list(Response.objects.order_by("pk").values_list("score", flat=True)) == [6, 9]


@pytest.mark.parametrize("secret", ["", "x", "a:b:c", "é" * 300])
def test_without_a_secret_of_ours_nothing_is_recorded(phone, secret):
    phone.secret = secret

    page = phone.post(score=9)

    assert page.status_code == 200
    assert 'value="9" checked' in page.content.decode()
    assert not Response.objects.exists()


def test_the_secret_of_one_link_is_none_of_another(link):
    phone, other = Device(link), Device(OpenLinkFactory())
    phone.get()
    other.secret = phone.secret

    other.post(score=9)

    assert not Response.objects.exists()


def test_only_the_hash_of_the_secret_is_kept(phone):
    phone.answer(9)

    assert bytes(Response.objects.get().secret_hash) == tokens.digest(phone.client.cookies["answer"].value)


def test_the_cookie_belongs_to_this_link_alone(phone, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = phone.get().cookies["answer"]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["secure"]) == (
        phone.link.path, True, "Lax", True,
    )  # fmt: skip
    assert cookie["expires"]
    assert list(phone.client.cookies) == ["answer"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("windows", ["one", "two"])
def test_two_forms_of_one_device_at_once_make_one_answer(windows):
    link = OpenLinkFactory()
    first = Device(link)
    first.get()
    if windows == "two":
        first.get()

    def send(score):
        try:
            client = Client()
            client.cookies = first.client.cookies
            form = {"step": "score", "language": "en", "secret": first.secret, "score": score, "gesture": "touch"}
            return client.post(link.path, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, [9, 9, 8, 8, 9, 7, 9, 8])) == {200}

    assert Response.objects.count() == 1


def test_missing_score_says_what_to_do(phone):
    phone.get()

    page = phone.post()

    assert 'id="missing" role="alert" tabindex="-1">Tap a number from 0 to 10' in page.content.decode()
    assert not Response.objects.exists()


def test_language_is_changed_without_sending(phone):
    phone.get()

    page = phone.post(score=9, switch="uk").content.decode()

    assert '<html lang="uk">' in page
    assert 'value="9" checked' in page
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("own", "browser", "shown"), [("", "lt,en;q=0.5", "lt"), ("", "fr", "en"), ("uk", "lt", "uk"), ("", "", "en")]
)
def test_language_is_that_of_the_link_else_of_the_browser(own, browser, shown, db):
    phone = Device(OpenLinkFactory(language=own))

    page = phone.client.get(phone.link.path, HTTP_ACCEPT_LANGUAGE=browser)

    assert f'<html lang="{shown}">' in page.content.decode()


@pytest.mark.parametrize(
    "closing",
    [
        {"is_active": False},
        {"ends_at": NOON - timedelta(days=900)},
        {"version__survey__status": "archived"},
        {"version__survey__status": "paused"},
        {"version__published_at": None},
    ],
)
def test_a_closed_link_takes_nothing_and_says_so(closing, db):
    phone = Device(OpenLinkFactory(**closing))

    assert phone.get().status_code == 410
    assert "This survey has closed" in phone.post(score=9).content.decode()
    assert not Response.objects.exists()


def test_a_code_that_is_unknown_leads_nowhere(client, link):
    assert client.get("/o/nosuchcode42/").status_code == 404
    assert client.get(link.path.upper().replace("/O/", "/o/")).status_code == 302
