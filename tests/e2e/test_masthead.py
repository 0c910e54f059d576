"""The way around stands apart from the person at every width, in every language."""

import pytest

from tests.e2e.conftest import fits

WIDTHS = (1024, 1199, 1200)


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_nothing_of_the_masthead_lies_over_anything_else(open_page, assert_accessible, administrator, language):
    administrator.language = language
    administrator.save(update_fields=["language"])
    page = open_page("/me/settings/", user=administrator)

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        assert fits(page), width
        ways = page.locator(".masthead__link").all()
        person = page.locator(".masthead__person").bounding_box()
        nav = page.locator(".masthead__nav").bounding_box()
        assert len(ways) >= 7
        beside = nav["x"] + nav["width"] <= person["x"] + 0.5
        below = nav["y"] >= person["y"] + person["height"] - 0.5
        assert beside or below, width
        assert_accessible(page)
