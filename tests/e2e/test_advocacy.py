"""Customers agree to be quoted and friends become leads in a browser: without scripts, on a phone, in Ukrainian."""

import pytest
from playwright.sync_api import expect

from followups.models import QuotePolicy, Referral, ReferralProgramme, Testimonial
from followups.referrals import codes, inviting
from followups.testimonials import asking
from responses.page import offers
from surveys.models import ReviewLink
from tests.e2e.conftest import DESKTOP, PHONE
from tests.factories import InvitationFactory


@pytest.fixture
def invitation(transactional_db):
    invitation = InvitationFactory(contact__first_name="Ona", contact__last_name="Petraitė", language="uk")
    brand = invitation.brand
    brand.privacy_url, brand.imprint_url = "https://alder.example/privacy", "https://alder.example/imprint"
    brand.save()
    ReviewLink.objects.create(brand=brand, name="Google", url="https://g.page/r/abc/review")
    QuotePolicy.objects.create(brand=brand, tiers=["good"])
    ReferralProgramme.objects.create(brand=brand, is_active=True)
    for kept in (offers, asking, inviting):
        kept.forget()
    return invitation


@pytest.mark.parametrize(
    ("viewport", "scheme", "javascript"),
    [(PHONE, "light", True), (PHONE, "dark", False), (DESKTOP, "light", False)],
    ids=["phone", "phone without scripts", "screen without scripts"],
)
def test_a_promoter_agrees_and_takes_it_back(open_page, assert_accessible, invitation, viewport, scheme, javascript):
    page = open_page(
        f"{invitation.path}?score=10", viewport=viewport, scheme=scheme, javascript=javascript, locale="uk"
    )

    def press(name):
        page.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine
        page.get_by_role("button", name=name, exact=False).first.click()

    press("Надіслати")
    page.locator("#comment").fill("Дуже міцні столи.")
    press("Надіслати")
    expect(page.get_by_role("heading", name="Можна вас процитувати?")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("radio", name="Без мого імені").check()
    press("Так, можна мене цитувати")
    expect(page.get_by_role("heading", level=1)).to_have_text("Дякуємо: ми можемо вас цитувати")
    assert_accessible(page)
    assert Testimonial.objects.get().name_shown == "none"

    press("Більше мене не цитуйте")
    expect(page.get_by_role("heading", level=1)).to_have_text("Вас більше не цитують")
    assert not Testimonial.objects.standing().exists()
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("viewport", "javascript"), [(PHONE, True), (PHONE, False), (DESKTOP, False)], ids=["phone", "no scripts", "screen"]
)
def test_a_promoter_takes_a_link_and_a_friend_becomes_a_lead(
    open_page, assert_accessible, invitation, viewport, javascript
):
    own = open_page(f"/recommend/mine/{invitation.token}/", viewport=viewport, javascript=javascript, locale="uk")
    assert_accessible(own)
    own.wait_for_timeout(1100)
    own.get_by_role("button", name="Отримати моє посилання").click()
    code = codes.ReferralCode.objects.get()
    expect(own.get_by_text(str(code))).to_be_visible()
    assert_accessible(own)

    friend = open_page(f"/recommend/{code.code}/", viewport=viewport, javascript=javascript, locale="uk")
    expect(friend.get_by_role("heading", level=1)).to_contain_text("Ona рекомендує")
    assert_accessible(friend)
    friend.get_by_label("Ваше ім’я").fill("Jonas Jonaitis")
    friend.get_by_label("Ваша електронна адреса").fill("jonas@friend.example")
    friend.get_by_role("checkbox").check()
    friend.get_by_role("button", name="Розкажіть більше").click()
    expect(friend.get_by_role("heading", level=1)).to_have_text("Дякуємо")
    assert_accessible(friend)
    assert Referral.objects.get().contact.email == "jonas@friend.example"
    assert friend.context.cookies() == []
