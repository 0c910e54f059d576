import pytest

from followups.models import QuotePolicy, Testimonial
from followups.testimonials import consent, question
from followups.testimonials.consent import QuoteWish
from responses.page import offers
from tests.factories import CompanyFactory, ContactFactory, InvitationFactory, ResponseFactory

WORDS = "Solid desks, and Anna was very kind."


@pytest.fixture(autouse=True)
def _anew():
    question.forget()
    offers.forget()


@pytest.fixture
def invitation(db):
    company = CompanyFactory(name="Baltic Foods")
    contact = ContactFactory(first_name="Ona", last_name="Petraitė", email="ona@shop.example", company=company)
    return InvitationFactory(contact=contact, status="answered")


@pytest.fixture
def policy(invitation):
    return QuotePolicy.objects.create(brand=invitation.brand, tiers=["good"], is_feed_on=True, is_feed_open=True)


@pytest.fixture
def response(invitation, owner):
    return ResponseFactory(invitation=invitation, score=10, comment=WORDS, team=owner.team)


@pytest.fixture
def agree(response):
    """Let the customer agree."""

    def agree(name="full", *, company=True, of=None):
        from accounts import clock

        wish = QuoteWish(name, company, "en", {"by": "human", "reasons": ["gesture"]})
        return consent.give((of or response).pk, wish, now=clock.now())

    return agree


@pytest.fixture
def told(agree):
    return agree()


@pytest.fixture
def public(told):
    Testimonial.objects.update(state="approved")
    told.refresh_from_db()
    return told
