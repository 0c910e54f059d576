"""Whoever reads the server's log makes the first administrator, once."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts import tokens
from accounts.models import SecurityEvent, User
from tests.factories import UserFactory
from tests.identity_provider import sign_on

pytestmark = pytest.mark.django_db
PASSWORD = "seven green lamps hum"


def printed():
    out = StringIO()
    call_command("first_administrator", stdout=out)
    return out.getvalue()


def link():
    return printed().split()[-1].removeprefix(settings.BASE_URL)


def begin(client, address, **changed):
    told = {"name": "Ona", "email": "Ona@Shop.example", "new_password1": PASSWORD, "new_password2": PASSWORD} | changed
    return client.post(address, told, follow=True)


def test_the_link_makes_one_who_logs_in_and_sets_up(client):
    address = link()
    assert "You will be the first" in client.get(address).text
    assert not User.objects.exists()

    said = begin(client, address)

    assert said.redirect_chain == [("/accounts/login/", 302)]
    person = User.objects.get()
    assert (person.name, person.email, person.is_superuser, person.is_staff) == ("Ona", "ona@shop.example", True, True)
    assert (
        client.post("/accounts/login/?next=/setup/", {"login": person.email, "password": PASSWORD}).status_code == 302
    )
    assert client.get("/setup/").status_code == 200
    assert SecurityEvent.objects.filter(means="link of the first administrator", about=person).exists()


def test_the_link_is_shut_for_ever_once_there_was_one(client):
    address = link()
    first = UserFactory(is_superuser=True)
    User.objects.filter(pk=first.pk).update(is_active=False)

    assert "This link is not good any more" in client.get(address).text
    assert "This link is not good any more" in begin(client, address).text
    assert User.objects.count() == 1
    assert printed() == "There is an administrator.\n"


@pytest.mark.parametrize("kept", [{"is_staff": True}, {"last_login": "2026-01-01T00:00:00Z"}])
def test_a_link_in_an_old_log_opens_nothing_when_the_first_one_lost_their_rights(client, kept):
    address = link()
    first = UserFactory(is_superuser=True)
    User.objects.filter(pk=first.pk).update(is_superuser=False, **kept)

    assert "This link is not good any more" in begin(client, address).text
    assert not User.objects.filter(is_superuser=True).exists()


def test_people_whom_an_import_brought_leave_the_link_open(client):
    UserFactory(email="seller@shop.example", is_staff=False, last_login=None)

    begin(client, link())

    assert User.objects.filter(is_superuser=True, email="ona@shop.example").exists()


def test_where_single_sign_on_is_required_no_password_is_asked_and_the_provider_lets_them_in(client, company, settings):
    settings.SIGN_ON_REQUIRED, settings.SIGN_ON_LABEL = True, "Acme ID"
    address = link()
    shown = client.get(address).text
    assert "You log in with “Acme ID”, so you need no password here" in shown
    assert "password1" not in shown

    said = begin(client, address, email="olena@plumb.example")

    person = User.objects.get()
    assert (person.is_superuser, person.has_usable_password()) == (True, False)
    assert "You administer Plumb now. Log in with “Acme ID”." in said.text
    sign_on(client)
    assert client.get("/setup/").status_code == 200


def test_where_single_sign_on_is_required_an_address_that_it_would_refuse_is_refused(client, company, settings):
    settings.SIGN_ON_REQUIRED = True

    said = begin(client, link(), email="ona@elsewhere.example").text

    assert "at plumb.example: nobody else is let in." in said
    assert 'value="ona@elsewhere.example"' in said
    assert not User.objects.exists()


def test_where_single_sign_on_may_be_used_a_password_is_set_as_ever(client, company):
    begin(client, link())

    assert User.objects.get().has_usable_password()


@pytest.mark.parametrize("token", ["x", "ключ", "x" * 500, tokens.derive("first-administrator", 1)])
def test_another_link_opens_nothing(client, token):
    address = f"/accounts/first/{token}/"

    assert "This link is not good any more" in client.get(address).text
    assert "This link is not good any more" in begin(client, address).text
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"new_password2": "another one entirely"}, "didn’t match"),
        ({"new_password1": "ona ona ona shop", "new_password2": "ona ona ona shop"}, "tried first"),
        ({"email": "nobody"}, "valid email address"),
        ({"email": "jo@plumb.example"}, "Somebody here has this address already."),
        ({"name": " "}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, changed, said):
    UserFactory(email="jo@plumb.example")

    shown = begin(client, link(), **changed)

    assert said in shown.text.replace("&#x27;", "’")
    assert 'value="' in shown.text
    assert PASSWORD not in shown.text
    assert not User.objects.filter(is_superuser=True).exists()


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_comes_first():
    address = link()

    def press(number):
        try:
            return begin(Client(), address, email=f"person{number}@shop.example").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        assert set(people.map(press, range(4))) == {200}

    assert User.objects.filter(is_superuser=True).count() == 1
