"""The site of the docs: fits its window, passes axe, asks no other host for anything, and finds what one looks for."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, fits, violations


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(docs_site):
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(docs_site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def open_docs(browser, address):
    """Return a function that opens a page of the site; a request to another host or an error fails the test."""
    contexts, troubles = [], []

    def open_docs(name, viewport, scheme):
        contexts.append(
            browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce", locale="en")
        )
        page = contexts[-1].new_page()
        page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith((address, "data:", "blob:")) or troubles.append(request.url),
        )
        page.goto(f"{address}/{name}")
        return page

    yield open_docs
    for context in contexts:
        context.close()
    assert troubles == []


def serious(page):
    found = violations(page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    return [
        (fault["id"], fault["nodes"][0]["target"])
        for fault in found.response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
@pytest.mark.parametrize(
    "name", ["index.html", "users/agents.html", "api.html", "statistics.html", "customers/uk.html"]
)
def test_a_page_fits_its_window_and_passes_axe(open_docs, name, viewport, scheme):
    page = open_docs(name, viewport, scheme)

    assert fits(page)
    assert serious(page) == []


@pytest.mark.parametrize(
    ("viewport", "words", "name"),
    [(DESKTOP, "idempotency", "api"), (PHONE, "idempotency", "api"), (DESKTOP, "нагадування", "customers/uk")],
)
def test_search_finds_a_part_of_a_page(open_docs, viewport, words, name):
    page = open_docs("index.html", viewport, "light")
    if viewport is PHONE:
        page.locator("label.md-header__button[for=__search]").click()

    # The site listens to keys that are released, not to what a field holds.
    page.get_by_role("textbox", name="Search").press_sequentially(words)
    found = page.locator(".md-search-result__link").first
    found.wait_for()
    assert serious(page) == []
    found.click()

    page.wait_for_url(f"**/{name}.html*")


def test_on_a_phone_the_navigation_opens_and_leads_on(open_docs):
    page = open_docs("index.html", PHONE, "light")

    page.locator("label.md-header__button[for=__drawer]").click()
    page.get_by_text("By what you do", exact=True).locator("visible=true").first.click()
    page.get_by_role("link", name="Managers", exact=True).click()

    page.wait_for_url("**/users/managers.html")
    page.get_by_role("heading", name="For managers: the dashboard").wait_for()
