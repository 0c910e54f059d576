"""Open links are a sample of their own: in no response rate, in no number about invited customers, one by one."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from tests.conftest import person
from tests.factories import ChannelFactory, InvitationFactory, OpenLinkFactory, SurveyVersionFactory
from tests.responses.open_links.conftest import Device

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return SurveyVersionFactory()


@pytest.fixture
def link(version):
    return OpenLinkFactory(version=version, name="Till 2", place="Vilnius, Gedimino 9", channel=ChannelFactory())


def give(link, *scores):
    for number, score in enumerate(scores):
        Device(link, address=f"198.51.100.{number}").answer(score)


def rows(client, name, **query):
    answer = client.get(reverse(name), query)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_table_counts_each_link_by_itself(client, ceo, version, link):
    other = OpenLinkFactory(version=version, name="Poster")
    OpenLinkFactory(version=version, name="Switched off", is_active=False)
    give(link, 10, 9, 9, 3, 7)
    give(other, 0)
    InvitationFactory(version=version)
    client.force_login(ceo)

    found = rows(client, "open_links_csv")

    assert [(row["link"], row["place"], row["answers"], row["value"]) for row in found] == [
        ("Till 2", "Vilnius, Gedimino 9", "5", "40.0"),
        ("Poster", "", "1", ""),
    ]
    page = client.get(reverse("open_links")).content.decode()
    assert "Vilnius, Gedimino 9" in page
    assert "few answers" in page
    assert "Switched off" not in page


@pytest.mark.parametrize("path", ["dashboard", "topics", "drivers"])
def test_a_page_without_answers_of_the_invited_leads_to_those_of_all(client, ceo, link, path):
    give(link, 10, 9, 9, 3, 7)
    client.force_login(ceo)

    page = client.get(reverse(path)).content.decode()
    other = client.get(reverse(path), {"origin": "any"}).content.decode()

    assert 'href="?origin=any"' in page
    assert 'href="?origin=any"' not in other


def test_what_waits_for_a_person_stands_beside_and_counts_nowhere(client, ceo, version):
    link = OpenLinkFactory(version=version, crowd=1)
    for score in (9, 0):
        Device(link).answer(score)
    client.force_login(ceo)

    (row,) = rows(client, "open_links_csv")

    assert (row["answers"], row["waiting"], row["good"], row["bad"]) == ("1", "1", "1", "0")


def test_the_dashboard_keeps_them_apart(client, show, version, link):
    invited = [InvitationFactory(version=version) for _number in range(10)]
    for invitation in invited[:5]:
        client.post(invitation.path, {"step": "score", "score": "9", "language": "en", "gesture": "touch"})
    give(link, 0, 0, 0, 0, 0)

    of_invited = show("?period=30d").figures
    of_links = show("?period=30d&origin=open_link").figures

    assert (of_invited["value"], of_invited["answers"], of_invited["rate"]) == ("100.0", "5", "50.0%")
    assert (of_links["value"], of_links["answers"]) == ("−100.0", "5")
    assert of_links["rate"] == "–"


def test_answers_are_filtered_by_link(client, ceo, version, link):
    other = OpenLinkFactory(version=version)
    give(link, 10, 3)
    give(other, 7)
    client.force_login(ceo)

    found = rows(client, "answers_csv", link=link.pk)

    assert sorted(row["score"] for row in found) == ["10", "3"]
    assert {(row["open_link"], row["place"], row["origin"]) for row in found} == {
        ("Till 2", "Vilnius, Gedimino 9", "open_link")
    }


def test_the_page_costs_the_same_queries_for_many_links(client, ceo, version):
    client.force_login(ceo)
    give(OpenLinkFactory(version=version), 9)
    client.get(reverse("open_links"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("open_links"))
    for _number in range(3):
        give(OpenLinkFactory(version=version), 9, 3)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("open_links"))

    assert len(many) == len(few)


def test_a_manager_sees_what_came_in_for_their_team(client, version, team, link):
    manager = person(roles.MANAGERS, team=team)
    own = OpenLinkFactory(version=version, name="Ours", team=team)
    give(link, 9)
    give(own, 8)
    client.force_login(manager)

    assert [row["link"] for row in rows(client, "open_links_csv")] == ["Ours"]
