"""What stays true while follow-ups come one after the other without a new document, and on other keyboards."""

import re

import pytest
from playwright.sync_api import expect

from delivery.models import IncomingLetter
from followups import notices
from followups.models import CustomerLetter, StaffNotice
from followups.notices import Kind, presence
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.e2e.test_notices import later, opened  # noqa: F401 fixture
from tests.e2e.test_station import line  # noqa: F401 fixture
from tests.factories import DealFactory, InvitationFactory

# What the keyboards of Ukraine and Russia write where others have these letters.
CYRILLIC = {"j": "о", "k": "л", "o": "щ", "n": "т", "r": "к"}


def press(page, letter):
    page.evaluate(
        "([key, code]) => (document.activeElement ?? document.body).dispatchEvent("
        "new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }))",
        [CYRILLIC[letter], f"Key{letter.upper()}"],
    )


def test_the_next_follow_up_has_its_own_title_notices_colleagues_and_names(
    open_page, owner, teammate, line, later  # noqa: F811
):  # fmt: skip
    notices.tell(Kind.OVERDUE, line[1])
    notices.tell(Kind.OVERDUE, line[2])
    page = opened(open_page, f"/inbox/{line[0].pk}/?tab=mine", owner)
    expect(page).to_have_title(re.compile(r"^\(2\) Ona"))

    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rasa")
    expect(page.locator("[data-unread]")).to_have_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) Rasa"))
    assert StaffNotice.objects.unread().get().followup == line[2]

    presence.note(line[1].pk, teammate)
    later(page)
    expect(page.locator("[data-here]")).to_have_text("Tomas Teammate is on it now.")
    expect(page).to_have_title(re.compile(r"^\(1\) Rasa"))
    assert presence.is_noted(line[1].pk, owner)

    page.get_by_role("combobox", name="Mention a colleague").press_sequentially("tom")
    page.clock.run_for(500)
    expect(page.get_by_role("listbox").get_by_role("option", name="Tomas Teammate")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ona")
    expect(page).to_have_title(re.compile(r"^\(1\) Ona"))


def test_keys_work_where_other_letters_stand_on_them(open_page, owner, line):  # noqa: F811
    page = open_page("/inbox/?tab=mine", user=owner)

    press(page, "j")
    press(page, "j")
    press(page, "k")
    expect(page.get_by_role("link", name="Ona Petraitė")).to_be_focused()
    press(page, "o")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ona")
    # It is there once its script listens.
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    press(page, "j")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rasa")
    expect(page.locator(".htmx-settling")).to_have_count(0)
    press(page, "n")
    expect(page.get_by_label("What was said or found out")).to_be_focused()


@pytest.fixture
def waiting(owner, line):  # noqa: F811
    """A letter of a customer of the owner's, with everything that a letter may have."""
    contact = line[0].response.contact
    DealFactory(contact=contact, manager=owner)
    files = [
        {"name": "a very long name of a photograph " * 3 + ".png", "type": "image/png", "size": 9, "looks_like": ""}
    ]
    kept = IncomingLetter.objects.create(
        digest=b"1", at=contact.created_at, text="Please call me. " * 20, folded="> Ours", subject="Re: How did we do?",
        from_address="ona.with.a.long.address@shop.example", is_from_elsewhere=True, attachments=files, is_cut=True,
    )  # fmt: skip
    letter = CustomerLetter.objects.create(
        letter=kept, contact=contact, score=9, invitation=InvitationFactory(contact=contact, manager=owner)
    )
    notices.tell_of_letters([letter])
    return letter


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("score", [9, None], ids=["a number", "words"])
def test_letters_and_what_is_told_of_them_are_for_everybody(
    open_page, live_server, assert_accessible, owner, waiting, viewport, scheme, score
):
    CustomerLetter.objects.update(score=score)
    page = open_page("/letters/", user=owner, viewport=viewport, scheme=scheme)

    for path in ("/letters/", "/notices/", "/notices/settings/"):
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((closed) => { closed.open = true; })")
        assert fits(page)
        assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_letter_is_found_from_its_notice_and_seen_to(open_page, owner, waiting, javascript):
    page = open_page("/notices/", user=owner, javascript=javascript)

    page.get_by_role("button", name=re.compile("Open: Ona .* wrote a letter")).click()
    page.get_by_role("button", name="Seen to").click()

    expect(page.get_by_text("No letter waits.")).to_be_visible()
    waiting.refresh_from_db()
    assert waiting.seen_by == owner


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_how_much_is_unread_is_in_sight_on_every_phone(open_page, owner, waiting, language):
    owner.language, owner.name = language, "Олександра Перепелиця-Добровольська"
    owner.save()
    page = open_page("/inbox/", user=owner, viewport=PHONE)

    expect(page.locator("[data-unread]")).to_be_in_viewport(ratio=1)
    assert fits(page)
