"""A promoter is asked for three things, agrees to be quoted and takes it back: by phone, at night, without scripts."""

import pytest
from playwright.sync_api import expect

from followups.models import QuotePolicy, ReferralProgramme, Testimonial
from followups.referrals import thanks
from followups.testimonials import question
from responses.page import offers
from surveys.models import ReviewLink
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import InvitationFactory


@pytest.fixture
def invitation(transactional_db):
    invitation = InvitationFactory(contact__first_name="Ona", contact__last_name="Petraitė", language="uk")
    brand = invitation.brand
    brand.privacy_url, brand.imprint_url = "https://alder.example/privacy", "https://alder.example/imprint"
    brand.save()
    ReviewLink.objects.create(brand=brand, name="Google", url="https://g.page/r/abc/review")
    QuotePolicy.objects.create(brand=brand, tiers=["good"])
    ReferralProgramme.objects.create(brand=brand, is_active=True, texts={"uk": {"reward": "Знижка 20 €."}})
    for kept in (offers, question, thanks):
        kept.forget()
    return invitation


@pytest.mark.parametrize(
    ("viewport", "scheme", "javascript"),
    [(PHONE, "light", True), (DESKTOP, "dark", True), (PHONE, "light", False)],
    ids=["phone", "screen at night", "phone without scripts"],
)
def test_a_promoter_is_asked_three_things_agrees_to_one_and_takes_it_back(
    open_page, assert_accessible, invitation, viewport, scheme, javascript
):
    page = open_page(
        f"{invitation.path}?score=10", viewport=viewport, scheme=scheme, javascript=javascript, locale="uk"
    )

    def press(button):
        page.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine
        button.click()

    def look(heading):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert page.context.cookies() == []
        if javascript:
            assert_accessible(page)
            assert fits(page)

    press(page.locator(".send"))
    page.get_by_role("textbox").fill("Дуже міцні столи.")
    press(page.get_by_role("button", name="Надіслати", exact=True))
    look("Можна вас процитувати?")
    expect(page.get_by_role("link", name="Google")).to_be_visible()
    expect(page.get_by_role("link", name="Отримати моє посилання")).to_be_visible()

    page.get_by_role("radio", name="Без мого імені").check()
    press(page.get_by_role("button", name="Так, можна мене цитувати"))
    look("Дякуємо: ми можемо вас цитувати")
    assert Testimonial.objects.get().name_shown == "none"

    press(page.get_by_role("button", name="Більше мене не цитуйте"))
    look("Вас більше не цитують")
    assert not Testimonial.objects.standing().exists()
