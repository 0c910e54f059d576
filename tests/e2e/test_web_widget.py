"""A widget in a page of another site, under the strictest policy that it can have, and in a page without one."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from accounts.models import Brand
from responses.models import Response, ResponseTopic, Topic, WebWidget
from responses.page import offers
from responses.widgets import known
from surveys.models import Invitation, ReviewLink
from tests.e2e.conftest import DESKTOP, PATIENCE, PERSON, PHONE, RULES, VIOLATIONS, fits
from tests.factories import ContactFactory, WebWidgetFactory
from tests.responses.widgets.conftest import token

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{script}</head>
<body><main><h1>Shop</h1><p><a href="#orders">Orders</a></p>{place}<p class="far">The end.</p></main></body></html>"""


class Site:
    """A site of somebody else, on a host and a port of its own; `policy` is its Content Security Policy."""

    def __init__(self, plumb):
        self.plumb, self.widget, self.tag, self.place, self.tall = plumb, None, {}, "", ""
        site = self

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self):
                body = site.page().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_details):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def policy(self):
        return (
            f"default-src 'none'; script-src {self.plumb}; connect-src {self.plumb}; style-src 'none'; img-src 'none';"
            " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
            " trusted-types 'none'"
        )

    def page(self):
        if self.widget is None:
            return PAGE.format(script="", place="")
        attributes = "".join(f' data-{name}="{value}"' for name, value in self.tag.items())
        script = f'<script async src="{self.plumb}/w/plumb.js" data-key="{self.widget.key}"{attributes}></script>'
        return PAGE.format(script=script, place=self.place)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site(live_server, transactional_db):
    running = Site(live_server.url)
    yield running
    running.stop()


@pytest.fixture
def widget(site, transactional_db):
    for position, (slug, name, uk) in enumerate([("price", "Price", "Ціна"), ("waiting", "Waiting", "Очікування")]):
        Topic.objects.get_or_create(slug=slug, defaults={"names": {"en": name, "uk": uk}, "position": position})
    offers.forget()
    known.forget()
    site.widget = WebWidgetFactory(origins=[site.url])
    return site.widget


@pytest.fixture
def visit(browser, site, live_server):
    """Return a function that opens a page of the site as a person; errors and strange requests fail the test."""
    contexts, troubles = [], []

    def visit(path="/", *, viewport=PHONE, scheme="light", locale="en", at=None, **more):
        context = browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            locale=locale,
            user_agent=PERSON,
            has_touch=viewport is PHONE,
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: message.type in ("error", "warning") and troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith((live_server.url, site.url)) or troubles.append(request.url),
        )
        page.goto((at or site.url) + path)
        return page

    visit.troubles = troubles
    yield visit
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert [one for one in troubles if "favicon" not in one] == []


def change(widget, **fields):
    type(widget).objects.filter(pk=widget.pk).update(**fields)
    known.forget()


def wait_for(page, check):
    for _try in range(100):
        if found := check():
            return found
        page.wait_for_timeout(100)
    return check()


def tap(box, score):
    box.locator(f"input[value='{score}']").click()


