"""What the settings of single sign-on decide: whose password still counts, and which second factor is asked for."""

import os
import re
import subprocess
import sys
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as project
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts import letters, secrets
from accounts.access import welcome
from accounts.access.signon import proof
from accounts.models import User
from tests.factories import UserFactory
from tests.identity_provider import sign_on, visit

pytestmark = pytest.mark.django_db
PHRASE = "seven green lamps hum"
LOGIN, CODE, SET_UP = "/accounts/login/", "/accounts/second-factor/login/", "/accounts/second-factor/set-up/"
AGAIN, SET_PASSWORD = "/accounts/sign-on/again/", "/accounts/password/set/"
SECRET = "A" * 32


@pytest.fixture
def olena():
    return User.objects.create_user("olena@plumb.example", PHRASE, name="Olena")


@pytest.fixture
def without_password(olena):
    """Olena, who can prove who she is at the provider alone."""
    olena.set_unusable_password()
    olena.is_staff = True
    olena.save()
    return olena


def with_second_factor(person):
    Authenticator.objects.create(user=person, type="totp", data={"secret": secrets.seal(SECRET)})


def log_in(client, address="olena@plumb.example"):
    return client.post(LOGIN, {"login": address, "password": PHRASE})


def is_in(client):
    return client.get("/me/sessions/").status_code == 200


# The page.
def test_the_login_page_offers_both_ways(client, company, settings):
    plain = client.get(LOGIN).text
    settings.SIGN_ON_LABEL = "Acme <ID>"
    named = client.get(f"{LOGIN}?next=/inbox/").text

    assert "Log in with your company account" in plain
    assert "Log in with Acme &lt;ID&gt;" in named
    assert named.count('name="next" value="/inbox/"') == 2
    assert 'name="password"' in named


@pytest.mark.parametrize("language", ["uk", "ru", "lt"])
def test_its_pages_speak_the_language_of_the_reader(client, company, language):
    headers = {"accept-language": language}
    company.claims["email"] = "stranger@plumb.example"
    begun = client.post("/accounts/sign-on/", headers=headers)

    refused = client.get(visit(begun["Refresh"].removeprefix("0; url=")), headers=headers)

    pages = [client.get(LOGIN, headers=headers).text, begun.text, refused.text]
    english = ("company account", "On to", "If nothing", "Nobody works", "did not work", "Back to")
    assert [words for words in english if any(words in page for page in pages)] == []


# Where it is required.
def test_where_it_is_required_passwords_let_nobody_in(client, company, olena, settings):
    settings.SIGN_ON_REQUIRED = True

    answer = log_in(client)

    assert (answer.status_code, is_in(client)) == (200, False)
    assert 'name="password"' not in Client().get(LOGIN).text
    assert 'name="password"' in Client().get(f"{LOGIN}?password").text
    sign_on(client)
    assert is_in(client)


def test_whoever_may_break_the_glass_still_logs_in_by_password(company, olena, settings):
    settings.SIGN_ON_REQUIRED, settings.SIGN_ON_BREAK_GLASS = True, ["olena@plumb.example"]
    above = User.objects.create_superuser("root@plumb.example", PHRASE, name="Root")
    named, bare, twofold = Client(), Client(), Client()

    assert log_in(named).status_code == 302
    assert log_in(bare, "root@plumb.example").status_code == 200
    with_second_factor(above)
    assert log_in(twofold, "root@plumb.example")["Location"] == CODE


def test_a_deactivated_person_breaks_no_glass(client, company, olena, settings):
    settings.SIGN_ON_REQUIRED, settings.SIGN_ON_BREAK_GLASS = True, ["olena@plumb.example"]
    User.objects.update(is_active=False)

    log_in(client)

    assert not is_in(client)


def test_where_passwords_do_not_count_nobody_is_led_to_set_one(
    client, company, olena, administrator, settings, monkeypatch
):
    settings.SIGN_ON_REQUIRED = True
    wanted = []
    monkeypatch.setattr(letters, "want", lambda template, person, **_facts: wanted.append(template))
    sign_on(client)

    page = client.get("/me/settings/").text
    closed = ["/accounts/password/change/", SET_PASSWORD, "/me/address/"]
    client.post("/accounts/password/reset/", {"email": "olena@plumb.example"})

    assert not [address for address in closed if address in page]
    assert [client.get(address).status_code for address in closed] == [404, 404, 404]
    assert wanted == []
    newcomer = UserFactory(email="new@plumb.example", password="!")
    assert "needs no letter to set a password" in welcome.obstacle(newcomer, by=administrator)


