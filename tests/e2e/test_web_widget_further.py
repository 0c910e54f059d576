"""Further questions in a widget: seen by everybody, said by taps or by keys alone, and the last tap wins."""

import pytest
from playwright.sync_api import expect

from responses.models import FurtherAnswer, Response
from responses.widgets import known
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.e2e.test_web_widget import faults, site, tap, visit, wait_for  # noqa: F401 fixtures
from tests.factories import WebWidgetFactory
from tests.responses.further.asked import version


@pytest.fixture
def widget(site, transactional_db):  # noqa: F811
    known.forget()
    site.widget = WebWidgetFactory(version=version(), origins=[site.url])
    return site.widget


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.standing()}


def mend(dialog):
    return dialog.get_by_role("group", name="What should we mend?")


def asked(page, score):
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    tap(dialog, score)
    expect(dialog.get_by_role("group", name="How did you hear")).to_be_visible()
    return dialog


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_and_use_them(visit, widget, site, viewport, scheme):  # noqa: F811
    page = visit(viewport=viewport, scheme=scheme, bypass_csp=True)

    dialog = asked(page, 3)

    expect(mend(dialog)).to_be_visible()
    assert faults(page, site) == []
    assert fits(page)


def test_they_are_answered_by_taps(visit, widget):  # noqa: F811
    page = visit()
    dialog = asked(page, 3)
    dialog.get_by_role("radio", name="Friends").click()
    dialog.get_by_role("radio", name="Advertising").click()
    for option in ("Delivery", "Help"):
        mend(dialog).get_by_role("checkbox", name=option).click()
    dialog.get_by_role("radio", name="5, Easy").click()
    dialog.get_by_role("checkbox", name="Yes, please call me").click()
    dialog.get_by_label("Phone, and when").fill("+370 600 00000")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("button", name="Send")).to_have_count(0)

    every = {
        "single": (["3"], None, ""),
        "many00": (["1", "3"], None, ""),
        "scale0": ([], 5, ""),
        "call00": ([], 1, "+370 600 00000"),
    }
    assert said() == every
    dialog.get_by_role("button", name="Change my answer").click()
    tap(dialog, 9)
    expect(dialog.get_by_label("Anything for")).to_be_visible()
    expect(dialog.get_by_role("radio", name="Advertising")).to_be_checked()
    expect(mend(dialog)).to_have_count(0)
    dialog.get_by_label("Anything for").fill("Thanks")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("button", name="Send")).to_have_count(0)

    del every["many00"]
    assert said() == {**every, "words0": ([], None, "Thanks")}


def test_they_are_answered_by_keys_alone(visit, widget):  # noqa: F811
    page = visit(viewport=DESKTOP)
    dialog = asked(page, 2)
    dialog.get_by_role("radio", name="Friends").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    dialog.get_by_role("radio", name="1, Hard").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("+370 600 00000")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Send")).to_have_count(0)

    assert said() == {
        "single": (["3"], None, ""),
        "many00": (["1"], None, ""),
        "scale0": ([], 2, ""),
        "call00": ([], 1, "+370 600 00000"),
    }


def test_what_was_tapped_is_kept_of_who_walks_away_and_the_last_tap_wins(visit, widget):  # noqa: F811
    page = visit()
    dialog = asked(page, 3)
    late = []

    def hold(route):
        # The first tap is on its way for long.
        late.append(route) if not late else route.continue_()

    page.route("**/answers/", hold)
    mend(dialog).get_by_role("checkbox", name="Delivery").click()
    mend(dialog).get_by_role("checkbox", name="Price").click()
    mend(dialog).get_by_role("checkbox", name="Delivery").click()
    assert wait_for(page, lambda: said().get("many00") == (["2"], None, ""))
    with page.expect_response("**/answers/"):
        late[0].continue_()
    page.wait_for_timeout(300)

    assert said() == {"many00": (["2"], None, "")}
    assert Response.objects.get().finished_at is None


def test_whoever_takes_the_tick_away_again_wants_no_call(visit, widget):  # noqa: F811
    page = visit()
    dialog = asked(page, 3)
    wish = dialog.get_by_role("checkbox", name="Yes, please call me")
    wish.check(force=True)
    dialog.get_by_label("Phone, and when").fill("+370 600 00000")

    wish.uncheck(force=True)
    expect(dialog.get_by_label("Phone, and when")).to_have_value("")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("button", name="Send")).to_have_count(0)

    assert said() == {}
