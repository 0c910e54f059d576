from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import clock, tasks
from accounts.models import IdempotentRequest, SecurityEvent
from tests.factories import ClientKeyFactory

pytestmark = pytest.mark.django_db


def test_what_nobody_needs_any_more_is_forgotten_by_itself():
    key = ClientKeyFactory()
    now = clock.now()
    for days in (1, 1000):
        ago = now - timedelta(days=days)
        IdempotentRequest.objects.create(client=key, key=str(days), fingerprint=b"x", created_at=ago)
        SecurityEvent.objects.create(kind="login", at=ago)
        Session.objects.create(
            session_key=str(days), session_data="", expire_date=timezone.now() + timedelta(days=2 - days)
        )

    tasks.forget_old()

    assert [kept.key for kept in IdempotentRequest.objects.all()] == ["1"]
    assert [(now - event.at).days for event in SecurityEvent.objects.all()] == [1]
    assert [session.session_key for session in Session.objects.all()] == ["1"]
