import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SecurityEvent, StaffSession

pytestmark = pytest.mark.django_db
SETTINGS = "/me/settings/"


@pytest.fixture
def here(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def there(owner):
    other = Client()
    other.force_login(owner)
    return other


def is_in(client):
    return client.get(SETTINGS).status_code == 200


def test_a_person_sees_where_they_are_logged_in_and_ends_one_or_all_others(here, there, owner):
    third = Client()
    third.force_login(owner)
    page = here.get("/me/sessions/").content.decode()
    assert page.count("Log out there") == 2
    assert page.count("this browser") == 1

    session = StaffSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("end_session", args=[session.pk]))
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)

    here.post(reverse("end_other_sessions"))
    assert (is_in(here), is_in(third)) == (True, False)
    assert SecurityEvent.objects.filter(kind="session_ended", by=owner, about=owner).count() == 2


def test_nobody_ends_a_session_of_another_person(here, stranger):
    theirs = Client()
    theirs.force_login(stranger)
    session = StaffSession.objects.get(person=stranger)

    assert here.post(reverse("end_session", args=[session.pk])).status_code == 404
    assert is_in(theirs)


@pytest.mark.parametrize(("idle", "longest", "goes_on"), [(59, 60, True), (61, 60, False), (60 * 24 * 13, 0, True)])
def test_a_session_ends_by_itself_when_nobody_is_there(here, settings, idle, longest, goes_on):
    settings.SESSION_IDLE_MINUTES = longest
    session = here.session
    session["seen"] = (timezone.now() - timedelta(minutes=idle)).timestamp()
    session.save()

    answer = here.get(SETTINGS, follow=True)

    said = "You were logged out because you were away for a while." in answer.content.decode()
    assert (is_in(here), said) == (goes_on, not goes_on)


def test_staff_pages_stay_in_no_cache_and_logging_out_empties_the_browser(here):
    assert "no-store" in here.get(SETTINGS)["Cache-Control"]
    assert "no-store" in here.get("/inbox/")["Cache-Control"]

    answer = here.post(reverse("account_logout"))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(here)


def test_sessions_survive_a_change_of_the_key_until_the_old_one_is_taken_out(here, settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a-new-key-a-new-key-a-new-key-a-new-key-a-new-key"

    settings.SECRET_KEY_FALLBACKS = [old]
    assert is_in(here)

    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(here)
    settings.SECRET_KEY = "one-more-key-one-more-key-one-more-key-one-more-key"
    assert not is_in(here)


def test_deactivating_a_person_ends_their_sessions(here, owner):
    owner.is_active = False
    owner.save()

    assert not is_in(here)


def test_ended_sessions_are_not_shown(here, there):
    Session.objects.filter(session_key=there.session.session_key).delete()

    assert here.get("/me/sessions/").content.decode().count("Log out there") == 0


def test_over_tls_cookies_are_bound_to_this_very_host():
    names = "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"
    code = "from django.conf import settings as s; print([getattr(s, n) for n in %r], s.SESSION_COOKIE_SECURE)"
    made = subprocess.run(
        [sys.executable, "-c", code % (names,)],
        env={**os.environ, "DEBUG": "0", "PLAIN_HTTP": "0", "DJANGO_SETTINGS_MODULE": "nps_project.settings"},
        cwd=project.BASE_DIR, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert made.count("__Host-") == 4
    assert "True" in made