def faults(page, site):
    """Return what axe finds; it is brought in through the browser, past the policy of the page."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(VIOLATIONS, {"runOnly": {"type": "tag", "values": RULES}})["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def test_a_visitor_answers_in_a_page_of_another_site(visit, widget, site):
    page = visit()
    dialog = page.get_by_role("dialog")

    expect(dialog).to_be_visible()
    assert fits(page)
    assert page.evaluate("document.activeElement === document.body")
    tap(dialog, 3)
    expect(dialog.get_by_role("heading")).to_be_focused()
    dialog.get_by_label("Price").click()
    dialog.get_by_label("In your own words").fill("Too dear")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("button", name="Change my answer")).to_be_visible()

    said = wait_for(page, lambda: Response.objects.filter(finished_at__isnull=False).first())
    assert (said.score, said.comment, said.is_provisional, said.suspicion) == (3, "Too dear", False, [])
    assert list(ResponseTopic.objects.filter(response=said).values_list("topic__slug", flat=True)) == ["price"]
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)

    page.reload()
    page.wait_for_timeout(1000)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_it_is_answered_by_keys_alone(visit, widget):
    page = visit(viewport=DESKTOP)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()

    for _key in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.querySelector('[data-floats]').shadowRoot.activeElement?.type") == "radio":
            break
    page.keyboard.press("Space")
    for _step in range(8):
        page.keyboard.press("ArrowRight")
    assert not Response.objects.exists()
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Your score is saved.")).to_be_visible()
    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    assert Response.objects.get().score == 8


def test_whoever_is_signed_in_is_asked_once_on_all_devices(visit, widget, site):
    contact = ContactFactory(external_id="7")
    site.tag = {"token": token("7")}

    dialog = visit().get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert Invitation.objects.get().contact == contact
    tap(dialog, 10)
    expect(dialog.get_by_label("In your own words")).to_be_visible()

    other = visit(viewport=DESKTOP)
    other.wait_for_timeout(1500)
    expect(other.get_by_role("dialog")).to_have_count(0)
    assert Response.objects.get().contact == contact


def test_a_button_opens_it_and_gets_the_focus_back(visit, widget):
    change(widget, shape="button")
    page = visit(viewport=DESKTOP)
    button = page.get_by_role("button", name="Feedback")

    button.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_be_focused()
    expect(button).to_be_hidden()
    page.keyboard.press("Escape")

    expect(button).to_be_focused()
    button.click()
    expect(dialog).to_be_visible()


def test_a_part_of_the_page_stays_where_it_stands(visit, widget, site):
    change(widget, shape="inline")
    site.place = f'<div data-plumb="{widget.key}"></div>'
    page = visit()
    region = page.get_by_role("region")

    expect(region).to_be_visible()
    assert page.locator("main [data-inline]").count() == 1
    tap(region, 9)
    expect(region.get_by_label("In your own words")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_and_use_it(visit, widget, site, viewport, scheme):
    ReviewLink.objects.create(brand=widget.survey.brand, name="Maps", url="https://maps.example/shop")
    offers.forget()
    Brand.objects.update(privacy_url="https://shop.example/privacy")
    known.forget()
    page = visit(viewport=viewport, scheme=scheme, bypass_csp=True)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert faults(page, site) == []

    tap(dialog, 9)
    expect(dialog.get_by_label("In your own words")).to_be_visible()
    assert faults(page, site) == []
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("link", name="Maps")).to_be_visible()
    assert faults(page, site) == []
    assert fits(page)


def test_it_speaks_the_language_of_the_page(visit, widget, site):
    site.tag = {"language": "uk"}

    page = visit()

    expect(page.get_by_role("dialog")).to_contain_text("Наскільки ймовірно")
    assert page.locator("[data-floats]").get_attribute("lang") == "uk"


def test_it_waits_for_its_rules(visit, widget):
    change(widget, events=["order_done"], paths=["/orders/*", "!/orders/new"])
    page = visit("/orders/new")
    page.evaluate("plumb('event', 'order_done')")
    page.wait_for_timeout(700)
    expect(page.get_by_role("dialog")).to_have_count(0)

    page = visit("/orders/7")
    page.wait_for_timeout(700)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("plumb('event', 'order_done')")

    expect(page.get_by_role("dialog")).to_be_visible()


def test_nothing_is_fetched_beyond_the_rules_before_it_is_shown(visit, widget):
    change(widget, events=["never"])
    asked = []
    page = visit("/")
    page.on("request", lambda request: asked.append(request.url.rpartition("/w/")[2].partition("?")[0]))
    page.reload()
    page.wait_for_timeout(1000)

    assert [name.replace(widget.key, "key") for name in asked if "http" not in name] == ["plumb.js", "key/rules/"]


def test_a_site_that_is_not_listed_gets_nothing(visit, widget):
    change(widget, origins=["https://shop.example"])
    page = visit()
    page.wait_for_timeout(1000)

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert any("CORS" in one for one in visit.troubles)
    visit.troubles.clear()


def test_what_could_not_be_sent_is_sent_again(visit, widget):
    page = visit()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.context.set_offline(True)
    tap(dialog, 6)
    expect(dialog.get_by_role("alert")).to_contain_text("could not be sent")

    page.context.set_offline(False)
    dialog.get_by_role("button", name="Send").click()

    expect(dialog.get_by_label("In your own words")).to_be_visible()
    assert Response.objects.get().score == 6
    visit.troubles.clear()


def test_the_administrator_copies_what_the_site_needs(open_page, ceo, widget):
    page = open_page(f"/admin/responses/webwidget/{widget.pk}/change/", user=ceo)

    expect(page.get_by_text(f'data-key="{widget.key}"').first).to_be_visible()
    page.get_by_role("button", name="New secret for tokens").click()
    secret = page.get_by_label("Secret").input_value()

    assert WebWidget.objects.get().secret == secret
