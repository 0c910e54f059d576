import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, tokens
from responses.models import LinkVisit, Response
from surveys.metrics import SCALES
from surveys.models import ReviewLink
from surveys.wording.texts import STANDARD
from tests.factories import InvitationFactory

QUESTION = "recommend Ąžuolas & Co to a friend or colleague?"


def page(response):
    return unescape(response.content.decode())


def checked(response):
    return re.findall(r'name="score" value="(\d+)"(?: aria-label="[^"]*")? checked', response.content.decode())


def test_page_asks_the_question_with_eleven_labelled_radios(client, invitation):
    response = client.get(invitation.path)

    text = page(response)
    assert response.status_code == 200
    assert QUESTION in text
    assert re.findall(r'<input type="radio" name="score" value="(\d+)"', text) == [str(n) for n in range(11)]
    assert '<fieldset role="radiogroup" aria-labelledby="question" aria-describedby="meaning"' in text
    assert 'value="0" aria-label="0, Not at all likely">' in text
    assert 'value="10" aria-label="10, Extremely likely">' in text
    assert "0 means “Not at all likely”, 10 means “Extremely likely”." in text
    assert checked(response) == []


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_page_speaks_the_language_of_the_invitation(client, db, language):
    invitation = InvitationFactory(language=language)

    response = client.get(invitation.path)

    assert f'<html lang="{language}">' in page(response)
    assert STANDARD["nps"][language]["question"].replace("{brand}", "Ąžuolas & Co") in page(response)


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_language_is_switched_by_address_without_losing_the_score(client, invitation, language):
    response = client.get(invitation.path, {"language": language, "score": "4"})

    assert f'<html lang="{language}">' in page(response)
    assert checked(response) == ["4"]


def test_language_button_keeps_the_chosen_score_and_records_none(client, invitation):
    response = client.post(invitation.path, {"step": "score", "score": "8", "language": "en", "switch": "lt"})

    assert '<html lang="lt">' in page(response)
    assert checked(response) == ["8"]
    assert not Response.objects.exists()


def test_language_button_on_page_two_keeps_words_and_topics(client, invitation):
    form = {"step": "why", "score": "8", "language": "en", "switch": "uk", "comment": "Nice <b>", "topic": ["1", "2"]}

    text = client.post(invitation.path, form).content.decode()

    assert '<html lang="uk">' in text
    assert ">Nice &lt;b&gt;</textarea>" in text
    assert re.findall(r'name="topic" value="(\d+)" checked', text) == ["1", "2"]


@pytest.mark.parametrize("step", ["score", "why"])
def test_language_button_does_not_make_a_reader_look_hasty(client, invitation, step):
    said = {"step": step, "score": "8", "language": "en", "comment": "Greitai", "shown": "1750000000000"}

    switched = client.post(invitation.path, said | {"switch": "lt"}).content.decode()

    assert re.search(r'name="shown" value="(\d+)"', switched)[1] == said["shown"]


@pytest.mark.parametrize("score", ["0", "7", "10"])
def test_tapped_button_of_the_letter_only_preselects(client, invitation, score):
    response = client.get(invitation.path, {"score": score})

    assert checked(response) == [score]
    assert not Response.objects.exists()
    invitation.refresh_from_db()
    assert (invitation.status, invitation.answered_at) == ("sent", None)


@pytest.mark.parametrize("score", ["11", "-1", "07", "x", "", "9.0", "²"])
def test_senseless_score_in_the_address_preselects_nothing(client, invitation, score):
    response = client.get(invitation.path, {"score": score})

    assert response.status_code == 200
    assert checked(response) == []


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_every_answer_is_private_and_sets_no_cookie(client, invitation, method):
    for path in (invitation.path, reverse("survey", args=["unknown"])):
        response = getattr(client, method)(path)

        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert not response.cookies
        assert "Set-Cookie" not in response
        assert "Vary" not in response


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(client, invitation, method):
    response = getattr(client, method)(invitation.path)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    assert not LinkVisit.objects.exists()


