import pytest

from followups.models import ReferralProgramme
from followups.referrals import codes, thanks
from responses.page import offers
from tests.factories import ContactFactory, InvitationFactory, ResponseFactory


@pytest.fixture(autouse=True)
def _anew():
    thanks.forget()
    offers.forget()


@pytest.fixture
def invitation(db):
    contact = ContactFactory(first_name="Ona", last_name="Petraitė", email="ona@shop.example")
    return InvitationFactory(contact=contact, status="answered")


@pytest.fixture
def programme(invitation):
    brand = invitation.brand
    brand.privacy_url, brand.imprint_url = "https://alder.example/privacy", "https://alder.example/imprint"
    brand.save()
    return ReferralProgramme.objects.create(brand=brand, is_active=True)


@pytest.fixture
def code(programme, invitation):
    return codes.code_of(invitation.contact, programme)


@pytest.fixture
def response(invitation):
    return ResponseFactory(invitation=invitation, score=10)