# The second factor.
def test_a_login_at_the_provider_is_the_first_factor_only(client, company, olena):
    with_second_factor(olena)

    answer = sign_on(client, next="/me/sessions/")

    assert (answer["Location"], is_in(client)) == (CODE, False)
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    answer = client.post(CODE, {"code": code})
    assert (answer["Location"], is_in(client)) == ("/me/sessions/", True)


def test_who_lacks_the_second_factor_that_is_wanted_sets_it_up_first(client, company, olena, settings):
    settings.SECOND_FACTOR_FOR = "everybody"

    sign_on(client)

    assert client.get("/inbox/")["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200


@pytest.mark.parametrize(
    ("claims", "is_asked"),
    [
        ({"amr": ["pwd", "mfa"]}, False),
        ({"acr": "gold"}, False),
        ({"amr": ["pwd"]}, True),
        ({"amr": "mfa"}, True),
        ({"amr": [["mfa"]]}, True),
        ({"acr": "silver"}, True),
        ({}, True),
    ],
    ids=str,
)
def test_a_second_factor_at_the_provider_counts_where_the_settings_trust_it(
    client, company, olena, settings, claims, is_asked
):
    settings.SECOND_FACTOR_FOR, settings.SIGN_ON_SECOND_FACTOR = "everybody", ["mfa", "gold"]
    company.claims |= claims

    sign_on(client)
    is_led_to_set_up = client.get("/inbox/").get("Location") == SET_UP
    with_second_factor(olena)
    answer = sign_on(Client())

    assert (is_led_to_set_up, answer["Location"] == CODE) == (is_asked, is_asked)


def test_no_word_of_the_provider_counts_unless_it_is_named(client, company, olena):
    with_second_factor(olena)
    company.claims |= {"amr": ["mfa", "otp", ""], "acr": ""}

    assert sign_on(client)["Location"] == CODE


def test_a_second_factor_at_the_provider_counts_for_the_one_who_gave_it_only(client, company, olena, settings):
    settings.SECOND_FACTOR_FOR, settings.SIGN_ON_SECOND_FACTOR = "everybody", ["mfa"]
    company.claims["amr"] = ["mfa"]
    User.objects.create_user("jonas@plumb.example", PHRASE, name="Jonas")
    sign_on(client)
    client.post("/accounts/logout/")

    log_in(client, "jonas@plumb.example")

    assert client.get("/inbox/")["Location"] == SET_UP


def test_what_a_session_proved_for_one_it_did_not_prove_for_another(rf, company, olena, settings):
    settings.SIGN_ON_SECOND_FACTOR = ["mfa"]
    jonas = UserFactory(email="jonas@plumb.example")
    request = rf.get("/")
    request.session = SessionStore()

    proof.keep(request, olena, {"amr": ["mfa"]})

    assert [proof.gave_second_factor(request, person) for person in (olena, jonas)] == [True, False]


# Proving it once more.
def grow_old(client):
    """Let what the session has proved be ten minutes old."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()


@pytest.mark.parametrize("page", [SET_UP, SET_PASSWORD])
def test_a_session_alone_sets_up_nothing(client, company, without_password, page):
    sign_on(client)
    assert client.get(page).status_code == 200
    grow_old(client)

    for answer in (client.get(page), client.post(page, {"code": "1", "password1": PHRASE, "password2": PHRASE})):
        assert answer["Location"].startswith(AGAIN)
    assert not User.objects.get().has_usable_password()

    asked = client.get(f"{AGAIN}?next={page}").text
    assert f'name="next" value="{page}"' in asked
    answer = sign_on(client, next=page, again="1")
    assert (answer["Location"], client.get(page).status_code) == (page, 200)
    assert (company.asked["prompt"], company.asked["max_age"]) == ("login", "0")


def test_an_old_login_at_the_provider_proves_nothing_anew(client, company, without_password):
    sign_on(client)
    grow_old(client)
    company.claims["auth_time"] = int(time.time()) - 600

    answer = sign_on(client, next=SET_UP, again="1")

    assert answer.status_code == 403
    assert client.get(SET_UP).status_code == 302


def test_somebody_else_proves_nothing(client, company, without_password):
    UserFactory(email="jonas@plumb.example")
    sign_on(client)
    grow_old(client)
    company.claims |= {"sub": "jonas", "email": "jonas@plumb.example"}

    answer = sign_on(client, next=SET_UP, again="1")

    assert (answer.status_code, is_in(client)) == (403, True)
    assert client.get(SET_UP).status_code == 302


def test_a_session_that_outlived_the_provider_sets_up_nothing(client, company, without_password, settings):
    sign_on(client)
    grow_old(client)
    settings.SIGN_ON_ISSUER = ""

    assert [client.get(page).status_code for page in (SET_UP, SET_PASSWORD)] == [403, 403]


def test_who_has_a_password_may_prove_it_either_way(client, company, olena, settings):
    sign_on(client)
    grow_old(client)

    asked = client.get(SET_UP, follow=True)
    assert asked.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    assert AGAIN in asked.text
    settings.SIGN_ON_REQUIRED = True
    assert client.get(SET_UP)["Location"].startswith(AGAIN)
    sign_on(client, next=SET_UP, again="1")
    assert client.get(SET_UP).status_code == 200


# The settings.
WHOLE = {
    "SIGN_ON_ISSUER": "https://id.plumb.example/staff", "SIGN_ON_CLIENT_ID": "plumb", "SIGN_ON_CLIENT_SECRET": "s",
    "SIGN_ON_DOMAINS": "plumb.example",
}  # fmt: skip


def start(**changes):
    """Start with all settings but for the changes, and return what the start says."""
    environment = {**os.environ, "PLAIN_HTTP": "0", **WHOLE, **changes}
    code = "from nps_project import settings as s; print(s.SIGN_ON_ISSUER, s.SIGN_ON_DOMAINS)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or re.sub(r".*ImproperlyConfigured: ", "", done.stderr.strip().splitlines()[-1])


NEEDED = "single sign-on needs SIGN_ON_ISSUER, SIGN_ON_CLIENT_ID, SIGN_ON_CLIENT_SECRET, SIGN_ON_DOMAINS, or none."
READ = "https://id.plumb.example/staff ['plumb.example']"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, READ),
        ({"SIGN_ON_ISSUER": f"{WHOLE['SIGN_ON_ISSUER']}/.well-known/openid-configuration"}, READ),
        ({"SIGN_ON_DOMAINS": "@Plumb.example, "}, READ),
        (
            {"SIGN_ON_CLIENT_SECRET": "", "SIGN_ON_DOMAINS": ""},
            f"SIGN_ON_ISSUER, SIGN_ON_CLIENT_ID set, but not SIGN_ON_CLIENT_SECRET, SIGN_ON_DOMAINS: {NEEDED}",
        ),
        (
            {**dict.fromkeys(WHOLE, ""), "SIGN_ON_REQUIRED": "1"},
            f"SIGN_ON_REQUIRED set, but not {', '.join(WHOLE)}: {NEEDED}",
        ),
        ({"SIGN_ON_ISSUER": "http://id.plumb.example"}, "SIGN_ON_ISSUER begins with https://"),
        ({"SIGN_ON_ISSUER": "https://id.plumb.example/?tenant=1"}, "SIGN_ON_ISSUER is an address of at most 200"),
        (
            {"SIGN_ON_DOMAINS": "plumb.example,ada@plumb.example"},
            "SIGN_ON_DOMAINS lists domains such as plumb.example, parted by commas; not ada@plumb.example.",
        ),
        (
            {"SIGN_ON_BREAK_GLASS": "ada"},
            "SIGN_ON_BREAK_GLASS lists addresses such as ada@plumb.example, parted by commas; not ada.",
        ),
    ],
    ids=lambda value: next(iter(value), "whole") if isinstance(value, dict) else "",
)
def test_half_a_configuration_stops_the_start_and_says_what_is_missing(changes, said):
    assert start(**changes).startswith(said)