def test_token_never_stands_in_an_address_that_leaves_the_page(client, invitation):
    text = page(client.get(invitation.path))

    assert re.findall(rf'(\w+)="[^"]*{invitation.token}[^"]*"', text) == ["action", "href"]
    assert f'href="{reverse("unsubscribe", args=[invitation.token])}"' in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_page_works_under_its_policy_without_inline_code(client, invitation):
    text = page(client.get(invitation.path))

    assert not re.search(r'\sstyle=|\son\w+=|<script(?! type="module" src=")|<style', text)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "This link does not work"),
        ("xx, *;q=0.1", "This link does not work"),
        ("", "This link does not work"),
    ],
)
def test_unknown_link_gets_its_own_page(client, db, language, title):
    response = client.get(reverse("survey", args=["no-such-token"]), headers={"Accept-Language": language})

    assert response.status_code == 404
    assert f"<h1>{title}</h1>" in page(response)
    assert not LinkVisit.objects.exists()


@pytest.mark.parametrize(
    ("header", "language"), [("uk-UA,uk;q=0.9", "uk"), ("de, lt;q=0.8", "lt"), ("ru", "ru"), ("de", "en")]
)
def test_unknown_link_speaks_the_language_of_the_browser(client, db, header, language):
    response = client.get(reverse("survey", args=["no-such-token"]), headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in page(response)


def test_tampered_link_is_unknown(client, invitation):
    tampered = tokens.derive("invitation", invitation.pk + 1)

    assert client.get(reverse("survey", args=[tampered])).status_code == 404
    assert client.post(reverse("survey", args=[tampered]), {"score": "9"}).status_code == 404
    assert client.get(reverse("survey", args=["x" * 2000])).status_code == 404
    assert not Response.objects.exists()


@pytest.mark.parametrize("status", ["sent", "answered", "expired"])
def test_expired_link_gets_its_own_page_and_takes_no_answer(client, db, status):
    invitation = InvitationFactory(status=status, expires_at=clock.now())

    shown = client.get(invitation.path)
    sent = client.post(invitation.path, {"score": "9"})

    assert (shown.status_code, sent.status_code) == (410, 410)
    assert "<h1>This survey has closed</h1>" in page(shown)
    assert "<h1>This survey has closed</h1>" in page(sent)
    assert not Response.objects.exists()
    assert LinkVisit.objects.count() == 2


def test_expired_link_speaks_the_language_of_the_browser_then_of_the_contact(client, db):
    invitation = InvitationFactory(language="lt", expires_at=clock.now() - timedelta(days=1))

    assert '<html lang="lt">' in page(client.get(invitation.path))
    assert '<html lang="uk">' in page(client.get(invitation.path, headers={"Accept-Language": "uk"}))
    assert '<html lang="ru">' in page(client.get(invitation.path + "?language=ru"))


def test_withdrawn_link_gets_its_own_page_and_takes_no_answer(client, db):
    invitation = InvitationFactory(status="suppressed", reason="reopened")

    shown = client.get(invitation.path)
    sent = client.post(invitation.path, {"score": "9"})

    assert (shown.status_code, sent.status_code) == (410, 410)
    assert "<h1>This question was withdrawn</h1>" in page(shown)
    assert not Response.objects.exists()


def test_brand_and_answer_are_escaped(client, db):
    invitation = InvitationFactory()
    invitation.brand.name = '<img src=x>"'
    invitation.brand.save()

    text = client.get(invitation.path).content.decode()

    assert "<img" not in text
    assert "&lt;img src=x&gt;&quot;" in text


def test_who_comes_by_a_button_is_told_that_nothing_is_sent_yet(client, invitation):
    arrived = page(client.get(f"{invitation.path}?score=4"))
    client.post(invitation.path, {"step": "score", "score": 4})

    assert "Your 4 is not sent yet." in arrived
    assert not Response.objects.exclude(score=4).exists()
    again, other = (page(client.get(f"{invitation.path}?score={score}")) for score in (4, 9))
    assert "is not sent yet" not in again
    assert "Your 9 is not sent yet. Your answer so far is 4." in other


@pytest.mark.parametrize("score", [0, 7, 10])
def test_review_links_are_offered_whatever_the_score(client, invitation, score):
    google = ReviewLink.objects.create(brand=invitation.brand, name="Google", url="https://g.example/r")
    ReviewLink.objects.create(brand=invitation.brand, name="Тільки uk", url="https://uk.example/", language="uk")
    client.post(invitation.path, {"step": "score", "score": score})

    text = page(client.post(invitation.path, {"step": "why", "language": "en"}))

    assert f'<a href="{invitation.path}r/{google.pk}/" rel="noopener noreferrer">Google</a>' in text
    assert "Тільки" not in text


@pytest.mark.parametrize(("score", "tier"), [(0, "bad"), (6, "bad"), (7, "middle"), (8, "middle"), (9, "good")])
def test_pages_two_and_three_speak_to_what_the_score_means(client, invitation, score, tier):
    why = client.post(invitation.path, {"step": "score", "score": score, "language": "en"})
    thanks = client.post(invitation.path, {"step": "why", "language": "en"})

    assert STANDARD["nps"]["en"][f"{tier}_question"] in page(why)
    assert STANDARD["nps"]["en"][f"{tier}_thanks"] in page(thanks)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("metric", "score", "tier"),
    [
        ("csat", 1, "bad"), ("csat", 3, "middle"), ("csat", 4, "good"), ("ces", 3, "bad"), ("ces", 4, "middle"),
        ("ces", 7, "good"),
    ],
)  # fmt: skip
def test_a_page_shows_the_scale_and_the_words_of_its_metric(client, metric, score, tier):
    invitation = InvitationFactory(version__survey__metric=metric)
    scale, texts = SCALES[metric], STANDARD[metric]["en"]

    first = page(client.get(invitation.path))
    beyond = client.post(invitation.path, {"step": "score", "score": scale.highest + 1, "language": "en"})
    why = client.post(invitation.path, {"step": "score", "score": score, "language": "en"})

    assert re.findall(r'name="score" value="(\d+)"', first) == [str(value) for value in scale.scores]
    assert f"{scale.lowest} means “{texts['low_label']}”, {scale.highest} means “{texts['high_label']}”." in first
    assert f"Tap a number from {scale.lowest} to {scale.highest}, then send it." in page(beyond)
    assert texts[f"{tier}_question"] in page(why)
    assert Response.objects.get().category == scale.category_of(score)


def test_brand_stylesheet_is_kept_for_long(client, db):
    response = client.get(reverse("survey-brand", args=["155e75"]))

    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content.decode().startswith(":root{--brand:#155e75;--on-brand:#ffffff;")
    assert not response.cookies
    assert client.get("/s/brand/155E75.css").status_code == 404
    assert client.get("/s/brand/red.css").status_code == 404


def answer_once(client, path):
    client.get(path)
    client.post(path, {"step": "score", "score": "9"})
    client.post(path, {"step": "why", "comment": "Good", "topic": ["1", "2", "3"]})


def test_each_request_reads_once_and_writes_once(client, invitation, django_assert_num_queries):
    answer_once(client, InvitationFactory(version=invitation.version).path)

    with django_assert_num_queries(6):
        answer_once(client, invitation.path)


def test_statements_are_sent_whole_where_a_pooler_changes_sessions(client, invitation, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    with CaptureQueriesContext(connection) as captured:
        answer_once(client, invitation.path)

    assert not [query for query in captured if query["sql"].startswith(("PREPARE", "EXECUTE"))]
    assert invitation.response.comment == "Good"
