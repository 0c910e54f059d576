import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from accounts.customerlanguages import words
from accounts.models import CustomerLanguage
from responses.models import LinkVisit, Response, Topic
from responses.page import offers
from surveys.models import ReviewLink
from surveys.wording.texts import STANDARD
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import InvitationFactory

SCHEMES = ["light", "dark"]


@pytest.fixture
def invitation(transactional_db):
    # A test of its own kind empties the tables, the standard topics too.
    for position, (slug, name) in enumerate([("price", "Price"), ("delivery", "Delivery"), ("staff", "Our people")]):
        Topic.objects.get_or_create(slug=slug, defaults={"names": {"en": name}, "position": position})
    offers.forget()
    invitation = InvitationFactory()
    ReviewLink.objects.create(brand=invitation.brand, name="Google", url="https://g.example/r")
    return invitation


def radio(page, score):
    return page.get_by_role("radio", name=str(score), exact=score not in (0, 10))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_written_from_the_right_is_turned_round(open_page, assert_accessible, transactional_db, scheme):
    said = {word.key: f"كلمة {' '.join(word.placeholders)}" for word in words.all_words()}
    CustomerLanguage.objects.create(tag="ar", words=said, is_offered=True)
    worded = {"en": STANDARD["nps"]["en"], "ar": STANDARD["nps"]["en"]}
    invitation = InvitationFactory(language="ar", version__texts=worded, version__survey__brand__languages=["en", "ar"])

    page = open_page(invitation.path, viewport=PHONE, scheme=scheme)
    first, second = (radio(page, score).bounding_box() for score in (1, 2))
    assert first["x"] > second["x"]
    assert fits(page)
    assert_accessible(page)

    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")

    radio(page, 3).check(force=True)
    page.locator("[data-send]").click()
    page.get_by_role("textbox").fill("متأخر")
    page.locator("form button:not([name])").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("textbox")).to_have_count(0)
    answer = Response.objects.counted().get()
    assert (answer.score, answer.comment, answer.language) == (3, "متأخر", "ar")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_person_answers_in_three_steps(open_page, invitation, javascript, viewport):
    page = open_page(f"{invitation.path}?score=9", viewport=viewport, javascript=javascript)
    loads = []
    page.on("request", lambda request: request.is_navigation_request() and loads.append(request.url))

    expect(radio(page, 9)).to_be_checked()
    radio(page, 7).click()
    if not javascript:
        page.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine
    page.get_by_role("button", name="Send my").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you! What would it take to earn a 9 or a 10 from you?"
    )
    page.get_by_role("checkbox", name="Delivery").click()
    page.get_by_label("In your own words").fill("Came late")
    if not javascript:
        page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answer shows us what to work on next.")
    expect(page.get_by_role("link", name="Google")).to_be_visible()

    response = Response.objects.counted().get()
    assert (response.score, response.comment, response.trail) == (7, "Came late", [])
    assert [tap.topic.slug for tap in response.response_topics.all()] == ["delivery"]
    assert ("no_script" in response.suspicion) is not javascript
    assert len(loads) == (0 if javascript else 2)
    assert page.context.cookies() == []


def test_keyboard_alone_answers(open_page, invitation):
    page = open_page(invitation.path)

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(radio(page, 6)).to_be_checked()
    assert not Response.objects.exists()
    page.keyboard.press("Enter")
    expect(page.get_by_label("In your own words")).to_be_visible()

    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert Response.objects.get().score == 6
    visit = LinkVisit.objects.get(method="POST")
    assert visit.verdict == "human"
    assert "gesture" in visit.evidence


def test_scale_is_spoken(open_page, invitation):
    page = open_page(invitation.path)

    group = page.get_by_role("radiogroup")
    expect(group).to_have_accessible_name(
        "How likely is it that you would recommend Ąžuolas & Co to a friend or colleague?"
    )
    expect(group).to_have_accessible_description("0 means “Not at all likely”, 10 means “Extremely likely”.")
    expect(group.get_by_role("radio")).to_have_count(11)
    expect(group.get_by_role("radio").first).to_have_accessible_name("0, Not at all likely")
    expect(group.get_by_role("radio").last).to_have_accessible_name("10, Extremely likely")


def test_sending_nothing_says_what_to_do(open_page, invitation):
    page = open_page(invitation.path)

    page.get_by_role("button", name="Send my score").click()

    alert = page.get_by_role("alert")
    expect(alert).to_have_text("Tap a number from 0 to 10, then send it.")
    expect(alert).to_be_focused()
    assert not Response.objects.exists()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_language_switch_loses_nothing(open_page, invitation, javascript):
    page = open_page(invitation.path, javascript=javascript)

    radio(page, 8).click()
    page.get_by_role("button", name="Lietuviškai").click()
    expect(page.locator("html")).to_have_attribute("lang", "lt")
    expect(radio(page, 8)).to_be_checked()
    if not javascript:
        page.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine
    page.locator(".send").click()
    page.get_by_role("textbox").fill("Labai gerai")
    if not javascript:
        page.wait_for_timeout(1100)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("textbox")).to_have_value("Labai gerai")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you.")

    response = Response.objects.get()
    assert (response.score, response.comment, response.language) == (8, "Labai gerai", "en")


