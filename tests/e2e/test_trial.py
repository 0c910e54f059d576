"""From an empty installation to the first answer of one's own: by a real letter, and in twelve actions at most."""

import pytest
from playwright.sync_api import expect

from delivery import dispatch
from onboarding.models import Trial
from responses.models import Response
from tests.e2e.conftest import DESKTOP, PATIENCE, PHONE, fits
from tests.factories import SurveyVersionFactory
from tests.workshop.test_mailcatcher import Catcher


class Doing:
    """Counts what a person does."""

    def __init__(self):
        self.actions = 0

    def __call__(self, act, *arguments):
        self.actions += 1
        return act(*arguments)


@pytest.fixture
def catcher(tmp_path, settings, live_server):
    catcher = Catcher(tmp_path / "mail")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", catcher.smtp
    settings.BASE_URL = live_server.url
    yield catcher
    catcher.stop()


def letter(catcher, page):
    """Open the one letter that came, as a mail program shows it."""
    (mail,) = catcher.get("/messages")["messages"]
    opened = page.context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.set_content(catcher.get(f"/messages/{mail['id']}")["html"])
    return mail, opened


def test_an_empty_installation_comes_to_its_first_answer_in_twelve_actions(open_page, catcher, administrator):
    page = open_page("/", user=administrator, viewport=PHONE)
    do = Doing()

    do(page.get_by_role("link", name="Admin", exact=True).click)
    do(page.get_by_role("link", name="Send me the survey now").click)
    do(page.get_by_label("The company that customers are asked about").fill, "Alder")
    do(page.get_by_role("button", name="Send it to me").click)
    expect(page.get_by_text("Open your mail, tap a number")).to_be_visible()
    dispatch.send_due("email")
    mail, survey = do(letter, catcher, page)
    assert (mail["to"], mail["subject"].startswith("Test: ")) == ([administrator.email], True)
    do(survey.get_by_role("link", name="9 out of 10").click)
    expect(survey.get_by_text("Test: this counts nowhere.")).to_be_visible()
    assert fits(survey)
    do(survey.get_by_role("button", name="Send my 9").click)
    do(survey.get_by_label("In your own words").fill, "Quick and kind")
    do(survey.get_by_role("button", name="Send", exact=True).click)
    expect(survey.get_by_role("heading", name="This was a test")).to_be_visible()

    expect(page.get_by_role("heading", name="The follow-up that it would make")).to_be_visible()
    expect(page.get_by_text("Quick and kind")).to_be_visible()
    expect(page.get_by_text("Of one answer nothing can be told")).to_be_visible()
    assert do.actions <= 12
    assert fits(page)
    assert (Trial.objects.get().score, Response.objects.count()) == (9, 0)


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_all_of_it_works_without_scripts_and_by_axe(
    open_page, catcher, assert_accessible, administrator, viewport, scheme
):
    SurveyVersionFactory(survey__name="A survey of deals with a rather long name")
    page = open_page("/setup/try/", user=administrator, viewport=viewport, scheme=scheme, javascript=False)
    page.get_by_role("button", name="Send it to me").click()
    expect(page.get_by_text("Not answered yet")).to_be_visible()
    dispatch.send_due("email")
    _mail, survey = letter(catcher, page)
    survey.get_by_role("link", name="3 out of 10").click()
    survey.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine
    survey.get_by_role("button", name="Send my score").click()
    survey.wait_for_timeout(1100)
    survey.get_by_role("button", name="Send", exact=True).click()
    survey.get_by_role("link", name="See what an answer becomes").click()
    expect(survey.get_by_role("heading", name="The follow-up that it would make")).to_be_visible()

    for address in ("/setup/try/", survey.url.removeprefix(page.url.partition("/setup")[0])):
        looked_at = open_page(address, user=administrator, viewport=viewport, scheme=scheme)
        assert fits(looked_at)
        ours = list(open_page.troubles)
        assert_accessible(looked_at)
        open_page.troubles[:] = ours
    trial = Trial.objects.get()
    for address in (f"/try/{trial.token}/", f"/try/{trial.token}/unsubscribe/"):
        looked_at = open_page(address, viewport=viewport, scheme=scheme)
        assert fits(looked_at)
        assert looked_at.context.cookies() == []
