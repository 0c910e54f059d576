import pytest

from accounts import clock
from tests.analytics.answers import NOW, version_of


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def version(db):
    return version_of()


@pytest.fixture
def ceo(administrator):
    """Sees the numbers of all teams."""
    return administrator


@pytest.fixture
def show(client, ceo):
    """Open the dashboard as somebody and read it."""
    from tests.analytics.reading import Page

    def show(query="", user=None, status=200):
        client.force_login(user or ceo)
        response = client.get(f"/dashboard/{query}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return show
