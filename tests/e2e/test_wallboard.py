from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from analytics.models import Wallboard
from tests.analytics.answers import answer, scores, version_of
from tests.e2e.conftest import PHONE, fits
from tests.factories import UserFactory

TV = {"width": 1920, "height": 1080}


def answered(given):
    answer(version_of(), given, at=clock.now() - timedelta(hours=1))


@pytest.fixture
def board(transactional_db):
    answered(scores(60, 20, 20))
    made = Wallboard(name="Lobby", made_by=UserFactory(is_superuser=True))
    made.token = made.draw_token()
    made.save()
    return made


@pytest.mark.parametrize("viewport", [TV, PHONE], ids=["television", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wallboard_fits_its_screen(open_page, assert_accessible, board, viewport, scheme):
    page = open_page(f"/wall/{board.token}/", viewport=viewport, scheme=scheme)

    expect(page.locator("[data-value]")).to_have_text("40.0")
    assert fits(page)
    if viewport is TV:
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert_accessible(page)


def test_it_reads_itself_anew_and_shows_that_it_was_revoked(open_page, board):
    page = open_page(f"/wall/{board.token}/")
    page.clock.install()
    page.reload()
    answered(scores(100))

    page.clock.run_for("05:01")
    page.locator("[data-answers='200']").wait_for()
    board.revoke(by=board.made_by, at=board.made_at)
    # A browser tells of an address that is not found.
    open_page.troubles.clear()
    page.clock.run_for("05:01")
    page.get_by_role("heading", name="No wallboard").wait_for()
    open_page.troubles.clear()


def test_it_is_whole_without_scripts(open_page, board):
    page = open_page(f"/wall/{board.token}/", javascript=False)

    expect(page.locator("[data-value]")).to_have_text("40.0")
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "300"
