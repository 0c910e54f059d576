import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from responses.models import Introduction, Response, Topic
from responses.page import offers
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import BrandFactory, ContactFactory, OpenLinkFactory, SurveyFactory, SurveyVersionFactory
from tests.responses.open_links.conftest import Device

SCHEMES = ["light", "dark"]


@pytest.fixture
def link(transactional_db):
    for position, (slug, name) in enumerate([("price", "Price"), ("delivery", "Delivery")]):
        Topic.objects.get_or_create(slug=slug, defaults={"names": {"en": name}, "position": position})
    offers.forget()
    return OpenLinkFactory()


def radio(page, score):
    return page.get_by_role("radio", name=str(score), exact=score not in (0, 10))


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_who_comes_by_answers_and_says_who_they_are(open_page, assert_accessible, link, javascript, viewport):
    page = open_page(link.path, viewport=viewport, javascript=javascript)
    radio(page, 3).click()
    if not javascript:
        page.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine
    page.get_by_role("button", name="Send my").click()
    page.get_by_label("In your own words").fill("Cold soup")
    assert fits(page)
    if not javascript:
        page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.get_by_role("heading", name="May we get back to you?")).to_be_visible()
    assert fits(page)
    page.get_by_label("Your e-mail address").fill("ona")
    page.get_by_role("button", name="Leave my details").click()
    if javascript:
        # The browser says itself what is wrong; the page says it too where it is asked.
        page.locator("#introduction").evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="Leave my details").click()
        expect(page.get_by_text("Write an e-mail address, such as name@shop.example.")).to_be_visible()
        assert_accessible(page)
    page.get_by_label("Your e-mail address").fill("ona@shop.example")
    page.get_by_role("checkbox", name="may call me").check()
    if not javascript:
        page.wait_for_timeout(1100)
    page.get_by_role("button", name="Leave my details").click()
    expect(page.get_by_role("heading", name="We know how to reach you")).to_be_visible()

    answer = Response.objects.counted().get()
    assert (answer.score, answer.comment, answer.origin) == (3, "Cold soup", "open_link")
    assert Introduction.objects.get().email == "ona@shop.example"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_step_is_accessible(open_page, assert_accessible, link, viewport, scheme):
    page = open_page(link.path, viewport=viewport, scheme=scheme)
    assert_accessible(page)
    radio(page, 9).click()
    page.get_by_role("button", name="Send my").click()
    expect(page.get_by_label("In your own words")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="May we get back to you?")).to_be_visible()
    assert_accessible(page)
    page.reload()
    expect(page.get_by_text("You have answered already: 9.")).to_be_visible()
    assert_accessible(page)


def test_it_is_answered_by_the_keyboard_alone(open_page, link):
    page = open_page(link.path)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_label("In your own words")).to_be_visible()

    assert Response.objects.get().score == 4


def test_going_back_and_sending_again_is_one_answer(open_page, link):
    page = open_page(link.path, javascript=False)
    radio(page, 6).click()
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send my").click()
    expect(page.get_by_label("In your own words")).to_be_visible()
    page.go_back()
    radio(page, 8).click()
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send my").click()
    expect(page.get_by_label("In your own words")).to_be_visible()
    page.reload()

    assert list(Response.objects.values_list("score", flat=True)) == [8]


@pytest.mark.parametrize("size", ["a4", "a6", "a6x4"])
@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_a_sheet_fits_its_paper(open_page, ceo, link, size, language):
    path = reverse("open_link_sheet", args=[link.pk, size])
    page = open_page(f"{path}?language={language}", user=ceo)

    for sheet in page.locator(".sheet").all():
        assert sheet.evaluate("sheet => sheet.scrollHeight <= sheet.clientHeight + 1")
        assert sheet.evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth + 1")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    width, height = (float(side) for side in boxes[0])
    assert len(boxes) == 1
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == ((105, 148) if size == "a6" else (210, 297))


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_owner_of_a_mailbox_confirms(open_page, assert_accessible, link, javascript, scheme):
    contact = ContactFactory(email="ona@shop.example")
    phone = Device(link)
    phone.answer(3)
    phone.introduce(email="ona@shop.example", phone="+37060000000", agreed="1")
    path = reverse("open_link_confirm", args=[Introduction.objects.get().token])
    page = open_page(path, viewport=PHONE, scheme=scheme, javascript=javascript)
    if javascript:
        assert_accessible(page)
    assert fits(page)

    if not javascript:
        page.wait_for_timeout(1100)
    page.get_by_role("button", name="Yes, it was me").click()

    expect(page.get_by_text("Now we know that the answer is yours.")).to_be_visible()
    assert Response.objects.get().contact == contact


LONG = {
    "uk": "Наскільки ймовірно, що ви порекомендуєте {brand} друзям або знайомим, якщо вони запитають про доставку?",
    "lt": "Nebeprisikiškiakopūsteliaujantiesiems " * 5 + "ar rekomenduotumėte {brand} draugui?",
    "en": "How likely is it that you would recommend our services to anybody who asks you? " * 6,
}


@pytest.mark.parametrize("size", ["a4", "a6", "a6x4"])
@pytest.mark.parametrize("language", LONG)
def test_a_long_question_and_a_long_name_fit_too(open_page, ceo, transactional_db, size, language):
    brand = BrandFactory(
        name="Uždaroji akcinė bendrovė „Šiaurės baldų ir interjero namai“ Vilniuje",
        base_url="https://customers.northern-furniture.example",
    )
    texts = {language: {"question": LONG[language]}}
    link = OpenLinkFactory(version=SurveyVersionFactory(survey=SurveyFactory(brand=brand), texts=texts))

    page = open_page(f"{reverse('open_link_sheet', args=[link.pk, size])}?language={language}", user=ceo)

    for sheet in page.locator(".sheet").all():
        assert sheet.evaluate("sheet => sheet.scrollHeight <= sheet.clientHeight + 1")
        assert sheet.evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth + 1")
        code = sheet.locator(".sheet__code svg").bounding_box()
        # A phone reads a code that is as wide as a matchbox.
        assert min(code["width"], code["height"]) >= 30 / 25.4 * 96 - 1


def test_the_page_of_a_sheet_is_accessible(open_page, assert_accessible, ceo, link):
    for viewport in (PHONE, DESKTOP):
        assert_accessible(open_page(reverse("open_link_sheet", args=[link.pk, "a4"]), user=ceo, viewport=viewport))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_staff_see_the_links_and_their_answers(open_page, assert_accessible, ceo, link, viewport, scheme):
    page = open_page(reverse("open_links"), user=ceo, viewport=viewport, scheme=scheme)

    expect(page.get_by_role("rowheader", name="Till 2")).to_be_visible()
    assert fits(page)
    assert_accessible(page)


def test_an_administrator_makes_a_link(open_page, ceo, transactional_db):
    version = SurveyVersionFactory()
    page = open_page(reverse("admin:responses_openlink_add"), user=ceo)
    page.get_by_role("textbox", name="Name:").fill("Fair in Kaunas")
    page.locator("#id_survey").select_option(label=str(version.survey))
    page.get_by_label("Language").select_option("uk")
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.get_by_role("link", name="A6", exact=True)).to_be_visible()
    assert version.survey.open_links.get().entry.name == "Fair in Kaunas"
