"""The right person gets in, strangers' failures lock nobody else out, and nobody learns who has an account."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import roles
from accounts.models import SecurityEvent, User
from delivery import composers
from delivery.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PHRASE = "seven green lamps hum"
HOME, AWAY = "203.0.113.7", "198.51.100.9"
LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def _quick(settings):
    """Hundreds of wrong passwords need not be hashed slowly here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def olena():
    return User.objects.create_user("olena@plumb.example", PHRASE, name="Olena")


def log_in(client, password=PHRASE, address="olena@plumb.example", **extra):
    answer = client.post(LOGIN, {"login": address, "password": password}, **extra)
    return answer.status_code == 302


def fail(times, address="olena@plumb.example", **extra):
    stranger = Client()
    for number in range(times):
        stranger.post(LOGIN, {"login": address, "password": f"wrong {number}"}, **extra)


def test_login_ignores_the_case_of_the_address_and_spaces_around_it(client, olena):
    assert log_in(client, address=" OLENA@plumb.example ")


def test_a_hundred_failures_elsewhere_leave_the_network_open_from_which_a_person_came_before(client, olena):
    assert log_in(client, REMOTE_ADDR=HOME)

    for number in range(20):
        fail(5, REMOTE_ADDR=f"198.51.{number}.9")

    assert log_in(Client(), REMOTE_ADDR=HOME)


def test_a_hundred_failures_leave_the_browser_open_in_which_a_person_was_before(client, olena):
    assert log_in(client, REMOTE_ADDR=HOME)
    client.post(reverse("account_logout"))

    fail(100, REMOTE_ADDR=AWAY)

    assert not log_in(Client(), REMOTE_ADDR=AWAY)
    assert log_in(client, REMOTE_ADDR=AWAY)


def test_failures_with_one_account_leave_the_others_of_the_same_network_open(olena):
    User.objects.create_user("jonas@plumb.example", PHRASE, name="Jonas")

    fail(20, REMOTE_ADDR=HOME)

    assert log_in(Client(), address="jonas@plumb.example", REMOTE_ADDR=HOME)


def test_guessing_is_stopped_after_five_in_a_network_even_with_the_right_password(olena):
    fail(5, REMOTE_ADDR=AWAY)

    answer = Client().post(LOGIN, {"login": "olena@plumb.example", "password": PHRASE}, REMOTE_ADDR=AWAY)

    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()
    assert SecurityEvent.objects.filter(kind="locked_out", about=olena).count() == 1


def test_guessing_from_many_networks_is_stopped_too(olena):
    for number in range(25):
        fail(5, REMOTE_ADDR=f"198.51.{number}.9")

    assert not log_in(Client(), REMOTE_ADDR="192.0.2.1")
    assert SecurityEvent.objects.filter(kind="login_failed", about=olena).count() == 100


def test_guessing_at_many_accounts_from_one_network_is_stopped(olena):
    for number in range(25):
        fail(5, address=f"person{number}@plumb.example", REMOTE_ADDR=AWAY)

    assert not log_in(Client(), REMOTE_ADDR=AWAY)
    assert log_in(Client(), REMOTE_ADDR=HOME)


def test_what_a_client_claims_to_be_does_not_get_it_more_guesses(settings, olena):
    settings.TRUSTED_PROXIES = 1
    for number in range(10):
        fail(1, headers={"X-Forwarded-For": f"10.0.{number}.1, {AWAY}"})

    assert not log_in(Client(), headers={"X-Forwarded-For": f"10.9.9.9, {AWAY}"})
    assert log_in(Client(), headers={"X-Forwarded-For": f"{AWAY}, {HOME}"})


def test_right_passwords_are_not_counted(olena):
    for _number in range(12):
        assert log_in(Client(), REMOTE_ADDR=HOME)


def test_a_stolen_or_made_up_device_cookie_is_worth_nothing(client, olena, settings):
    log_in(client)
    other = UserFactory(email="jonas@plumb.example")
    thief = Client()
    thief.cookies[settings.DEVICE_COOKIE_NAME] = client.cookies[settings.DEVICE_COOKIE_NAME].value
    for number in range(5):
        thief.post(LOGIN, {"login": other.email, "password": f"wrong {number}"}, REMOTE_ADDR=AWAY)
    forger = Client()
    forger.cookies[settings.DEVICE_COOKIE_NAME] = '{"1": "x"}'

    assert "Too many" in thief.post(LOGIN, {"login": other.email, "password": "x"}, REMOTE_ADDR=AWAY).content.decode()
    assert not log_in(forger, password="wrong")


