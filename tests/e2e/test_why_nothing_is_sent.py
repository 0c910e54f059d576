"""Why nothing is sent: whole on a phone and a desktop, in both schemes, without scripts, and by axe."""

import pytest
from playwright.sync_api import expect

from onboarding.models import Pulse
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import MessageFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory


@pytest.fixture
def draft(administrator):
    """An installation in which everything stands but the wording is a draft, and a letter waits for the server."""
    Pulse.keep()
    version = SurveyVersionFactory(survey__name="A survey of deals with a rather long name", published_at=None)
    TriggerFactory(survey=version.survey)
    TouchpointFactory(kind="renewal")
    MessageFactory(attempts=2, error="ConnectionRefusedError:[Errno111]" + "x" * 80)
    return version


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_the_page_fits_and_is_accessible(open_page, assert_accessible, draft, administrator, viewport, scheme):
    page = open_page("/setup/why/", user=administrator, viewport=viewport, scheme=scheme)

    assert fits(page)
    expect(page.get_by_role("heading", level=2)).to_have_count(9)
    ours = list(open_page.troubles)
    assert_accessible(page)
    open_page.troubles[:] = ours


def test_the_line_leads_from_the_administration_to_what_mends_it(open_page, draft, administrator):
    page = open_page("/admin/", user=administrator, viewport=PHONE, javascript=False)
    line = page.get_by_role("region", name="Asking")
    expect(line).to_contain_text("Asking is OFF. The wording of “A survey of deals with a rather long name”")

    line.get_by_role("link", name="Why is nothing sent?").click()
    page.get_by_role("region", name="Asking").get_by_role("link", name="Read the draft and publish it").click()

    # Until it is loaded: a request that still runs would hold up the emptying of the database.
    page.wait_for_url(f"**/admin/surveys/surveyversion/{draft.pk}/change/**")
