"""The administration fits its window, cuts nothing off, and passes axe, in both schemes, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import CustomerLanguage
from surveys.services import draft_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.e2e.test_inbox import followup
from tests.factories import MessageFactory, ProductFactory, SurveyVersionFactory, TriggerFactory

WIDE = {"width": 1440, "height": 900}
LISTS = ("responses/response", "surveys/invitation", "delivery/message", "accounts/user", "followups/followup")
# Whatever runs over the edge of what holds it, without a bar to scroll it by.
CUT = """
[...document.querySelectorAll("#content *")].filter((element) => {
  const box = element.getBoundingClientRect();
  const scrolls = element.closest(".results, .narrowed-to, pre, .dryrun-scroll, .writing__tabs");
  const folded = element.closest("details:not([open]) > :not(summary)");
  return box.width && !scrolls && !folded && box.right > document.documentElement.clientWidth + 1;
}).map((element) => `${element.tagName} ${element.className} ${element.id}`)
"""


@pytest.fixture
def pages(owner):
    made = followup(owner)
    survey = made.response.survey
    language = CustomerLanguage.objects.create(tag="ar")
    ProductFactory(name="A product with a rather long name, as products have")
    MessageFactory(error="550 5.1.1 The email account that you tried to reach does not exist. Please try again later.")
    return [
        "/admin/",
        "/admin/accounts/user/add/",
        "/admin/accounts/customerlanguage/add/",
        f"/admin/accounts/customerlanguage/{language.pk}/change/",
        f"/admin/accounts/customerlanguage/{language.pk}/file/",
        f"/admin/accounts/user/{owner.pk}/change/",
        f"/admin/surveys/trigger/{TriggerFactory(survey=survey).pk}/change/",
        f"/admin/surveys/survey/{survey.pk}/change/",
        f"/admin/surveys/surveyversion/{draft_of(survey).pk}/change/",
        *(f"/admin/{name}/" for name in LISTS),
    ]


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark"), (WIDE, "light")], ids=["phone", "desktop", "wide"]
)
def test_the_administration_fits_and_is_accessible(
    open_page, live_server, assert_accessible, pages, administrator, viewport, scheme
):
    page = open_page("/admin/", user=administrator, viewport=viewport, scheme=scheme)
    for address in pages:
        page.goto(live_server.url + address)

        assert fits(page), address
        assert page.evaluate(CUT) == [], address
        if viewport is not WIDE:
            # axe writes styles of its own, which our policy refuses; what the page itself does wrong stands.
            ours = list(open_page.troubles)
            assert_accessible(page)
            open_page.troubles[:] = ours


def test_no_list_is_wider_than_its_window(open_page, live_server, pages, administrator):
    page = open_page("/admin/", user=administrator, viewport=WIDE)
    for name in LISTS:
        page.goto(f"{live_server.url}/admin/{name}/")

        assert page.evaluate("(list => list.scrollWidth <= list.clientWidth)(document.querySelector('.results'))"), name
        tall = page.evaluate(
            "Math.max(...[...document.querySelectorAll('#result_list tr')].map(row => row.clientHeight))"
        )
        assert tall < 110, name


def test_a_filter_opens_by_keyboard_without_scripts(open_page, pages, administrator):
    page = open_page("/admin/surveys/invitation/", user=administrator, javascript=False)
    head = page.locator("#changelist-filter summary").first
    expect(head).to_contain_text("All")

    head.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="answered", exact=True).first.click()

    expect(page).to_have_url(re.compile("status__exact=answered"))
    expect(page.locator("#changelist-filter summary").first).to_contain_text("answered")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_a_trigger_is_told_in_sentences_and_narrowed_by_name(open_page, administrator, scripts):
    trigger = TriggerFactory(survey=SurveyVersionFactory().survey)
    for number in range(20):
        ProductFactory(name=f"Product {number:02}")
    address = f"/admin/surveys/trigger/{trigger.pk}/change/"
    page = open_page(address, user=administrator, viewport=PHONE, javascript=scripts)

    page.get_by_text("any product").click()
    group = page.get_by_role("group", name="Only these products")
    group.get_by_label("Add by name").fill("product 07")
    if scripts:
        group.get_by_label("Add by name").press("Enter")
        group.get_by_label("Add by name").fill("Product 11")
        group.get_by_label("Add by name").press("Enter")
        expect(page.locator("summary", has_text="Product 07, Product 11")).to_be_visible()
        group.get_by_label("Product 11").uncheck()
        expect(page.locator("summary", has_text="Product 07")).not_to_contain_text("Product 11")
        page.keyboard.press("Escape")
        expect(group).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert [product.name for product in trigger.products.all()] == ["Product 07"]