def test_an_inactive_person_hears_what_a_stranger_hears(olena):
    olena.is_active = False
    olena.save()

    pages = []
    for address, password in (("olena@plumb.example", PHRASE), ("nobody@plumb.example", PHRASE)):
        answer = Client().post(LOGIN, {"login": address, "password": password}, follow=True)
        pages.append(re.sub(r"csrfmiddlewaretoken\" value=\"\w+|value=\"[^\"]*@[^\"]*\"", "", answer.content.decode()))

    assert pages[0] == pages[1]
    assert "not correct" in pages[0]


class TestReset:
    def ask(self, client, address):
        return client.post(RESET, {"email": address}, follow=True).content.decode()

    def link_in(self, message):
        letter = composers.compose([message])[message.pk]
        return letter, re.search(r"http\S+(/accounts/password/reset/key/\S+)", letter.text)

    def test_only_people_who_may_log_in_are_written_to_and_the_page_says_the_same(self, client, olena):
        UserFactory(email="gone@plumb.example", is_active=False)
        User.objects.create_user("owns-deals@plumb.example", None, name="Owns Deals")

        pages = {
            re.sub(r"csrfmiddlewaretoken\" value=\"\w+", "", self.ask(client, address))
            for address in (
                "olena@plumb.example",
                "gone@plumb.example",
                "x@outside.example",
                "owns-deals@plumb.example",
            )
        }

        assert len(pages) == 1
        assert [message.to_address for message in Message.objects.all()] == ["olena@plumb.example"]

    def test_the_link_sets_a_password_and_the_letter_row_does_not_hold_it(self, client, olena):
        self.ask(client, "olena@plumb.example")
        message = Message.objects.get()
        letter, link = self.link_in(message)

        page = client.get(link[1], follow=True)
        form = {"password1": "quiet rivers bend twice", "password2": "quiet rivers bend twice"}
        client.post(page.request["PATH_INFO"], form)

        olena.refresh_from_db()
        assert olena.check_password("quiet rivers bend twice")
        assert letter.subject == "Your link for a new password"
        assert link[1] not in str(message.context)
        assert client.get(link[1], follow=True).status_code == 200
        assert "not good any more" in client.get(link[1], follow=True).content.decode()

    def test_who_is_given_something_to_do_sets_a_first_password_by_it(self, client):
        new = User.objects.create_user("new@plumb.example", None, name="New")
        new.groups.add(Group.objects.get(name=roles.AGENTS))

        self.ask(client, "new@plumb.example")

        assert Message.objects.count() == 1

    def test_a_link_is_void_once_the_person_was_deactivated(self, client, olena):
        self.ask(client, "olena@plumb.example")
        _letter, link = self.link_in(Message.objects.get())

        olena.is_active = False
        olena.save()

        assert "not good any more" in client.get(link[1], follow=True).content.decode()

    def test_a_letter_that_waits_is_called_off_when_the_address_changes(self, client, olena):
        self.ask(client, "olena@plumb.example")
        olena.email = "new@plumb.example"
        olena.save()

        reset = Message.objects.order_by("pk").first()
        assert composers.compose([reset])[reset.pk].called_off

    def test_setting_a_password_makes_the_browser_known(self, client, olena):
        for number in range(25):
            fail(5, REMOTE_ADDR=f"198.51.{number}.9")
        self.ask(client, "olena@plumb.example")
        _letter, link = self.link_in(Message.objects.get())
        page = client.get(link[1], follow=True)
        form = {"password1": "quiet rivers bend twice", "password2": "quiet rivers bend twice"}
        client.post(page.request["PATH_INFO"], form)

        assert log_in(client, "quiet rivers bend twice", REMOTE_ADDR="192.0.2.1")


NEEDED = {
    "welcome/<int:person_id>/<str:token>/", "first/<str:token>/", "login/", "logout/", "reauthenticate/",
    "password/change/", "password/set/", "password/reset/",
    "password/reset/done/", r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "password/reset/key/done/",
    "sign-on/", "sign-on/callback/", "sign-on/again/",
    "second-factor/", "second-factor/login/", "second-factor/reauthenticate/", "second-factor/set-up/",
    "second-factor/drop/", "second-factor/codes/", "second-factor/codes/new/",
}  # fmt: skip


def test_only_the_pages_of_accounts_that_the_product_needs_are_reachable(client):
    (accounts,) = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "accounts/"]

    assert {str(entry.pattern) for entry in accounts.url_patterns} == NEEDED
    for page in ("signup", "email", "confirm-email", "confirm-email/x", "login/code", "login/code/confirm", "inactive"):
        assert client.get(f"/accounts/{page}/").status_code in (302, 404)
        assert client.post(f"/accounts/{page}/", {"email": "x@outside.example"}).status_code in (302, 404)
    assert not User.objects.exists()
