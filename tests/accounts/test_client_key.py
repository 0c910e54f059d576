from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts import clock, tokens
from accounts.models import ClientKey, IdempotentRequest
from accounts.services import forget_old_answers, issue_client_key, revoke_client_key
from tests.factories import ClientKeyFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/companies/"


def bearer(secret):
    return APIClient(headers={"Authorization": f"Bearer {secret}"})


def test_the_secret_is_given_once_and_only_its_hash_is_kept():
    key, secret = issue_client_key(name="HubSpot", source="hubspot", scopes=["read"])

    kept = ClientKey.objects.get()
    assert secret.startswith("plumb_")
    assert len(secret) == 49
    assert bytes(kept.secret_hash) == tokens.digest(secret)
    assert secret not in repr(vars(kept))
    assert (kept.prefix, kept.scopes, str(key)) == (secret[:12], ["read"], f"HubSpot ({secret[:12]}…)")


@pytest.mark.parametrize(
    "fields", [{"source": "not a slug"}, {"source": ""}, {"scopes": ["everything"]}, {"scopes": []}, {"name": ""}]
)
def test_a_key_that_makes_no_sense_is_not_made(fields):
    with pytest.raises(ValidationError):
        issue_client_key(**{"name": "HubSpot", "source": "hubspot", "scopes": ["read"], **fields})

    assert not ClientKey.objects.exists()


def test_the_command_prints_the_secret_alone():
    out = StringIO()

    call_command("issue_client_key", "hubspot", "--scope", "read", "--days", "30", stdout=out)

    key = ClientKey.objects.get()
    assert bytes(key.secret_hash) == tokens.digest(out.getvalue().strip())
    assert (key.name, key.source, key.scopes) == ("hubspot", "hubspot", ["read"])
    assert timedelta(days=29) < key.expires_at - clock.now() <= timedelta(days=30)
    with pytest.raises(CommandError):
        call_command("issue_client_key", "not a slug")


def test_a_revoked_key_stays_revoked_since_the_first_time():
    key = ClientKeyFactory()

    assert revoke_client_key(key) is True
    since = key.revoked_at
    assert revoke_client_key(key) is False
    assert ClientKey.objects.get().revoked_at == since


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Basic b2xlbmE6c2VjcmV0", "not_authenticated"),
        ("Bearer", "authentication_failed"),
        ("Bearer plumb_wrong", "authentication_failed"),
        ("Bearer ключ", "authentication_failed"),
        ("Bearer a b c", "authentication_failed"),
    ],
)
def test_without_a_known_key_nothing_is_read(header, code):
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}

    answer = APIClient().get(ADDRESS, **headers)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Plumb API"'
    assert answer.json()["error"]["code"] == code


def test_a_session_of_the_staff_does_not_open_the_api(administrator):
    client = APIClient()
    client.force_login(administrator)

    assert client.get(ADDRESS).status_code == 401


def test_an_expired_or_revoked_key_is_refused():
    _expired, first = issue_client_key(name="A", source="a", scopes=["read"], expires_at=clock.now())
    revoked, second = issue_client_key(name="B", source="b", scopes=["read"])
    revoke_client_key(revoked)

    answers = [bearer(secret).get(ADDRESS) for secret in (first, second)]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert [answer.json()["error"]["message"] for answer in answers] == [
        "This client key has expired.",
        "This client key was revoked.",
    ]
    assert not ClientKey.objects.exclude(last_used_at=None).exists()


def test_each_scope_opens_what_it_names():
    _key, reading = issue_client_key(name="A", source="a", scopes=["read"])
    _key, writing = issue_client_key(name="A", source="a", scopes=["write"])

    assert bearer(reading).get(ADDRESS).status_code == 200
    assert bearer(writing).get(ADDRESS).status_code == 200
    refused = bearer(reading).put(ADDRESS + "1/", {"name": "One"})
    assert refused.status_code == 403
    assert refused.json()["error"] == {
        "code": "permission_denied",
        "message": "This client key does not have the scope for that.",
        "fields": {},
    }
    assert bearer(reading).post(ADDRESS + "bulk/", {"rows": []}).status_code == 403
    assert bearer(writing).put(ADDRESS + "1/", {"name": "One"}).status_code == 201


def test_the_last_use_is_noted_once_a_minute():
    key = ClientKeyFactory()
    first = datetime(2026, 5, 4, 12, tzinfo=UTC)

    noted = []
    for seconds in (0, 59, 60, 61):
        key.touch(first + timedelta(seconds=seconds))
        noted.append((ClientKey.objects.get().last_used_at - first).total_seconds())

    assert noted == [0, 0, 0, 61]


def test_answers_are_forgotten_after_a_week_whether_their_key_is_used_or_not():
    key = ClientKeyFactory()
    now = clock.now()
    for name, age in (("old", 8), ("young", 6)):
        IdempotentRequest.objects.create(client=key, key=name, fingerprint=b"x", created_at=now - timedelta(days=age))

    assert forget_old_answers(now=now) == 1
    assert [kept.key for kept in IdempotentRequest.objects.all()] == ["young"]
