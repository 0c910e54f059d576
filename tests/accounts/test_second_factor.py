"""A stolen password lets nobody in where there is a second step, and who loses the phone is not lost."""

import os
import re
import subprocess
import sys
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as project
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import roles, secrets
from accounts.models import SecurityEvent, User
from delivery import composers
from delivery.models import Message
from tests.conftest import person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PHRASE = "seven green lamps hum"
LOGIN, CODE = "/accounts/login/", "/accounts/second-factor/login/"
SET_UP, CODES, DROP = (f"/accounts/second-factor/{page}/" for page in ("set-up", "codes", "drop"))


@pytest.fixture
def olena():
    return User.objects.create_user("olena@plumb.example", PHRASE, name="Olena")


def log_in(client, address="olena@plumb.example", **form):
    return client.post(LOGIN, {"login": address, "password": PHRASE, **form})


def is_in(client):
    return client.get("/me/settings/").status_code == 200


def code_of(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def set_up(client):
    """Log in, set the second factor up and return its secret and the recovery codes."""
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PHRASE})
    secret = re.search(r'class="secret">(\w+)<', client.get(SET_UP).text)[1]
    page = client.post(SET_UP, {"code": code_of(secret)}, follow=True)
    assert page.redirect_chain[-1][0] == CODES
    return secret, re.findall(r"<code>(\d{8})</code>", page.text)


def with_second_factor():
    """Return a browser of Olena's in which she has just set up the second factor, its secret and her codes."""
    browser = Client()
    return browser, *set_up(browser)


def events(kind):
    return list(SecurityEvent.objects.filter(kind=kind).order_by("pk").values_list("about__name", "details"))


def test_with_it_a_password_alone_opens_nothing(client, olena):
    _browser, secret, _codes = with_second_factor()

    answer = log_in(client)

    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert not is_in(client)
    wrong = client.post(CODE, {"code": "000000"})
    assert "That is not the code of this moment." in wrong.text
    assert not is_in(client)
    assert events("login_failed") == [("Olena", {"step": "second factor"})]
    right = client.post(CODE, {"code": code_of(secret, ahead=1)})
    assert (right.status_code, is_in(client)) == (302, True)


def test_the_page_asked_for_is_reached_after_both_steps(client, olena):
    _browser, secret, _codes = with_second_factor()
    log_in(client, next="/me/sessions/")

    answer = client.post(CODE, {"code": code_of(secret, ahead=1)})

    assert answer["Location"] == "/me/sessions/"


def test_a_code_that_was_used_lets_nobody_in_again_while_it_is_still_good(client, olena):
    _browser, secret, _codes = with_second_factor()
    code = code_of(secret, ahead=1)
    log_in(client)
    client.post(CODE, {"code": code})
    assert is_in(client)
    thief = Client()
    log_in(thief)
    # As after half a minute, when allauth forgets it.
    cache.delete(Authenticator.objects.get(type="totp").wrap()._get_used_cache_key(code))

    thief.post(CODE, {"code": code[:3] + " " + code[3:]})
    thief.post(CODE, {"code": code})

    assert not is_in(thief)


def test_the_code_that_set_it_up_lets_nobody_in(client, olena):
    browser = Client()
    log_in(browser)
    browser.post("/accounts/reauthenticate/", {"password": PHRASE})
    secret = re.search(r'class="secret">(\w+)<', browser.get(SET_UP).text)[1]
    code = code_of(secret)
    browser.post(SET_UP, {"code": code})
    log_in(client)

    client.post(CODE, {"code": code})

    assert not is_in(client)


def test_a_code_by_which_somebody_proved_who_they_are_lets_nobody_in(client, olena):
    browser, secret, _codes = with_second_factor()
    code = code_of(secret, ahead=1)
    assert browser.post("/accounts/second-factor/reauthenticate/", {"code": code}).status_code == 302
    log_in(client)
    # As after half a minute, when allauth forgets it.
    cache.delete(Authenticator.objects.get(type="totp").wrap()._get_used_cache_key(code))

    client.post(CODE, {"code": code})

    assert not is_in(client)


def test_each_recovery_code_lets_in_once(client, olena):
    _browser, _secret, codes = with_second_factor()
    assert len(set(codes)) == 10
    log_in(client)
    client.post(CODE, {"code": codes[3]})
    assert is_in(client)
    again = Client()
    log_in(again)

    again.post(CODE, {"code": codes[3]})

    assert not is_in(again)


def test_codes_cannot_be_tried_out(client, olena):
    _browser, secret, _codes = with_second_factor()
    log_in(client)
    for number in range(5):
        client.post(CODE, {"code": f"00000{number}"})

    client.post(CODE, {"code": code_of(secret, ahead=1)})

    assert not is_in(client)


def test_recovery_codes_are_shown_once_and_drawn_anew(olena):
    browser, _secret, codes = with_second_factor()

    again = browser.get(CODES).text
    fresh = browser.post(f"{CODES}new/", follow=True).text

    assert not [code for code in codes if code in again]
    assert "10 recovery codes are left." in again
    assert len(set(re.findall(r"<code>(\d{8})</code>", fresh)) - set(codes)) == 10


def test_the_database_holds_no_secret_in_the_clear(olena):
    _browser, secret, _codes = with_second_factor()

    kept = Authenticator.objects.get(type="totp").data["secret"]
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]

    assert secrets.unseal(kept) == secret != kept
    assert len(secrets.unseal(seed)) == 80 != len(seed)


