"""Whatever stands behind the tabs of customers is found under Customers at the top of the page."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["contacts", "companies", "calls", "paper", "remarks", "remark_new"])
def test_the_masthead_says_where_one_is(client, owner, name):
    client.force_login(owner)

    shown = client.get(reverse(name)).content.decode()

    assert 'href="/contacts/" aria-current="page">Customers</a>' in shown.partition("</header>")[0]


def test_calls_about_a_followup_are_of_the_inbox(client, owner):
    client.force_login(owner)

    head = client.get(reverse("inbox")).content.decode().partition("</header>")[0]

    assert head.count("aria-current") == 1
