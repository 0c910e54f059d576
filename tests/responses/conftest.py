import pytest

from responses import topics
from tests.factories import InvitationFactory


@pytest.fixture(autouse=True)
def _topics_anew():
    topics.forget()


@pytest.fixture
def invitation(db):
    return InvitationFactory(contact__first_name="Ona")
