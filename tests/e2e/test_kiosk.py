"""A tablet in a hall: tapped, left alone, without a network, reloaded, left by staff. Nothing it was told is lost."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts import clock
from responses.kiosks import pairing
from responses.models import FurtherAnswer, Kiosk, Response, Tablet, Topic
from responses.page import offers
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import KioskFactory, SurveyVersionFactory, UserFactory
from tests.responses.further.asked import QUESTIONS, version
from tests.responses.kiosks.conftest import PairedTablet

LANDSCAPE = {"width": 1024, "height": 768}
PORTRAIT = {"width": 768, "height": 1024}


@pytest.fixture
def kiosk(transactional_db):
    for position, (slug, name, uk) in enumerate([("price", "Price", "Ціна"), ("waiting", "Waiting", "Очікування")]):
        Topic.objects.get_or_create(slug=slug, defaults={"names": {"en": name, "uk": uk}, "position": position})
    offers.forget()
    return KioskFactory(place="Vilnius, Gedimino 9")


@pytest.fixture
def tablet(open_page, kiosk):
    """Return a function that pairs a tablet and shows its page, ready to be tapped and packed for the way."""

    def show(*, is_packed=True, of=kiosk, **how):
        token = pairing.begin(of, by=UserFactory(), now=clock.now())
        page = open_page(reverse("kiosk_pairing", args=[token]), **{"viewport": LANDSCAPE, **how})
        page.get_by_role("button").first.click()
        if how.get("javascript", True):
            expect(page.locator("h1:focus")).to_be_visible()
        if is_packed and how.get("javascript", True):
            expect(page.locator("html")).to_have_attribute("data-packed", "1")
        return page

    yield show
    open_page.troubles[:] = [one for one in open_page.troubles if not is_of_no_network(one)]


def is_of_no_network(trouble):
    """A browser says so itself, whoever asked."""
    return "ERR_INTERNET_DISCONNECTED" in trouble or "ERR_FAILED" in trouble


def tap(page, score):
    page.wait_for_timeout(450)  # what comes sooner is a hand that drums
    page.locator(f".tap[value='{score}']").click()


def press(page, name):
    page.wait_for_timeout(450)
    page.get_by_role("button", name=name, exact=True).click()


def answer(page, score):
    tap(page, score)
    press(page, "Send")
    press_again(page)


def press_again(page):
    page.wait_for_timeout(450)
    page.locator("[data-again]").click()
    expect(page.locator("[data-view=score]")).to_be_visible()


def wait_for_answers(page, count):
    for _try in range(150):
        if Response.objects.count() >= count:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)
    return sorted(Response.objects.values_list("score", flat=True))


@pytest.mark.parametrize("viewport", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_a_visitor_taps_says_why_and_the_next_one_begins_anew(tablet, assert_accessible, kiosk, viewport):
    page = tablet(viewport=viewport)
    assert_accessible(page)
    assert fits(page)
    tap(page, 3)
    expect(page.locator("h1:focus")).to_contain_text("What was not right")
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("checkbox", name="Price").check()
    page.get_by_label("In your own words").fill("Cold soup")
    press(page, "Send")
    expect(page.locator("h1:focus")).to_contain_text("Thank you")
    assert_accessible(page)
    expect(page.locator("[data-view=score]")).to_be_visible(timeout=8_000)

    assert wait_for_answers(page, 1) == [3]
    one = Response.objects.get()
    assert (one.comment, one.origin, one.entry, one.suspicion) == ("Cold soup", "kiosk", kiosk.entry, [])
    assert one.response_topics.get().topic.slug == "price"


def test_targets_are_large(tablet):
    page = tablet(viewport=PORTRAIT)
    small = "parts => parts.filter(part => part.offsetWidth < 64 || part.offsetHeight < 64).map(part => part.outerHTML)"
    assert page.locator(".tap, .languages button").evaluate_all(small) == []
    tap(page, 9)
    assert page.locator("[data-view] button, .topic").evaluate_all(small) == []


@pytest.mark.parametrize(("viewport", "scheme"), [(LANDSCAPE, "light"), (PORTRAIT, "dark"), (PHONE, "light")])
def test_further_questions_come_one_after_the_other(tablet, assert_accessible, viewport, scheme):
    page = tablet(of=KioskFactory(version=version()), viewport=viewport, scheme=scheme)
    small = "parts => parts.filter(part => part.offsetHeight < 64).map(part => part.outerHTML)"

    def shown(question):
        expect(page.get_by_role("heading", name=question)).to_be_focused()
        assert fits(page)
        assert_accessible(page)
        assert page.locator("[data-view] button, .topic").evaluate_all(small) == []

    tap(page, 3)
    press(page, "Next")
    shown("How did you hear of")
    press(page, "Advertising")
    shown("What should we mend?")
    page.get_by_role("checkbox", name="Price").check()
    page.get_by_role("checkbox", name="Help").check()
    press(page, "Next")
    shown("How easy was it?")
    press(page, "Back")
    expect(page.get_by_role("checkbox", name="Help")).to_be_checked()
    press(page, "Back")
    expect(page.get_by_role("button", name="Advertising")).to_have_attribute("aria-pressed", "true")
    press(page, "Next")
    press(page, "Next")
    press(page, "1, Hard")
    expect(page.locator("h1:focus")).to_contain_text("Thank you")

    assert wait_for_answers(page, 1) == [3]
    assert said() == {"single": (["3"], None, ""), "many00": (["2", "3"], None, ""), "scale0": ([], 1, "")}


def test_another_score_is_asked_its_own_and_a_language_what_it_says(tablet):
    page = tablet(of=KioskFactory(version=version()), is_packed=False)
    tap(page, 9)
    press(page, "Next")
    press(page, "Next")
    expect(page.get_by_role("heading", name="How easy was it?")).to_be_visible()
    press(page, "Next")
    expect(page.get_by_role("heading", name="Anything for")).to_be_visible()
    page.get_by_role("textbox").fill("Thanks")
    press(page, "Back")
    press(page, "Next")
    expect(page.get_by_role("textbox")).to_have_value("Thanks")
    press(page, "Back")
    press(page, "Back")
    press(page, "Українська")
    press(page, "Від друзів")
    expect(page.locator("[data-view=thanks]")).to_be_visible()

    assert wait_for_answers(page, 1) == [9]
    assert said() == {"single": (["1"], None, "")}


def test_further_questions_wait_without_a_network_and_come_in_once(tablet):
    page = tablet(of=KioskFactory(version=version()))
    page.context.set_offline(True)
    tap(page, 9)
    press(page, "Next")
    press(page, "Friends")
    press(page, "4")
    page.get_by_role("textbox").fill("Said and left")
    # Nobody presses anything more.
    expect(page.locator("[data-view=score]")).to_be_visible(timeout=17_000)
    expect(page.locator("[data-sign]")).to_have_text("No network · Not sent yet: 1")
    page.reload()
    assert not Response.objects.exists()
    page.context.set_offline(False)

    assert wait_for_answers(page, 1) == [9]
    assert said() == {"single": (["1"], None, ""), "scale0": ([], 4, ""), "words0": ([], None, "Said and left")}


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


def test_left_alone_it_begins_anew_after_fifteen_seconds_and_the_score_counts(tablet):
    page = tablet(is_packed=False)
    press(page, "Українська")
    tap(page, 2)
    page.get_by_role("checkbox", name="Ціна").check()
    expect(page.get_by_text("Починаємо спочатку")).to_be_hidden()
    page.wait_for_timeout(9_000)
    expect(page.locator("[data-countdown]")).to_be_hidden()
    page.wait_for_timeout(2_000)
    expect(page.locator("[data-countdown]")).to_be_visible()
    assert not Response.objects.exists()
    expect(page.locator("[data-view=score]")).to_be_visible(timeout=6_000)

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert wait_for_answers(page, 1) == [2]
    one = Response.objects.get()
    assert (one.language, one.response_topics.get().topic.slug) == ("uk", "price")


def test_whoever_needs_more_time_gets_it_and_is_told_of_it(tablet, assert_accessible):
    page = tablet(is_packed=False)
    tap(page, 7)
    expect(page.locator("[data-countdown]")).to_be_visible(timeout=12_000)
    expect(page.get_by_role("alert").filter(has_text="Starting over in")).to_be_attached()
    assert_accessible(page)
    page.get_by_role("button", name="I need more time").click()
    expect(page.locator("[data-countdown]")).to_be_hidden()
    page.wait_for_timeout(16_000)
    expect(page.locator("[data-view=why]")).to_be_visible()


def test_without_a_network_nothing_is_lost_and_all_comes_in_once(tablet):
    page = tablet()
    page.context.set_offline(True)
    for score in (0, 5, 10):
        answer(page, score)
    expect(page.locator("[data-sign]")).to_have_text("No network · Not sent yet: 3")
    page.reload()
    expect(page.locator("h1:focus")).to_be_visible()
    answer(page, 8)
    tap(page, 6)
    page.reload()  # in the middle of it
    expect(page.locator("[data-sign]")).to_have_text("No network · Not sent yet: 5")
    assert not Response.objects.exists()
    page.context.set_offline(False)

    assert wait_for_answers(page, 5) == [0, 5, 6, 8, 10]
    expect(page.locator("[data-sign]")).to_be_hidden()
    page.reload()
    page.wait_for_timeout(1_500)
    assert Response.objects.count() == 5
    assert Tablet.objects.get().waiting == 0


def test_half_an_hour_without_a_network_passes_and_each_answer_is_dated_as_it_was_given(tablet):
    page = tablet(of=KioskFactory(version=version(QUESTIONS[:1])))
    Tablet.objects.update(paired_at=clock.now() - timedelta(days=1))
    page.clock.install()
    page.reload()
    expect(page.locator("h1:focus")).to_be_visible()
    page.context.set_offline(True)
    for number in range(6):
        tap(page, number)
        page.get_by_label("In your own words").fill(f"Visitor {number}")
        press(page, "Next")
        press(page, "Friends")
        expect(page.locator("[data-view=thanks]")).to_be_visible()
        page.clock.fast_forward("06:00")
        expect(page.locator("[data-view=score]")).to_be_visible()
    expect(page.locator("[data-sign]")).to_have_text("No network · Not sent yet: 6")
    page.context.set_offline(False)

    assert wait_for_answers(page, 6) == [0, 1, 2, 3, 4, 5]
    expect(page.locator("[data-sign]")).to_be_hidden()
    kept = Response.objects.order_by("answered_at")
    assert [one.comment for one in kept] == [f"Visitor {number}" for number in range(6)]
    assert [list(one.further.values_list("options", flat=True)) for one in kept] == [[["1"]]] * 6
    assert [one.suspicion for one in kept] == [[]] * 6
    gaps = [after.answered_at - before.answered_at for before, after in pairwise(kept)]
    assert all(timedelta(minutes=6) <= gap < timedelta(minutes=8) for gap in gaps)


def test_a_lost_reply_is_no_lost_and_no_second_answer(tablet):
    page = tablet()
    lost = []

    def lose(route):
        if len(lost) < 2:
            route.fetch()
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/k/answers/", lose)
    answer(page, 4)

    assert wait_for_answers(page, 1) == [4]
    expect(page.locator("[data-sign]")).to_be_hidden()
    page.wait_for_timeout(6_000)
    assert len(lost) == 2
    assert Response.objects.count() == 1


def test_two_windows_of_a_tablet_do_not_send_twice(tablet):
    page = tablet()
    page.context.set_offline(True)
    answer(page, 4)
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto(page.url)

    expect(other.get_by_text("The kiosk is open in another window")).to_be_visible()
    assert wait_for_answers(page, 1) == [4]
    page.close()
    expect(other.locator("h1:focus")).to_be_visible()
    answer(other, 9)
    assert wait_for_answers(other, 2) == [4, 9]


def test_a_tablet_that_is_paired_with_another_kiosk_sends_what_it_kept_of_the_first(tablet, kiosk):
    page = tablet()
    page.context.set_offline(True)
    answer(page, 4)
    page.route("**/k/answers/", lambda route: route.abort())
    page.context.set_offline(False)
    token = pairing.begin(KioskFactory(place="Kaunas"), by=UserFactory(), now=clock.now())
    page.goto(page.url.split("/k/")[0] + reverse("kiosk_pairing", args=[token]))
    page.unroute("**/k/answers/")
    page.get_by_role("button").first.click()
    expect(page.locator("h1:focus")).to_be_visible()

    assert wait_for_answers(page, 1) == [4]
    assert Response.objects.get().entry == kiosk.entry
    expect(page.locator("[data-sign]")).to_be_hidden()


def test_a_hand_that_drums_gives_one_answer(tablet):
    page = tablet(is_packed=False)
    page.wait_for_timeout(450)
    # The second tap falls on whatever the next view has there.
    page.evaluate(
        "document.querySelector(\".tap[value='5']\").click(); document.querySelector('[data-view] .send').click()"
    )
    expect(page.locator("[data-view=why]")).to_be_visible()
    press(page, "Change my answer")
    tap(page, 6)
    press(page, "Send")

    assert wait_for_answers(page, 1) == [6]


def test_a_wording_that_was_published_meanwhile_is_taken_over_and_old_answers_stay_with_theirs(tablet, kiosk):
    page = tablet()
    page.context.set_offline(True)
    answer(page, 4)
    asked = kiosk.survey.versions.get()
    texts = {"en": asked.texts.get("en", {}) | {"question": "Would you come again?"}}
    kiosk.survey.versions.create(number=asked.number + 1, texts=texts, published_at=clock.now())
    page.context.set_offline(False)

    assert wait_for_answers(page, 1) == [4]
    assert Response.objects.get().version == asked
    # It waits until nobody has touched it for a while, and looks anew as it reports.
    page.wait_for_timeout(21_000)
    page.evaluate("document.dispatchEvent(new CustomEvent('kiosk:send'))")
    expect(page.get_by_role("heading", name="Would you come again?")).to_be_visible()


def type_pin(page, pin):
    for digit in pin:
        page.locator(f"[data-digit='{digit}']").click()
    page.get_by_role("button", name="OK").click()


def test_staff_leave_by_the_pin_without_a_network_and_see_what_waits(tablet, assert_accessible):
    page = tablet()
    page.context.set_offline(True)
    answer(page, 9)
    corner = page.locator("[data-corner]")
    for _tap in range(4):
        corner.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    corner.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    for _wrong in range(3):
        type_pin(page, "1111")
        expect(page.get_by_text("This PIN is wrong.")).to_be_visible()
    page.reload()
    expect(page.locator("h1:focus")).to_be_visible()
    corner.focus()
    page.keyboard.press("Enter")
    type_pin(page, "4821")
    expect(page.get_by_text("Too many attempts. Wait")).to_be_visible()
    page.evaluate("localStorage.removeItem('kiosk-pin')")
    type_pin(page, "4821")

    expect(page.get_by_role("heading", name="Hall")).to_be_visible()
    for said in ("Vilnius, Gedimino 9", "Tablet 1", "none"):
        expect(page.get_by_text(said, exact=True)).to_be_visible()
    expect(page.locator("[data-waiting]")).to_have_text("1")
    assert_accessible(page)
    page.get_by_role("button", name="Forget this tablet").click()
    expect(page.get_by_text("Answers that would be lost: 1.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Everything is sent.")).to_be_visible()
    page.get_by_role("button", name="Back to the questions").click()
    expect(page.locator("[data-view=score]")).to_be_visible()
    assert Response.objects.get().score == 9


def test_a_forgotten_tablet_is_none(tablet, open_page):
    page = tablet()
    page.locator("[data-corner]").focus()
    page.keyboard.press("Enter")
    type_pin(page, "4821")
    page.get_by_role("button", name="Forget this tablet").click()
    expect(page.get_by_role("heading", name="This is no kiosk yet")).to_be_visible()

    open_page.troubles.clear()  # the browser notes the 403 of the page that says so
    assert page.evaluate("caches.keys()") == []
    assert not Tablet.objects.get().is_active


def test_it_is_answered_by_the_keyboard_alone(tablet):
    page = tablet(is_packed=False)
    page.wait_for_timeout(450)
    for _step in range(8):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-view=why]")).to_be_visible()
    page.wait_for_timeout(450)
    page.get_by_role("button", name="Send", exact=True).focus()
    page.keyboard.press("Enter")

    assert wait_for_answers(page, 1) == [7]
    assert Response.objects.get().suspicion == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [LANDSCAPE, PHONE], ids=["tablet", "phone"])
def test_every_view_is_accessible_in_light_and_dark(tablet, assert_accessible, viewport, scheme):
    kiosk = KioskFactory(version__survey__metric="csat", version__survey__presentation="smileys", language="uk")
    page = tablet(of=kiosk, viewport=viewport, scheme=scheme, is_packed=False, locale="uk")
    for step in ("score", "why", "thanks"):
        expect(page.locator(f"[data-view={step}] h1:not([hidden])")).to_be_visible()
        assert fits(page)
        assert_accessible(page)
        page.wait_for_timeout(450)
        if step == "score":
            page.locator(".tap").first.click()
        elif step == "why":
            page.locator("[data-view] .send").click()


def test_without_scripts_it_works_as_plain_forms(tablet):
    page = tablet(javascript=False)
    page.wait_for_timeout(1_100)
    page.get_by_role("button", name="3", exact=True).click()
    page.get_by_label("In your own words").fill("Cold soup")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("link", name="Next answer")).to_be_visible()

    one = Response.objects.counted().get()
    assert (one.score, one.comment) == (3, "Cold soup")


def test_without_scripts_staff_leave_by_the_pin(tablet, open_page, assert_accessible):
    page = tablet(javascript=False)
    page.get_by_role("link", name="For staff").click()
    assert fits(page)
    page.get_by_label("PIN of this kiosk").fill("4821")
    page.get_by_role("button", name="Forget this tablet").click()
    expect(page.get_by_role("heading", name="This is no kiosk yet")).to_be_visible()

    open_page.troubles.clear()  # the browser notes the 403 of the page that says so
    assert not Tablet.objects.get().is_active


def test_the_tablet_holds_no_login_of_staff(open_page, kiosk, ceo):
    token = pairing.begin(kiosk, by=ceo, now=clock.now())
    page = open_page(reverse("kiosk_pairing", args=[token]), user=ceo, viewport=LANDSCAPE)
    page.get_by_role("button", name="Yes, this tablet").click()
    expect(page.locator("h1:focus")).to_be_visible()

    names = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert settings.SESSION_COOKIE_NAME not in names
    assert names["kiosk"]["httpOnly"]


def test_an_administrator_makes_a_kiosk_and_opens_it_on_a_tablet(open_page, assert_accessible, ceo, transactional_db):
    version = SurveyVersionFactory()
    page = open_page(reverse("admin:responses_kiosk_add"), user=ceo)
    page.get_by_role("textbox", name="Name:").fill("Reception")
    page.locator("#id_survey").select_option(label=str(version.survey))
    page.locator("#id_secret_pin").fill("738164")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("button", name="Open on a tablet").click()
    link = page.get_by_label("Link").input_value()

    other = open_page("/" + link.split("/", 3)[3], viewport=LANDSCAPE)
    assert_accessible(other)
    other.get_by_role("button", name="Yes, this tablet").click()
    expect(other.get_by_role("heading", name="How likely")).to_be_visible()
    page.goto(page.url.replace("/tablet/", "/change/"))
    expect(page.locator("[id$=name][value='Tablet 1']")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_staff_see_the_kiosks_and_which_tablet_is_silent(open_page, assert_accessible, ceo, kiosk, viewport):
    paired = PairedTablet(kiosk)
    paired.send(paired.answer(9), waiting=3)
    Tablet.objects.update(seen_at=clock.now() - timedelta(days=9))
    page = open_page(reverse("kiosks"), user=ceo, viewport=viewport)

    expect(page.get_by_text("Hall, Tablet 1: nothing was heard of it")).to_be_visible()
    assert fits(page)
    assert_accessible(page)


def test_thanks_are_said_in_another_language_too(tablet):
    page = tablet(is_packed=False)
    tap(page, 3)
    press(page, "Send")
    press(page, "Українська")

    expect(page.locator("[data-view=thanks] h1:focus")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    expect(page.locator("[data-view=score]")).to_be_visible(timeout=8_000)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_pins_are_tried_one_after_the_other(tablet):
    page = tablet(is_packed=False)
    page.locator("[data-corner]").focus()
    page.keyboard.press("Enter")
    page.evaluate("""() => {
        for (const pin of ["1111", "2222", "3333", "4821"]) {
            document.querySelector("[data-typed]").value = pin;
            document.querySelector("[data-pad-form]").requestSubmit();
        }
    }""")

    expect(page.get_by_text("Too many attempts. Wait")).to_be_visible()
    expect(page.locator("html")).not_to_have_attribute("data-staff", "1")


def test_a_tablet_that_may_not_send_asks_nobody_until_it_may_again(tablet, open_page, monkeypatch):
    monkeypatch.setattr("responses.kiosks.page.MINUTE", 1)
    page = tablet()
    page.context.set_offline(True)
    answer(page, 4)
    Tablet.objects.update(is_active=False)
    page.context.set_offline(False)
    page.wait_for_timeout(21_000)  # as for a new wording, it waits until nobody has touched it for a while
    page.evaluate("document.dispatchEvent(new CustomEvent('kiosk:send'))")
    expect(page.get_by_role("heading", name="This is no kiosk yet")).to_be_visible()
    assert not Response.objects.exists()
    Tablet.objects.update(is_active=True)

    expect(page.locator("[data-view=score]")).to_be_visible()
    assert wait_for_answers(page, 1) == [4]
    open_page.troubles.clear()  # the browser notes each 401 and 403


def test_a_kiosk_that_is_off_says_so_in_every_language_without_a_network(tablet):
    page = tablet()
    Kiosk.objects.update(is_active=False)
    page.reload()
    expect(page.get_by_role("heading", name="Nothing is asked here just now")).to_be_visible()
    page.context.set_offline(True)
    press(page, "Українська")
    expect(page.get_by_role("heading", name="Зараз тут нічого не питають")).to_be_visible()

    expect(page.locator("html")).to_have_attribute("lang", "en", timeout=17_000)


NO_STORAGE = {
    "blocked": "indexedDB.open = () => { throw new DOMException('no', 'SecurityError') };"
    " IDBDatabase.prototype.transaction = indexedDB.open",
    "full": "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("how", NO_STORAGE)
def test_a_browser_that_keeps_nothing_sends_what_it_holds(tablet, how):
    page = tablet(is_packed=False)
    page.evaluate(f"() => {{ {NO_STORAGE[how]} }}")
    page.context.set_offline(True)
    for score in (0, 5):
        answer(page, score)
    expect(page.locator("[data-sign]")).to_have_text("No network · Not sent yet: 2")
    page.context.set_offline(False)

    assert wait_for_answers(page, 2) == [0, 5]
    expect(page.locator("[data-sign]")).to_be_hidden()