def test_every_change_is_written_down_and_told_by_mail(olena, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        browser, _secret, _codes = with_second_factor()
        browser.post(DROP)

    changes = [(name, details["change"], details["type"]) for name, details in events("second_factor")]
    assert sorted(changes) == [
        ("Olena", "added", "recovery_codes"),
        ("Olena", "added", "totp"),
        ("Olena", "removed", "recovery_codes"),
        ("Olena", "removed", "totp"),
    ]
    letters = [composers.compose([message])[message.pk].subject for message in Message.objects.all()]
    assert letters == ["The second factor of your login has changed"] * 2
    assert not Authenticator.objects.exists()


def test_setting_it_up_takes_the_password_again(client, olena):
    client.force_login(olena)

    answer = client.get(SET_UP)

    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_a_session_alone_changes_nothing_of_it(olena):
    _browser, _secret, _codes = with_second_factor()
    thief = Client()
    thief.force_login(olena)
    pages = (DROP, CODES, f"{CODES}new/")

    answers = [thief.get(page) for page in pages] + [thief.post(page) for page in (DROP, f"{CODES}new/")]

    assert {answer["Location"].partition("?")[0] for answer in answers} == {"/accounts/reauthenticate/"}
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_new_password_ends_the_other_sessions(client, olena):
    browser, _secret, _codes = with_second_factor()
    thief = Client()
    thief.force_login(olena)
    new = "nine red kites sing"

    browser.post("/accounts/password/change/", {"oldpassword": PHRASE, "password1": new, "password2": new})

    assert (is_in(browser), is_in(thief)) == (True, False)
    assert client.post(LOGIN, {"login": "olena@plumb.example", "password": new})["Location"] == CODE


def test_no_page_of_it_stays_in_the_browser(client, olena):
    browser, _secret, _codes = with_second_factor()
    log_in(client)
    pages = [
        client.get(CODE),
        *(browser.get(page) for page in ("/accounts/second-factor/", CODES, f"{CODES}new/", DROP)),
    ]

    assert [page.status_code for page in pages] == [200] * 5
    assert [page for page in pages if "no-store" not in page["Cache-Control"]] == []


@pytest.mark.parametrize("language", ["uk", "ru", "lt"])
def test_its_pages_speak_the_language_of_the_person(olena, language):
    browser, _secret, _codes = with_second_factor()
    User.objects.update(language=language)

    said = [browser.get(page).text for page in ("/accounts/second-factor/", CODES, f"{CODES}new/", DROP)]

    english = ("Second step", "recovery codes", "Draw new", "Leave it")
    assert [words for words in english if any(words in page for page in said)] == []


# Who may not be without it.
@pytest.mark.parametrize(
    ("wanted_of", "led"),
    [("nobody", []), ("administrators", ["administrator"]), ("everybody", ["administrator", "owner"])],
)
def test_who_lacks_what_is_wanted_of_them_sees_nothing_before_it(settings, administrator, owner, wanted_of, led):
    settings.SECOND_FACTOR_FOR = wanted_of
    found = []
    for name, user in (("administrator", administrator), ("owner", owner)):
        client = Client()
        client.force_login(user)
        answers = [client.get(page) for page in ("/inbox/", "/contacts/", "/me/settings/", "/admin/crm/contact/")]
        answers.append(client.post("/me/unsent/"))
        if all(answer.get("Location") == SET_UP for answer in answers):
            found.append(name)
        assert client.post(reverse("account_logout")).status_code == 302

    assert found == led


def test_who_has_it_goes_on_and_cannot_drop_it(settings, olena):
    settings.SECOND_FACTOR_FOR = "everybody"
    browser, _secret, _codes = with_second_factor()

    refused = browser.post(DROP)

    assert is_in(browser)
    assert "Your company wants everybody with your rights to have one." in refused.text
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_word_that_is_none_of_the_three_stops_the_start():
    started = subprocess.run(
        [sys.executable, "-c", "import nps_project.settings"],
        cwd=project.BASE_DIR, env={**os.environ, "SECOND_FACTOR_FOR": "admins"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert "SECOND_FACTOR_FOR is nobody, administrators or everybody." in started.stderr


# When the phone is lost.
def take_away(client, *people):
    form = {"action": "take_second_factor_away", "_selected_action": [one.pk for one in people]}
    return client.post("/admin/accounts/user/", form, follow=True)


def test_an_administrator_lets_a_person_in_by_the_password_alone(client, administrator, olena):
    browser, _secret, _codes = with_second_factor()
    client.force_login(administrator)

    page = take_away(client, olena)

    assert "They log in by their password alone now: Olena" in page.text
    assert not Authenticator.objects.exists()
    assert not is_in(browser)
    assert events("second_factor")[-1] == ("Olena", {"change": "taken_away"})
    log_in(browser)
    assert is_in(browser)


def test_an_administrator_takes_nothing_of_a_superuser(client, administrator):
    above = UserFactory(is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=above, type="totp", data={"secret": secrets.seal("A" * 32)})
    client.force_login(administrator)

    page = take_away(client, above)

    assert "None of them has a second factor that you may take." in page.text
    assert Authenticator.objects.filter(user=above).exists()


def test_agents_take_nothing_of_anybody(client, owner, olena):
    with_second_factor()
    client.force_login(owner)

    take_away(client, olena)

    assert Authenticator.objects.exists()


def test_the_last_administrator_is_let_in_by_a_command(capsys):
    ada = person(roles.ADMINISTRATORS, email="ada@plumb.example", name="Ada", is_staff=True)
    Authenticator.objects.create(user=ada, type="totp", data={"secret": secrets.seal("A" * 32)})

    call_command("drop_second_factor", " ADA@plumb.example")

    assert "Ada" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError):
        call_command("drop_second_factor", "ada@plumb.example")
