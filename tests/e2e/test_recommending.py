"""A customer takes a link and a friend becomes a lead: on a phone, in Ukrainian and Lithuanian, without scripts."""

import pytest
from playwright.sync_api import expect

from followups.models import Referral, ReferralCode, ReferralProgramme
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import InvitationFactory

WAYS = pytest.mark.parametrize(
    ("viewport", "scheme", "javascript"),
    [(PHONE, "light", True), (PHONE, "dark", True), (DESKTOP, "dark", True), (PHONE, "light", False)],
    ids=["phone", "phone at night", "screen at night", "phone without scripts"],
)


@pytest.fixture
def invitation(transactional_db):
    invitation = InvitationFactory(contact__first_name="Ona", contact__last_name="Petraitė", language="uk")
    brand = invitation.brand
    brand.privacy_url, brand.imprint_url = "https://alder.example/privacy", "https://alder.example/imprint"
    brand.save()
    ReferralProgramme.objects.create(brand=brand, is_active=True, texts={"uk": {"reward": "Знижка 20 €."}})
    return invitation


@pytest.fixture
def opened(open_page, assert_accessible):
    """Open a page, and give it with what looks at it: no faults of axe, which needs scripts, and nothing cut off."""

    def opened(path, viewport, scheme, javascript):
        page = open_page(path, viewport=viewport, scheme=scheme, javascript=javascript, locale="uk")

        def look(heading):
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
            assert page.context.cookies() == []
            if javascript:
                assert_accessible(page)
                assert fits(page)

        return page, look

    return opened


def press(page, name):
    page.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine
    page.get_by_role("button", name=name, exact=False).first.click()


@WAYS
def test_a_promoter_takes_a_link_and_a_friend_becomes_a_lead(opened, invitation, viewport, scheme, javascript):
    own, look = opened(f"/recommend/mine/{invitation.token}/?language=uk", viewport, scheme, javascript)
    look("Порекомендуйте нас другові")
    press(own, "Отримати моє посилання")
    expect(own.locator(".own-link")).to_be_visible()
    code = ReferralCode.objects.get()
    expect(own.get_by_text(str(code))).to_be_visible()
    look("Порекомендуйте нас другові")

    friend, look = opened(f"/recommend/{code.code}/", viewport, scheme, javascript)
    look("Ona рекомендує")
    friend.get_by_role("button", name="Lietuviškai").click()
    look("Ona rekomenduoja")
    friend.get_by_label("Jūsų vardas").fill("Jonas Jonaitis")
    friend.get_by_label("Jūsų el. pašto adresas").fill("jonas@friend.example")
    friend.get_by_role("checkbox").check()
    friend.locator("#friend button").click()
    look("Ačiū")
    assert Referral.objects.get().contact.email == "jonas@friend.example"
    assert Referral.objects.get().contact.language == "lt"
