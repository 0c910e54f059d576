import pytest

from surveys.models import Judgement
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.e2e.test_inbox import followup
from tests.factories import TriggerFactory


@pytest.fixture
def pages(manager, owner):
    """Where a manager finds the customer of one follow-up, and what else there is."""
    made = followup(owner)
    response, contact = made.response, made.response.contact
    response.team = owner.team
    response.save(update_fields=["team"])
    Judgement.objects.create(
        invitation=response.invitation,
        at=response.answered_at,
        verdict="ask",
        trace=[{"rule": "floor", "value": "", "passed": True}],
    )
    TriggerFactory(survey=response.survey)
    return {
        "contact": f"/contacts/{contact.pk}/",
        "asking": f"/contacts/{contact.pk}/asking/",
        "company": f"/companies/{contact.company_id}/",
        "ledger": f"/invitations/{response.invitation_id}/",
        "answers": "/answers/",
        "answer": f"/answers/{response.pk}/",
        "settings": "/me/settings/",
        "password": "/accounts/password/change/",
        "forgotten": "/accounts/password/reset/",
    }


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_staff_pages_fit_and_are_accessible(open_page, assert_accessible, pages, manager, viewport, scheme):
    for name, path in pages.items():
        page = open_page(path, user=manager, viewport=viewport, scheme=scheme)

        assert page.get_by_role("heading", level=1).inner_text() != "", name
        assert fits(page)
        assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_unsubscribe_page_is_accessible(open_page, assert_accessible, owner, scheme):
    made = followup(owner)

    page = open_page(made.response.invitation.path.replace("/s/", "/u/"), viewport=PHONE, scheme=scheme)

    assert fits(page)
    assert_accessible(page)
