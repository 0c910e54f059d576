"""Plain HTTP: a first look works without a certificate, says so on every page, and cannot become more."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.privatehosts import is_private
from nps_project import plainhttp

LOOK = {
    "PLAIN_HTTP": True, "DEBUG": False, "CLOCK_OFFSET_FILE": "",
    "BASE_URL": "http://localhost:8080", "ALLOWED_HOSTS": ["localhost"],
}  # fmt: skip
ENVIRONMENT = {
    "DEBUG": "0", "PLAIN_HTTP": "1", "BASE_URL": "http://localhost:8080", "ALLOWED_HOSTS": "localhost",
    "CLOCK_OFFSET_FILE": "", "LOG_JSON": "1", "DJANGO_SETTINGS_MODULE": "nps_project.settings",
}  # fmt: skip


def start(code, **changes):
    """Start a process with the settings of a first look but for the changes; return what it says and whether it ran."""
    environment = {**os.environ, **ENVIRONMENT, **changes}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr, done.returncode == 0


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "plumb.localhost", "plumb.local", "printer.plumb.local.", "127.0.0.1", "127.9.9.9"),
        *("10.1.2.3", "172.31.0.1", "192.168.1.5", "169.254.1.1", "::1", "[::1]", "fd00::8", "fe80::1"),
    ],
)
def test_names_and_addresses_that_nobody_outside_means_are_private(host):
    assert is_private(host)


@pytest.mark.parametrize(
    "host",
    [
        *("", "nps.company.example", "plumb", "local", "localhost.example", "evil-localhost", "notlocal", "*"),
        *("8.8.8.8", "172.32.0.1", "100.64.0.1", "0.0.0.0", "2001:db8::1", "127.0.0.1.example"),
    ],
)
def test_everything_else_is_not(host):
    assert not is_private(host)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"BASE_URL": "http://nps.company.example"}, "BASE_URL leads to nps.company.example, where the world may come"),
        ({"BASE_URL": "http://203.0.113.5:8080"}, "BASE_URL leads to 203.0.113.5"),
        ({"BASE_URL": "https://localhost"}, "BASE_URL is https://localhost, not http://"),
        ({"ALLOWED_HOSTS": ["localhost", "nps.company.example"]}, "ALLOWED_HOSTS has nps.company.example,"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS has *,"),
    ],
)
def test_it_is_refused_where_the_world_may_come_by(changes, said):
    with pytest.raises(
        ImproperlyConfigured, match=r"Take PLAIN_HTTP away and let BASE_URL begin with https://"
    ) as told:
        plainhttp.check({**LOOK, **changes})

    assert said in str(told.value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"BASE_URL": "http://192.168.1.5", "ALLOWED_HOSTS": ["192.168.1.5", "plumb.local"]},
        {"DEBUG": True, "ALLOWED_HOSTS": ["*"]},
        {"PLAIN_HTTP": False, "BASE_URL": "https://nps.company.example", "ALLOWED_HOSTS": ["nps.company.example"]},
    ],
)
def test_elsewhere_it_may_be(changes):
    plainhttp.check({**LOOK, **changes})


def test_no_process_starts_where_it_is_refused():
    said, ran = start("import nps_project.settings", BASE_URL="http://nps.company.example")

    assert not ran
    assert "PLAIN_HTTP is on, but BASE_URL leads to nps.company.example" in said


def test_no_browser_is_told_to_come_by_tls_and_cookies_go_without_it():
    names = (
        *("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
        *("LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"),
    )
    code = f"from django.conf import settings as s; print(*[getattr(s, name) for name in {names}])"

    assert start(code)[0].split() == ["False", "0", "False", "False", "False", "sessionid", "csrftoken"]
    assert start(code, PLAIN_HTTP="0")[0].split() == [
        "True", "31536000", "True", "True", "True", "__Host-sessionid", "__Host-csrftoken",
    ]  # fmt: skip


def test_the_log_of_the_start_says_that_it_is_a_first_look():
    said, ran = start("import nps_project.wsgi")

    assert ran
    assert plainhttp.TOLD in said
    assert plainhttp.TOLD not in start("import nps_project.wsgi", CLOCK_OFFSET_FILE="/nowhere")[0]


@pytest.mark.parametrize(
    ("changes", "is_one"),
    [({}, True), ({"PLAIN_HTTP": False}, False), ({"DEBUG": True}, False), ({"CLOCK_OFFSET_FILE": "clock"}, False)],
)
def test_work_on_the_code_and_demos_are_none(changes, is_one):
    assert plainhttp.is_first_look({**LOOK, **changes}) is is_one


@pytest.mark.django_db
def test_every_page_of_staff_says_so(client, administrator, settings):
    client.force_login(administrator)
    pages = ("/setup/", "/inbox/", "/me/settings/", "/admin/", "/admin/accounts/team/")
    assert not [page for page in pages if "First look only." in client.get(page).text]

    settings.IS_FIRST_LOOK = True

    assert [client.get(page).text.count("First look only.") for page in pages] == [1] * len(pages)
    assert "First look only." in Client().get("/accounts/login/").text


@pytest.mark.django_db
def test_forged_forms_are_refused_and_csp_holds_without_tls(settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost:8080"})
    page = browser.get("/accounts/login/")
    token = page.cookies[settings.CSRF_COOKIE_NAME]
    sent = {"login": "ada@plumb.example", "password": "x", "csrfmiddlewaretoken": token.value}

    own = browser.post("/accounts/login/", sent, headers={"origin": "http://localhost:8080"})
    other = browser.post("/accounts/login/", sent, headers={"origin": "http://other.local:8080"})

    assert not token["secure"]
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in page
    assert (own.status_code, other.status_code) == (200, 403)
