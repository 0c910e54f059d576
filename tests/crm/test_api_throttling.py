import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisConnectionError

from crm.api.throttles import ClientKeyThrottle
from crm.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_a_minute(monkeypatch):
    monkeypatch.setattr(ClientKeyThrottle, "THROTTLE_RATES", {"client_key": "3/min"})
    monkeypatch.setattr(ClientKeyThrottle, "_asks_again_at", 0.0)
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


def test_deals_still_arrive_when_the_cache_is_lost(api, monkeypatch, caplog):
    asked = []

    def lost(*args, **kwargs):
        asked.append(args)
        raise RedisConnectionError("refused")

    monkeypatch.setattr(cache, "incr", lost)

    answers = [api.put(f"/api/v1/companies/{n}/", {"name": "One"}).status_code for n in range(5)]

    assert answers == [201] * 5
    assert Company.objects.count() == 5
    assert len(asked) == 1
    assert [record.message for record in caplog.records] == [
        "The cache does not answer, so API requests are not counted: refused"
    ]
