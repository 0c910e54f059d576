"""Each page of the way from an empty installation to the first ask, on a phone, in each of our languages."""

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts import clock
from onboarding.models import Trial
from surveys.services import draft_of
from tests.e2e.conftest import PHONE, fits
from tests.e2e.test_admin import CUT
from tests.factories import BrandFactory, ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def way(administrator):
    """What an administrator opens one after the other, half of it set up."""
    brand = BrandFactory(sender_address="ask@alder.example", languages=LANGUAGES)
    survey = SurveyVersionFactory(survey__brand=brand, survey__status="draft").survey
    version, trigger = draft_of(survey), TriggerFactory(survey=survey, is_active=False)
    for contact in (ContactFactory(), ContactFactory(email="")):
        TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=20))
    return [
        "/setup/",
        f"/admin/accounts/brand/{brand.pk}/change/",
        "/setup/mail/",
        "/setup/try/",
        "/admin/surveys/survey/add/",
        f"/admin/surveys/survey/{survey.pk}/change/",
        f"/admin/surveys/surveyversion/{version.pk}/change/",
        "/admin/crm/importrun/add/",
        "/admin/accounts/clientkey/add/",
        "/setup/people/",
        "/admin/surveys/trigger/add/",
        f"/admin/surveys/trigger/{trigger.pk}/change/",
        f"/admin/surveys/trigger/{trigger.pk}/dry-run/",
        "/admin/surveys/askingpolicy/",
        "/admin/followups/playbook/",
        "/setup/why/",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_accessible_and_fits_a_phone(
    open_page, live_server, assert_accessible, way, administrator, language
):
    administrator.language = language
    administrator.save()
    page = open_page("/setup/", user=administrator, viewport=PHONE)
    for address in way:
        page.goto(live_server.url + address)
        for summary in page.locator("details:not([open], [name=filter]) > summary").all():
            if summary.is_visible():
                summary.click()

        assert page.locator("html").get_attribute("lang") == language, address
        assert fits(page), address
        assert page.evaluate(CUT) == [], address
        # axe writes styles of its own, which our policy refuses; what the page itself does wrong stands.
        assert open_page.troubles == [], address
        assert_accessible(page)
        page.evaluate("1")  # whatever the browser says about those has come by its answer
        open_page.troubles.clear()


def test_without_scripts_each_page_says_what_it_is_and_has_its_button(open_page, live_server, way, administrator):
    page = open_page("/setup/", user=administrator, viewport=PHONE, javascript=False)
    for address in way:
        page.goto(live_server.url + address)

        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        assert fits(page), address
        deeds = page.locator("main, #content").locator("button, input[type=submit], a[href]")
        assert any(deed.is_visible() for deed in deeds.all()), address
    assert not Trial.objects.exists()
