"""On a narrow screen each bar of pages shows where the reader is."""

import pytest

from tests.e2e.conftest import PHONE

WITHIN = """(tab) => {
  const own = tab.getBoundingClientRect(), bar = tab.parentElement.getBoundingClientRect();
  return own.left >= bar.left && own.right <= bar.right;
}"""


@pytest.mark.parametrize("address", ["/dashboard/", "/dashboard/fair/", "/dashboard/alarms/", "/contacts/"])
def test_the_page_of_the_reader_is_in_sight_in_the_bar(open_page, ceo, address):
    page = open_page(address, user=ceo, viewport=PHONE)

    bars = page.locator("[data-tabs] [aria-current=page]").element_handles()

    assert len(bars) == 2
    for here in bars:
        page.wait_for_function(WITHIN, arg=here)
    assert page.evaluate("scrollY") == 0
