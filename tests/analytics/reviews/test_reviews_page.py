from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from followups.letters import thanks
from responses.models import LinkVisit
from surveys.models import ReviewLink
from tests.analytics.answers import NOW, answer, version_of
from tests.analytics.reading import Page, csv_rows
from tests.factories import MessageFactory, TeamFactory

pytestmark = pytest.mark.django_db
AT = NOW - timedelta(days=10)


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('reviews')}?{urlencode({'period': '90d', **query})}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return look


@pytest.fixture
def asked():
    return version_of()


@pytest.fixture
def google(asked):
    return ReviewLink.objects.create(brand=asked.survey.brand, name="Google", url="https://g.page/r/a/review")


def seen(response, *, shown=(), followed=None, verdict="unsure", at=AT, **source):
    return LinkVisit.objects.create(
        invitation=response.invitation,
        at=at,
        method="GET" if followed else "POST",
        reviews_shown=[link.pk for link in shown],
        review_link=followed,
        verdict=verdict,
        **{"network": "203.0.113.0/24", "user_agent": "Chrome", **source},
    )


def rows(client):
    table = csv_rows(client.get(f"{reverse('reviews_csv')}?period=90d"))
    return [(row["place"], row["language"], row["shown"], row["visited"]) for row in table]


def test_each_customer_counts_once_however_often_they_saw_it_or_went_there(look, client, asked, google):
    first, second, third = answer(asked, [9, 3, 8], at=AT)
    for response in (first, first, second):
        seen(response, shown=[google])
    seen(first, followed=google)
    seen(first, followed=google)
    MessageFactory(
        idempotency_key=f"{thanks.KEY}{third.pk}",
        purpose="thanks",
        context={"reviews": [google.pk]},
        sent_at=AT,
        status="sent",
    )
    MessageFactory(idempotency_key=f"{thanks.KEY}{second.pk}", purpose="thanks", context={"reviews": [google.pk]})
    page = look()

    assert rows(client) == [("Google", "en", "3", "1")]
    assert "A visit is not a review" in page.text


def test_machines_and_what_shares_their_network_and_browser_are_nobody(look, client, asked, google):
    first, second, third = answer(asked, [9, 9, 9], at=AT)
    seen(first, followed=google, verdict="machine")
    seen(second, followed=google)
    seen(second, verdict="machine", at=AT + timedelta(minutes=1))
    seen(third, followed=google)
    seen(third, verdict="machine", network="198.51.100.0/24")
    look()

    assert rows(client) == [("Google", "en", "1", "1")]


def test_a_manager_reads_of_the_own_team_only(look, client, asked, google, manager):
    (mine,) = answer(asked, [9], at=AT, team=manager.team)
    (foreign,) = answer(asked, [9], at=AT, team=TeamFactory())
    seen(mine, shown=[google])
    seen(foreign, shown=[google], followed=google)
    look(manager)

    assert rows(client) == [("Google", "en", "1", "0")]


def test_a_share_needs_five_customers_and_a_link_for_some_is_marked(look, asked, google):
    for response in answer(asked, [9] * 4, at=AT):
        seen(response, shown=[google], followed=google)
    assert look().tables["reviews"][1][5] == "–"

    for response in answer(asked, [9] * 4, at=AT):
        seen(response, shown=[google])
    type(google).objects.update(tiers=["good"])
    page = look()
    assert page.tables["reviews"][1][3:6] == ["8", "4", "50.0%22% … 78%"]
    assert "not for everybody" in page.text


def test_without_any_the_page_says_what_to_do(look):
    assert "Review links are set in the administration" in look().text
