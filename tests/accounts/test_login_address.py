"""Changing one's login takes the password and the new mailbox; the old one may object; no old address is a key."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import AddressChange, SecurityEvent, User
from delivery import composers
from delivery.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PHRASE = "seven green lamps hum"
OLD, NEW = "olena@plumb.example", "olena.new@plumb.example"
PAGE = "/me/address/"


@pytest.fixture
def olena():
    return User.objects.create_user(OLD, PHRASE, name="Olena")


@pytest.fixture
def pages(client, olena):
    client.force_login(olena)
    return client


def letters():
    """Return the text of each letter in the outbox, by the address it goes to."""
    found = {}
    for message in Message.objects.order_by("pk"):
        found[message.to_address] = composers.compose([message])[message.pk].text
    return found


def link_in(text):
    return re.search(r"https?://[^/]+(/\S+)", text)[1]


def ask(pages, new=NEW, password=PHRASE):
    return pages.post(PAGE, {"new": new, "password": password})


def can_log_in(address, password=PHRASE):
    return Client().post("/accounts/login/", {"login": address, "password": password}).status_code == 302


def test_an_address_changes_once_its_mailbox_confirms_and_the_old_one_is_void_at_once(pages, olena):
    assert ask(pages).status_code == 302
    assert can_log_in(OLD)
    assert not can_log_in(NEW)

    link = link_in(letters()[NEW])
    assert pages.get(link).status_code == 200
    assert can_log_in(OLD)
    pages.post(link)

    assert can_log_in(NEW)
    assert not can_log_in(OLD)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    kinds = list(SecurityEvent.objects.filter(kind__startswith="address").order_by("pk").values_list("kind", "details"))
    assert kinds == [("address_asked", {"email": [OLD, NEW]}), ("address_changed", {"email": [OLD, NEW]})]


@pytest.mark.parametrize(
    ("new", "password", "said"),
    [
        (NEW, "wrong", "That is not your password."),
        ("not an address", PHRASE, "Enter a valid email address."),
        (OLD.upper(), PHRASE, "That is your address already."),
        ("Ceo@plumb.example", PHRASE, "Another person has this address."),
    ],
)
def test_what_is_refused_changes_nothing_and_writes_to_nobody(pages, new, password, said):
    UserFactory(email="ceo@plumb.example")

    answer = ask(pages, new, password)

    assert said in answer.content.decode()
    assert not AddressChange.objects.exists()
    assert not Message.objects.exists()


def test_nobody_tries_out_passwords_in_a_stolen_session(pages):
    for number in range(10):
        ask(pages, password=f"wrong {number}")

    ask(pages)

    assert not AddressChange.objects.exists()


def test_an_address_that_somebody_took_meanwhile_is_not_given_twice(pages, olena):
    ask(pages)
    link = link_in(letters()[NEW])
    UserFactory(email=NEW)

    answer = pages.post(link, follow=True)

    olena.refresh_from_db()
    assert olena.email == OLD
    assert "This link is not good any more." in answer.content.decode()


def test_only_the_person_themselves_confirms(pages, stranger):
    ask(pages)
    link = link_in(letters()[NEW])

    assert Client().post(link).status_code == 302
    other = Client()
    other.force_login(stranger)
    assert other.post(link).status_code == 404
    assert other.get(link).status_code == 404
    assert User.objects.filter(email=OLD).exists()


def test_a_link_is_good_for_a_day_and_once(pages, olena):
    ask(pages)
    link = link_in(letters()[NEW])
    AddressChange.objects.update(asked_at=clock.now() - timedelta(hours=25))
    pages.post(link)
    assert User.objects.filter(email=OLD).exists()

    AddressChange.objects.update(asked_at=clock.now())
    pages.post(link)
    olena.refresh_from_db()
    olena.email = OLD
    olena.save()
    pages.post(link)
    assert User.objects.filter(email=OLD).exists()


@pytest.mark.parametrize("link", ["confirm", "object"])
def test_a_made_up_link_leads_nowhere(pages, link):
    assert pages.get(f"{PAGE}{link}/x:y:z/").status_code == 404
    assert pages.post(f"{PAGE}{link}/x:y:z/").status_code == 404


def test_a_link_for_one_purpose_serves_no_other(pages):
    ask(pages)
    token = link_in(letters()[NEW]).split("/")[-2]

    assert pages.post(f"{PAGE}object/{token}/").status_code == 404


def test_the_old_mailbox_stops_an_open_wish(pages, olena):
    ask(pages)
    both = letters()
    stop = link_in(both[OLD])

    assert "stop it here" in Client().get(stop).content.decode()
    assert AddressChange.objects.get().objected_at is None
    assert "called off" in Client().post(stop).content.decode()
    pages.post(link_in(both[NEW]))

    olena.refresh_from_db()
    assert olena.email == OLD
    assert SecurityEvent.objects.filter(kind="address_objected", about=olena).exists()


def test_the_old_mailbox_takes_a_change_back_and_whoever_made_it_is_out(pages, olena):
    ask(pages)
    pages.post(link_in(letters()[NEW]))
    back = link_in(letters()[OLD])

    page = Client().post(back).content.decode()

    olena.refresh_from_db()
    assert olena.email == OLD
    assert not olena.has_usable_password()
    assert pages.get("/me/settings/").status_code == 302
    assert not can_log_in(NEW)
    assert "the password is void" in page
    assert "nothing to object to" in Client().get(back).content.decode()


def test_after_a_week_nothing_is_taken_back(pages, olena):
    ask(pages)
    pages.post(link_in(letters()[NEW]))
    back = link_in(letters()[OLD])
    AddressChange.objects.update(confirmed_at=clock.now() - timedelta(days=8))

    Client().post(back)

    assert User.objects.filter(email=NEW).exists()


def test_other_browsers_are_logged_out_by_a_change(pages, olena):
    other = Client()
    other.force_login(olena)
    ask(pages)

    pages.post(link_in(letters()[NEW]))

    assert other.get("/me/settings/").status_code == 302
    assert pages.get("/me/settings/").status_code == 200


class TestByAnAdministrator:
    def change(self, client, administrator, person, **changes):
        client.force_login(administrator)
        form = {
            "email": person.email, "name": person.name, "team": "", "language": "", "timezone": "", "is_active": "on",
            **changes,
        }  # fmt: skip
        return client.post(reverse("admin:accounts_user_change", args=[person.pk]), form)

    def test_both_mailboxes_hear_of_it_and_the_log_says_who(self, client, administrator, olena):
        self.change(client, administrator, olena, email=NEW)

        both = letters()
        assert set(both) == {OLD, NEW}
        assert "an administrator changed your login" in both[OLD]
        event = SecurityEvent.objects.get(kind="address_changed")
        assert (event.by, event.about, event.details) == (administrator, olena, {"email": [OLD, NEW]})
        assert can_log_in(NEW)
        assert not can_log_in(OLD)

    def test_a_new_password_is_told_to_the_person(self, client, administrator, olena):
        client.force_login(administrator)
        new = {"usable_password": "true", "password1": "quiet rivers bend", "password2": "quiet rivers bend"}

        client.post(reverse("admin:auth_user_password_change", args=[olena.pk]), {**new, "set-password": "1"})

        assert "was changed" in letters()[OLD]
        assert SecurityEvent.objects.get(kind="password_changed").by == administrator

    @pytest.mark.parametrize("change", [{"email": NEW}, {"name": "Renamed"}, {"is_active": ""}])
    def test_a_superuser_is_out_of_reach(self, client, administrator, change):
        root = UserFactory(email="root@plumb.example", name="Root", is_superuser=True, is_staff=True)

        answer = self.change(client, administrator, root, **change)

        root.refresh_from_db()
        assert answer.status_code == 403
        assert (root.email, root.name, root.is_active) == ("root@plumb.example", "Root", True)


def test_the_database_keeps_no_address_but_the_one_of_the_person(olena):
    with pytest.raises(DatabaseError), transaction.atomic():
        EmailAddress.objects.create(user=olena, email="ceo@plumb.example", verified=True)
    User.objects.filter(pk=olena.pk).update(email=NEW)

    assert [row.email for row in EmailAddress.objects.all()] == [NEW]
    User.objects.filter(pk=olena.pk).update(email=None)
    assert not EmailAddress.objects.exists()
