"""The list of text gateways and the page of one: what matters is in sight, numbers stand whole, JSON has room."""

import pytest

from accounts import clock
from delivery.media.sms.recipes import RECIPES
from delivery.models import TextGateway
from tests.e2e.conftest import DESKTOP, PHONE, fits

# How many lines each cell with a class takes up.
LINES = """
(selector) => [...document.querySelectorAll(selector)].map((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
})
"""
WORDS_CUT = """
[...document.querySelectorAll("#result_list thead th:not(.action-checkbox-column)")].filter((head) => {
  const words = head.innerText.trim().split(/\\s+/);
  const walker = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const match of walker.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, match.index);
      range.setEnd(walker.currentNode, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) return true;
    }
  }
  return false;
}).map((head) => head.innerText)
"""


@pytest.fixture
def gateway(transactional_db):
    known = {"provider": "twilio", "account": "AC1", "sender": "+15005550006", "secret": "s", "price": "0.0350"}
    gateway = TextGateway.objects.create(name="Caught texts of the company", **known)
    gateway.mark_working(at=clock.now())
    gateway.mark_failed("Twilio answered: 401 20003 Authenticate: the account was closed by its owner", at=clock.now())
    TextGateway.objects.create(
        name="AlphaSMS", provider="generic", sender="ALDER", secret="s", settings=dict(RECIPES["alphasms"].settings)
    )
    return gateway


def test_numbers_and_headers_of_the_list_stand_whole(open_page, administrator, gateway):
    page = open_page("/admin/delivery/textgateway/", user=administrator, viewport=DESKTOP)

    assert page.evaluate(LINES, ".field-sender") == [1, 1]
    assert page.evaluate(WORDS_CUT) == []
    assert fits(page)


def test_a_phone_shows_at_once_whether_a_gateway_works(open_page, administrator, gateway):
    page = open_page("/admin/delivery/textgateway/", user=administrator, viewport=PHONE)

    ends = page.locator(".field-is_active, .field-error").evaluate_all(
        "cells => cells.map((cell) => cell.getBoundingClientRect().right)"
    )
    assert len(ends) == 4
    assert max(ends) <= PHONE["width"]


@pytest.mark.parametrize(("viewport", "width"), [(DESKTOP, 700), (PHONE, 250)], ids=["desktop", "phone"])
def test_a_description_has_room(open_page, administrator, gateway, viewport, width):
    described = TextGateway.objects.get(provider="generic")
    page = open_page(f"/admin/delivery/textgateway/{described.pk}/change/", user=administrator, viewport=viewport)
    page.locator("summary", has_text="Another provider").click()

    area = page.locator("#id_settings")
    assert area.bounding_box()["width"] >= width
    assert "monospace" in area.evaluate("area => getComputedStyle(area).fontFamily")
    assert fits(page)
