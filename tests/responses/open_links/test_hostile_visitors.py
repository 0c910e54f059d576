"""Whatever is sent to the pages of open links, nothing breaks and nothing of it is recorded that makes no sense."""

import pytest
from django.test import Client

from responses.models import Introduction, Response
from tests.followups import test_hostile_input
from tests.responses.open_links.conftest import PERSON, Device

# What a browser can send at all.
NASTY = [text for text in test_hostile_input.NASTY if text != "\ud800"]
FIELDS = ("step", "language", "score", "switch", "comment", "topic", "secret", "website", "shown", "gesture", "back",
          "introduce", "name", "email", "phone", "agreed")  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_breaks_the_page(phone, field):
    phone.answer(9)
    for step in ("score", "why", "thanks"):
        form = {"step": step, "language": "en", "secret": phone.secret, "score": "9", **PERSON}
        for nasty in NASTY:
            for sent in ({**form, field: nasty}, {**form, "introduce": "1", "agreed": "1", field: nasty}):
                answer = phone.client.post(phone.link.path, sent)
                assert answer.status_code in (200, 404, 410, 429), (step, field, nasty[:40])

    assert Response.objects.get().score == 9
    assert not Introduction.objects.exists() or Introduction.objects.get().agreed_to


@pytest.mark.parametrize("name", ["language", "score", "x"])
def test_no_query_breaks_the_page(client, link, name):
    for nasty in NASTY:
        assert client.get(link.path, {name: nasty}).status_code == 200


@pytest.mark.parametrize("path", ["/o/%00/", "/o/" + "a" * 4000 + "/", "/o/é/", "/o/confirm/%00/", "/o/x/card-%00.png"])
def test_no_address_breaks_anything(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("cookie", ["", "a" * 5000, "\x7f", '"', "x:y"])
def test_no_cookie_breaks_the_page(link, cookie):
    client = Client(HTTP_COOKIE=f"answer={cookie}")

    assert client.get(link.path).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_there_are_no_other_methods(client, link, method):
    assert getattr(client, method)(link.path).status_code == 405


def test_what_is_written_is_shown_as_text(link):
    phone = Device(link)
    phone.answer(9)
    phone.say("<script>alert(1)</script>")
    page = phone.introduce(name="<b>Ona</b>", email='"><script>', agreed="1").content.decode()

    assert "<script>alert" not in page
    assert '"><script>' not in page
