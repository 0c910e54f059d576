"""On a narrow screen the bar of the pages of numbers shows where the reader is."""

import pytest

from tests.e2e.conftest import PHONE

WITHIN = """(tab) => {
  const own = tab.getBoundingClientRect(), bar = tab.parentElement.getBoundingClientRect();
  return own.left >= bar.left && own.right <= bar.right;
}"""


@pytest.mark.parametrize("address", ["/dashboard/", "/dashboard/fair/", "/dashboard/alarms/"])
def test_the_page_of_the_reader_is_in_sight_in_the_bar(open_page, ceo, address):
    page = open_page(address, user=ceo, viewport=PHONE)

    here = page.locator("[data-tabs] [aria-current=page]")

    page.wait_for_function(WITHIN, arg=here.element_handle(), timeout=3000)
    assert page.evaluate("scrollY") == 0
