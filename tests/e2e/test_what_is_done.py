"""What was done about answers can be read by everybody, with scripts and without, on a phone and on a screen."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from tests.analytics.answers import answer, customers, manager_called, version_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worked(ceo):
    """Thirty critics called and thirty not, who all answered again."""
    version, ona = version_of(), manager_called("Ona")
    now = clock.now()
    for is_called, then in ((True, [7, 9] * 15), (False, [3, 5] * 15)):
        people = customers(30)
        first = answer(version, [2] * 30, at=now - timedelta(days=60), contacts=people)
        for score, person in zip(then, people, strict=True):
            answer(version, [score], at=now - timedelta(days=5), contacts=[person])
        for response in first if is_called else []:
            FollowupFactory(
                response=response,
                assignee=ona,
                team=ona.team,
                status="in_progress",
                first_contact_at=now - timedelta(days=59),
            )
    return ona


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_the_work_of_each_person_stands_by_name(open_page, assert_accessible, ceo, worked, viewport, javascript):
    page = open_page("/dashboard/casework/", user=ceo, viewport=viewport, javascript=javascript)

    expect(page.get_by_role("rowheader", name="Ona")).to_be_visible()
    expect(page.get_by_role("heading", name="First contact in time")).to_be_visible()
    assert fits(page)
    if javascript:
        assert_accessible(page)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_whether_calling_helped_is_told_with_care(open_page, assert_accessible, ceo, worked, viewport, javascript):
    page = open_page("/dashboard/recovery/", user=ceo, viewport=viewport, javascript=javascript)

    expect(page.get_by_text("changed by +4.0 more")).to_be_visible()
    expect(page.get_by_text("Who is contacted is not chance")).to_be_visible()
    assert fits(page)
    if javascript:
        assert_accessible(page)
