"""The shop of the demo: a site of somebody else, where a visitor and who is signed in are asked."""

import re
import urllib.error
import urllib.request

import pytest

from crm.models import Contact
from demo import shop
from demo.data.further import QUESTIONS
from demo.data.plan import SURVEY
from responses.models import WebWidget
from responses.widgets import known
from tests.factories import SurveyFactory, SurveyVersionFactory
from tests.fakes.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path):
    with Shop(tmp_path / "shop.json") as running:
        yield running


def read(site, path):
    with urllib.request.urlopen(site.url + path, timeout=5) as answer:
        return answer.read().decode(), answer.headers


def attribute(text, name):
    found = re.search(rf'data-{name}="([^"]*)"', text)
    return found[1] if found else ""


def may_show(client, site, text):
    known.forget()
    token = attribute(text, "token")
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    return client.get(f"/w/{attribute(text, 'key')}/may-show/", {"device": "d" * 32}, HTTP_ORIGIN=site.url, **headers)


def test_a_visitor_and_who_is_signed_in_are_asked_there(client, site):
    SurveyVersionFactory(survey=SurveyFactory(name=SURVEY), questions=[one.stored() for one in QUESTIONS])
    for _start in range(2):
        widget = shop.open_at(site.url, str(site.facts))

    visitor, headers = read(site, "/?language=uk")
    assert (attribute(visitor, "key"), attribute(visitor, "language"), attribute(visitor, "token")) == (
        widget.key, "uk", "",
    )  # fmt: skip
    assert "trusted-types 'none'" in headers["Content-Security-Policy"]
    assert [one["kind"] for one in may_show(client, site, visitor).json()["further"]] == [
        "scale",
        "many",
        "single",
        "call",
    ]
    signed_in, _headers = read(site, "/account/?person=1003")
    assert "Maya Birch" in signed_in
    assert may_show(client, site, signed_in).status_code == 200
    people = Contact.objects.filter(source="birch")
    assert (WebWidget.objects.filter(origins=[site.url]).count(), people.count()) == (1, 5)
    assert all(person.email.endswith(".example") for person in people)


def test_without_a_widget_it_asks_nobody(site):
    text, _headers = read(site, "/account/")

    assert "No widget" in text
    assert "script" not in text


def test_other_pages_and_other_hosts_are_not_served(site):
    for request in (site.url + "/shop.json", urllib.request.Request(site.url, headers={"Host": "evil.example"})):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=5)
