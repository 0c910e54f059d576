"""No address that carries the right to open it stands in the log."""

import pytest
from django.urls import URLPattern, get_resolver

from accounts import logs

TOKEN = "AbCdEfGh-1234_5678"


def routes(patterns, before=""):
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from routes(one.url_patterns, route)


WITH_TOKENS = [route for route in routes(get_resolver().url_patterns) if "<str:token>" in route]


@pytest.mark.parametrize("route", WITH_TOKENS)
def test_the_token_of_a_link_is_struck_out_of_every_line(route):
    address = "/" + route.lstrip("^/").replace("<str:token>", TOKEN).replace("<int:person_id>", "7").replace(
        "<int:gateway_id>", "7"
    )

    assert TOKEN not in logs.hide(f"Not Found: {address}")
    assert TOKEN not in logs.hide(f"Forbidden (CSRF cookie not set.): {address}")


def test_there_are_such_links():
    assert len(WITH_TOKENS) > 12
