"""A real browser (Debian's Chromium) against a real server. Every page is opened through `open_page`."""

import os
import shutil

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect, sync_playwright

from tests.factories import UserFactory

# Playwright's event loop lives in this thread; Django's guard would refuse every query of the test itself.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# What a person's browser says; a headless one says so and is taken for a robot.
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passes is left in the browser: it takes longer to bring over than to find.
VIOLATIONS = "(options) => axe.run(document, options).then(({ violations }) => ({ violations }))"


# Milliseconds until something that should come counts as missing. A machine at work on something else is no fault.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def ceo(transactional_db):
    """Sees everything."""
    return UserFactory(email="ceo@plumb.example", name="Ceo", is_superuser=True)


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("There is no Chromium: apt-get install chromium-headless-shell, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser, live_server, transactional_db):
    """Return a function that opens a path as a person would and gives the Playwright page.

    Any request to another host and any error in the browser's console fails the test.
    """
    contexts, troubles = [], []

    def open_page(path, *, user=None, viewport=DESKTOP, scheme="light", javascript=True, locale="en"):
        context = browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            java_script_enabled=javascript,
            locale=locale,
            user_agent=PERSON,
            has_touch=viewport is PHONE,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((live_server.url, "data:", "about:", "blob:"))
                or troubles.append(f"request to {request.url}")
            ),
        )
        page.goto(live_server.url + path)
        if javascript:
            # What comes after the page moves what stands below it, also from under a click.
            expect(page.locator('[hx-trigger="load"]')).to_have_count(0)
        return page

    open_page.troubles = troubles
    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def session_of(user):
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def fits(page):
    """Whether nothing of a page is wider than its window. A page still on its way (after a click) is waited for."""
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def violations(page, rules):
    """What axe finds wrong with a page by these sets of its rules."""
    page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(VIOLATIONS, {"runOnly": rules, "resultTypes": ["violations"]}))


@pytest.fixture
def assert_accessible():
    def check(page):
        page.wait_for_load_state()
        found = violations(page, RULES)
        assert found.violations_count == 0, found.generate_report()

    return check
