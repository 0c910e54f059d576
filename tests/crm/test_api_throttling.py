import pytest

from crm.api.throttles import ClientKeyThrottle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_a_minute(monkeypatch):
    monkeypatch.setattr(ClientKeyThrottle, "THROTTLE_RATES", {"client_key": "3/min"})
    monkeypatch.setattr("crm.api.throttles.time.time", lambda: 1_000_000_000.0)


def test_each_key_has_its_own_limit(api, other_api):
    ours = [api.get("/api/v1/companies/") for _ in range(5)]

    assert [answer.status_code for answer in ours] == [200, 200, 200, 429, 429]
    assert ours[-1]["Retry-After"] == "20"  # the window of a minute began 40 seconds ago
    assert ours[-1].json()["error"]["code"] == "throttled"
    assert other_api.get("/api/v1/companies/").status_code == 200


def test_the_next_window_begins_anew(api, monkeypatch):
    for _ in range(4):
        api.get("/api/v1/companies/")
    monkeypatch.setattr("crm.api.throttles.time.time", lambda: 1_000_000_020.0)

    assert api.get("/api/v1/companies/").status_code == 200
