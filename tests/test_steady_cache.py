"""While the cache is away everything goes on, and limits hold within each process."""

import pytest
from django.core.cache import cache, caches
from django.test import Client

from accounts.models import User
from nps_project.steady_cache import JSONSerializer
from tests.factories import ClientKeyFactory, InvitationFactory

pytestmark = pytest.mark.django_db
PHRASE = "seven green lamps hum"
NOBODY_LISTENS = "redis://127.0.0.1:9/0"


@pytest.fixture
def away(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOBODY_LISTENS}}
    caches["default"].clear()


@pytest.fixture
def olena(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user("olena@plumb.example", PHRASE, name="Olena")


def log_in(password, client=None):
    form = {"login": "olena@plumb.example", "password": password}
    return (client or Client()).post("/accounts/login/", form)


def test_people_log_in_and_guessing_is_still_stopped(away, olena):
    assert log_in(PHRASE).status_code == 302

    other = Client(REMOTE_ADDR="198.51.100.9")
    for number in range(5):
        log_in(f"wrong {number}", other)

    assert "Too many failed login attempts" in log_in(PHRASE, other).content.decode()


def test_a_new_password_is_asked_for(away, olena, client):
    assert client.post("/accounts/password/reset/", {"email": "olena@plumb.example"}).status_code == 302


def test_customers_answer_and_systems_send(away, client):
    invitation = InvitationFactory()

    assert client.get(invitation.path).status_code == 200
    assert client.post(invitation.path, {"step": "score", "score": "9"}).status_code == 200

    key = ClientKeyFactory(scopes=["read"])
    secret = key.draw_secret()
    key.save()
    assert client.get("/api/v1/deals/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_the_web_stays_ready_and_says_what_is_missing(away, client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["cache"]) == (200, "missing")


def test_it_is_said_once_in_a_while(away, caplog):
    for number in range(10):
        cache.set(f"key-{number}", number)

    assert [cache.get(f"key-{number}") for number in range(10)] == list(range(10))
    assert len([line for line in caplog.records if "cache is away" in line.getMessage()]) <= 1


def test_redis_is_asked_again_later(away, monkeypatch):
    assert cache.add("count", 1)
    assert cache.incr("count") == 2
    with pytest.raises(ValueError, match="not found"):
        cache.incr("missing")


@pytest.mark.parametrize("value", [0, 7, "ąž", True, None, [1.5, "x"], {"a": {"b": []}}])
def test_values_come_back_as_they_were_and_run_no_code(value):
    made = JSONSerializer()
    written = made.dumps(value)

    cache.set("value", value)

    assert cache.get("value") == value
    assert not isinstance(written, bytes) or b"\x80" not in written
