"""Every request leaves one line that says who did what, and nothing by which anybody could get in."""

import pytest
from django.urls import reverse

from nps_project import request_log
from tests.crm.conftest import client_of
from tests.factories import InvitationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(monkeypatch):
    found = []
    monkeypatch.setattr(request_log.log, "info", lambda _event, **line: found.append(line), raising=False)
    return found


def test_a_line_says_who_did_what_and_how_it_ended(client, owner, lines):
    client.force_login(owner)

    client.get(reverse("inbox"), REMOTE_ADDR="203.0.113.7")

    (line,) = lines
    assert line.pop("ms") > 0
    assert line == {"method": "GET", "route": "inbox", "status": 200, "address": "203.0.113.7", "user": owner.pk}


def test_another_system_is_named_by_the_number_of_its_key(lines):
    api = client_of()

    api.get("/api/v1/contacts/")

    assert [(line["client_key"], line["status"], "user" in line) for line in lines] == [(api.key.pk, 200, False)]


def test_what_leads_nowhere_or_is_refused_has_a_line_too(client, lines):
    client.get("/no/such/page")
    client.post("/s/x/", b"x" * 200_000, content_type="text/plain")

    assert [(line["route"], line["status"]) for line in lines] == [("", 404), ("", 413)]


def test_customers_are_known_by_their_networks_and_cost_no_query_more(client, lines, django_assert_num_queries):
    invitation = InvitationFactory()
    client.get(invitation.path)

    with django_assert_num_queries(2):
        client.get(invitation.path, REMOTE_ADDR="203.0.113.7")

    assert (lines[-1]["route"], lines[-1]["address"], "user" in lines[-1]) == ("survey", "203.0.113.0/24", False)


@pytest.mark.parametrize(
    "path",
    [
        "/s/x/",
        "/o/x/",
        "/o/confirm/x/",
        "/u/x/",
        "/u/x/offers/",
        "/c/x/",
        "/c/x/d/",
        "/try/x/",
        "/quotes/x/",
        "/recommend/x/",
    ],
)
def test_no_page_of_customers_tells_the_address_of_one(client, lines, path):
    client.get(path, REMOTE_ADDR="203.0.113.7")

    assert lines[-1]["address"] == "203.0.113.0/24"


def test_health_checks_leave_no_line(client, lines):
    client.get("/healthz")
    client.get("/readyz")

    assert lines == []


def test_nothing_is_written_where_that_is_not_wanted(client, settings, lines):
    settings.REQUEST_LOG = False

    client.get("/no/such/page")

    assert lines == []
