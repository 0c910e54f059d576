"""What a page does not ask it does not heed: nothing is refused for a filter that nobody can see there."""

import pytest
from django.urls import reverse

from tests.analytics.answers import answer

pytestmark = pytest.mark.django_db

# More than a year cannot be compared with the year before, and more than two years have no chart by week.
TOO_LONG = "?period=own&start=2020-01-01"


@pytest.mark.parametrize(
    ("page", "unused"),
    [
        ("why", "by=week"),
        ("fair", "by=week&compare=year"),
        ("fair", "by=fortnight"),
        ("topics", "compare=year"),
        ("answers", "by=week&compare=year"),
        ("answers", "by=fortnight"),
        ("crossed", "by=week&compare=year"),
        ("trend", "by=week&compare=year"),
        ("trend", "by=fortnight"),
        ("silence", "by=week&compare=year"),
        ("silence", "origin=nowhere"),
        ("planner", "by=week&compare=year"),
        ("integrity", "by=week&compare=year"),
        ("integrity", "origin=nowhere"),
        ("money", "by=week"),
        ("mine", "compare=year&manager=0"),
        ("casework", "by=week&compare=year"),
        ("recovery", "by=week&compare=year"),
    ],
)
def test_what_a_page_does_not_ask_is_not_heeded(client, ceo, version, page, unused):
    answer(version, [9])
    client.force_login(ceo)

    response = client.get(f"{reverse(page)}{TOO_LONG}&{unused}")

    assert response.status_code == 200
    for name in (each.split("=")[0] for each in unused.split("&")):
        assert f'id="filter-{name}"' not in response.content.decode()


@pytest.mark.parametrize(("page", "asked"), [("dashboard", "by=week"), ("why", "compare=year"), ("topics", "by=week")])
def test_what_it_asks_is_refused_with_a_word_where_it_makes_no_sense(client, ceo, page, asked):
    client.force_login(ceo)

    response = client.get(f"{reverse(page)}{TOO_LONG}&{asked}")

    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.content.decode()
