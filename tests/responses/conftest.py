import pytest

from responses.page import houses, offers
from tests.factories import InvitationFactory


@pytest.fixture(autouse=True)
def _offers_anew():
    offers.forget()
    houses.forget()


@pytest.fixture
def invitation(db):
    return InvitationFactory(contact__first_name="Ona")