def test_going_back_revises_the_score(open_page, invitation):
    page = open_page(invitation.path)

    radio(page, 3).click()
    page.get_by_role("button", name="Send my 3").click()
    page.get_by_label("In your own words").fill("Half a thought")
    page.get_by_role("button", name="Change my score").click()
    expect(radio(page, 3)).to_be_checked()
    radio(page, 5).click()
    page.get_by_role("button", name="Send my 5").click()
    expect(page.get_by_label("In your own words")).to_have_value("Half a thought")

    response = Response.objects.get()
    assert (response.score, [entry["score"] for entry in response.trail]) == (5, [3])


def test_reload_sends_nothing_new(open_page, invitation):
    page = open_page(f"{invitation.path}?score=4", javascript=False)
    page.wait_for_timeout(1_100)  # whoever sends sooner has not read, and the reload would tell the two apart
    page.locator(".send").click()
    expect(page.get_by_label("In your own words")).to_be_visible()
    before = Response.objects.values().get()

    page.reload()

    expect(page.get_by_label("In your own words")).to_be_visible()
    assert Response.objects.values().get() == before


def test_lost_connection_keeps_everything_and_says_so(open_page, invitation):
    page = open_page(invitation.path)
    radio(page, 3).click()
    page.context.set_offline(True)

    page.get_by_role("button", name="Send my 3").click()

    expect(page.get_by_role("alert")).to_have_text("That could not be sent. Check your connection and try again.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send my 3").click()
    expect(page.get_by_label("In your own words")).to_be_visible()
    open_page.troubles[:] = [trouble for trouble in open_page.troubles if "ERR_INTERNET_DISCONNECTED" not in trouble]


@pytest.mark.parametrize("query", ["", "?score=9"])
def test_page_load_with_scripts_and_no_gesture_records_no_score(open_page, invitation, query):
    page = open_page(invitation.path + query)
    page.wait_for_timeout(1500)

    assert not Response.objects.exists()
    assert list(LinkVisit.objects.values_list("method", flat=True)) == ["GET"]


@pytest.mark.parametrize("how", ["form.requestSubmit()", "form.querySelector('.send').click()", "form.submit()"])
def test_script_that_submits_at_once_is_no_person(open_page, invitation, how):
    page = open_page(f"{invitation.path}?score=0")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.evaluate(f"const form = document.querySelector('form'); form.elements.shown.value = Date.now(); {how}")
    page.wait_for_load_state()

    response = Response.objects.get()
    assert response.is_provisional
    assert response.suspicion[-2:] == ["no_gesture", "quick"]
    assert not Response.objects.counted().exists()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_targets_are_large_and_nothing_overflows(open_page, invitation, viewport):
    page = open_page(invitation.path, viewport=viewport)

    for element in page.locator("input[type=radio], button").all():
        box = element.bounding_box()
        assert box["width"] >= 43.9, box
        assert box["height"] >= 44, box
    assert fits(page)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("colour", ["#155e75", "#ffd400", "#777777"])
def test_each_step_is_accessible(open_page, assert_accessible, invitation, viewport, scheme, colour):
    invitation.brand.colour = colour
    invitation.brand.save()
    page = open_page(f"{invitation.path}?score=6", viewport=viewport, scheme=scheme)

    assert_accessible(page)
    page.locator(".send").click()
    page.get_by_role("checkbox", name="Delivery").click()
    assert_accessible(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("link", name="Google")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["unknown", "expired", "withdrawn"])
def test_closed_links_are_accessible(open_page, assert_accessible, transactional_db, scheme, kind):
    fields = {
        "expired": {"expires_at": clock.now() - timedelta(days=1)},
        "withdrawn": {"status": "suppressed", "reason": "x"},
    }
    path = "/s/no-such-token/" if kind == "unknown" else InvitationFactory(**fields[kind]).path

    page = open_page(path, viewport=PHONE, scheme=scheme)

    assert_accessible(page)
    page.get_by_role("link", name="Українська").click()
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    # The browser's console calls 404 and 410 errors; here they are what was asked for.
    open_page.troubles[:] = [trouble for trouble in open_page.troubles if "the server responded with" not in trouble]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("metric", "presentation", "last"), [("csat", "stars", 5), ("ces", "smileys", 7)])
def test_smileys_and_stars_are_tapped_and_told(
    open_page, assert_accessible, transactional_db, metric, presentation, last, scheme
):
    survey = {"version__survey__metric": metric, "version__survey__presentation": presentation}
    page = open_page(InvitationFactory(metric=metric, **survey).path, viewport=PHONE, scheme=scheme)
    assert fits(page)
    assert page.locator(".score").first.bounding_box()["width"] >= 44

    page.get_by_role("radio", name="4 out of").check(force=True)
    expect(page.locator("[data-send]")).to_have_text(re.compile(rf"^Send: 4 out of {last}, "))
    filled = page.locator(".score svg").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).fill != 'none').length"
    )
    assert filled == (4 if presentation == "stars" else 0)
    assert_accessible(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.get_by_label("In your own words")).to_be_visible()
    assert Response.objects.get().score == 5
