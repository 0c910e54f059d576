import pytest
from django.test import Client

from tests.accounts.added_languages import spoken_here
from tests.factories import UserFactory


@pytest.fixture
def arabic(db):
    return spoken_here("ar")


@pytest.fixture
def admin(db):
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True, language="en"))
    return client
