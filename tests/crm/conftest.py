import pytest
from rest_framework.test import APIClient

from accounts.services import issue_client_key


def client_of(source="hubspot", scopes=("write",), **fields):
    key, secret = issue_client_key(name=f"Key of {source}", source=source, scopes=list(scopes), **fields)
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    client.key = key
    return client


@pytest.fixture
def api(db):
    return client_of()


@pytest.fixture
def other_api(db):
    return client_of("pipedrive")


@pytest.fixture
def reader(db):
    return client_of(scopes=["read"])
