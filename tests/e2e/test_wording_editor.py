"""A wording is written in a browser: what customers see follows what is typed, and everything works without scripts."""

import re

import pytest
from playwright.sync_api import expect

from surveys.models import SurveyVersion
from surveys.services import draft_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import SurveyVersionFactory


@pytest.fixture
def draft(transactional_db):
    return draft_of(SurveyVersionFactory(number=1).survey)


def editor(draft):
    return f"/admin/surveys/surveyversion/{draft.pk}/change/"


def seen(page):
    """The letter or page beside the form: the newest frame, where one is being drawn."""
    return page.frame_locator(".writing__frame iframe >> nth=-1").locator("body")


def texts_of(draft):
    return SurveyVersion.objects.get(pk=draft.pk).texts


def test_the_preview_follows_what_is_typed_and_the_way_back_stays(open_page, draft, administrator):
    page = open_page(editor(draft), user=administrator)
    pages = page.evaluate("history.length")

    page.get_by_label("E-mail: greeting").fill("Dear ")
    page.get_by_role("button", name="{name}", exact=True).click()

    expect(seen(page)).to_contain_text("Dear Robin")
    expect(page.locator(".writing__frame iframe")).to_have_count(1)
    page.get_by_label("Plain text").check()
    expect(seen(page)).to_contain_text("Dear Robin")
    expect(seen(page)).to_contain_text("Unsubscribe:")
    assert page.evaluate("history.length") == pages
    assert texts_of(draft)["en"]["email_greeting"] != "Dear {name}"


def test_going_on_keeps_what_was_written_and_the_page_after_each_score_is_seen(open_page, draft, administrator):
    page = open_page(editor(draft), user=administrator)
    page.get_by_label("E-mail: button").fill("Rate us")

    page.get_by_role("button", name="After the score").click()
    page.wait_for_url(re.compile("part=why"))

    assert texts_of(draft)["en"]["email_button"] == "Rate us"
    page.get_by_role("textbox", name="Question after 9–10").fill("What was best?")
    page.get_by_label("Score", exact=True).select_option("good")
    expect(seen(page)).to_contain_text("What was best?")


def test_a_wording_is_written_and_published_without_scripts_on_a_phone(open_page, draft, administrator):
    page = open_page(editor(draft), user=administrator, viewport=PHONE, javascript=False)
    page.get_by_label("E-mail: text").fill("How did it go, {brand}?")
    page.get_by_role("button", name="Update the preview").click()
    expect(seen(page)).to_contain_text("How did it go,")

    page.get_by_role("button", name="Save, then: The question").click()
    page.get_by_label("What 0 means").fill("")
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_role("link", name="English · The question · What 0 means").click()
    page.get_by_label("What 0 means").fill("Never")
    page.get_by_label("What is new in it").fill("Shorter")
    page.get_by_role("button", name="Save and publish").click()

    expect(page.locator(".messagelist")).to_contain_text("New invitations use this wording from now on.")
    kept = SurveyVersion.objects.get(pk=draft.pk)
    assert kept.is_published
    assert (kept.note, kept.texts["en"]["low_label"]) == ("Shorter", "Never")
    assert kept.texts["en"]["email_body"] == "How did it go, {brand}?"


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
@pytest.mark.parametrize("part", ["question", "thank-you", "text"])
def test_it_fits_and_is_accessible(open_page, assert_accessible, draft, administrator, viewport, scheme, part):
    page = open_page(f"{editor(draft)}?language=uk&part={part}", user=administrator, viewport=viewport, scheme=scheme)

    assert fits(page)
    ours = list(open_page.troubles)
    assert_accessible(page)
    open_page.troubles[:] = ours


def test_who_leaves_is_asked_before_what_they_wrote_is_lost(open_page, draft, administrator):
    page = open_page(editor(draft), user=administrator)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.get_by_role("link", name="History").click()
    page.wait_for_url("**/history/")
    page.go_back()
    page.get_by_label("E-mail: greeting").fill("Dear {name}")
    page.get_by_role("link", name="History").click()

    expect(page.get_by_label("E-mail: greeting")).to_have_value("Dear {name}")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert texts_of(draft)["en"]["email_greeting"] == "Dear {name}"
    assert asked == ["beforeunload"]


def test_what_was_refused_is_seen_as_it_is_typed(open_page, draft, administrator):
    page = open_page(editor(draft), user=administrator)
    page.get_by_label("E-mail: greeting").fill("Dear {nobody}, wait")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Nothing fills this in: nobody")).to_be_visible()
    expect(seen(page)).to_contain_text("Dear , wait")


def test_the_preview_never_lies_over_what_comes_below(open_page, draft, administrator):
    page = open_page(editor(draft), user=administrator, viewport=DESKTOP)
    page.get_by_label("E-mail: text").fill("Words, words. " * 60)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    preview, below = (page.locator(f".writing__{part}").bounding_box() for part in ("preview", "publishing"))
    look = page.locator(".writing__frame").bounding_box()

    assert preview["y"] + preview["height"] <= below["y"]
    assert look["y"] + look["height"] <= below["y"]


def test_what_a_text_message_takes_follows_what_is_typed(open_page, draft, administrator):
    page = open_page(f"{editor(draft)}?language=lt&part=text", user=administrator, viewport=PHONE)
    told = page.get_by_role("status").filter(has_text="Paid parts").first

    page.get_by_label("Text message: invitation").fill("Aciu! {link}")
    expect(told).to_contain_text("Paid parts: 1 ")
    expect(told).to_contain_text("GSM-7")
    expect(told).not_to_contain_text("Because of")
    page.get_by_label("Text message: invitation").fill("Ačiū! {link} " + "labai " * 12)

    expect(told).to_contain_text("Paid parts: 2 ")
    expect(told).to_contain_text("Because of: č ū")
    expect(seen(page).locator(".bubble").first).to_contain_text("Ačiū! http")
    assert texts_of(draft)["lt"]["sms_body"] != "Aciu! {link}"
