"""A colleague is added by name, address and role, and sets their own password by a letter."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts import clock, letters, roles
from accounts.models import SecurityEvent, User
from delivery.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "seven green lamps hum"


@pytest.fixture
def admin_pages(client, administrator):
    client.force_login(administrator)
    return client


def add(client, *role_names, **fields):
    given = {"name": "Rūta Nauja", "email": "ruta@plumb.example", "team": "", "language": "lt"} | fields
    given["groups"] = list(Group.objects.filter(name__in=role_names).values_list("pk", flat=True))
    return client.post(reverse("admin:accounts_user_add"), given, follow=True)


def send_again(client, person):
    return client.post(reverse("admin:accounts_user_welcome", args=[person.pk]), follow=True)


def link():
    """Return the link of the newest letter, as it is made when it is handed over."""
    return next(word for word in text_of(Message.objects.latest("pk")).split() if "/welcome/" in word).removeprefix(
        settings.BASE_URL
    )


def text_of(message):
    subject, text = letters.render(letters.AccountLetter(**message.context))
    return f"{subject}\n{text}"


def choose(client, address, password=PASSWORD):
    return client.post(address, {"new_password1": password, "new_password2": password}, follow=True)


def test_a_new_colleague_is_written_to_in_their_language_and_sets_the_password(admin_pages, client):
    said = add(admin_pages, roles.AGENTS)
    person = User.objects.get(email="ruta@plumb.example")
    assert (person.has_usable_password(), person.groups.get().name) == (False, roles.AGENTS)
    assert "A letter with a link to set a password goes to ruta@plumb.example." in said.text
    letter = text_of(Message.objects.get(to_address="ruta@plumb.example"))
    assert "Sveiki, Rūta Nauja" in letter
    assert "Ada Administrator" in letter

    shown = client.get(link())
    done = choose(client, link())

    person.refresh_from_db()
    assert "ruta@plumb.example" in shown.text
    assert person.check_password(PASSWORD)
    assert "Your password is set" in done.text
    assert done.redirect_chain[-1][0] == reverse("account_login")
    kinds = SecurityEvent.objects.filter(about=person).values_list("kind", flat=True)
    assert {"person_made", "roles_changed", "welcomed", "password_changed"} <= set(kinds)


def test_a_link_is_good_once(admin_pages, client):
    add(admin_pages, roles.AGENTS)
    address = link()
    choose(client, address)

    again = choose(client, address, "another phrase of hers")

    assert "This link is not good any more" in again.text
    assert User.objects.get(email="ruta@plumb.example").check_password(PASSWORD)


def test_opening_a_link_changes_nothing(admin_pages, client):
    add(admin_pages, roles.AGENTS)
    address = link()

    for _gateway in range(3):
        assert client.get(address).status_code == 200

    assert not User.objects.get(email="ruta@plumb.example").has_usable_password()
    assert "Set the password" in client.get(address).text


@pytest.mark.parametrize("password", ["short", "rutanauja1", "12345678901"])
def test_a_weak_password_is_refused_with_a_reason(admin_pages, client, password):
    add(admin_pages, roles.AGENTS)

    answer = choose(client, link(), password)

    assert "errorlist" in answer.text
    assert not User.objects.get(email="ruta@plumb.example").has_usable_password()


def test_a_link_ends_after_a_week_and_is_sent_again(admin_pages, client, administrator, monkeypatch):
    add(admin_pages, roles.AGENTS)
    old, person = link(), User.objects.get(email="ruta@plumb.example")
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "This link is not good any more" in client.get(old).text
    client.force_login(administrator)
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).text
    assert "has expired" in page
    assert "Send the welcome letter again" in page

    send_again(client, person)

    assert "Set the password" in client.get(link()).text


def test_only_the_link_of_the_last_letter_opens(admin_pages, client):
    add(admin_pages, roles.AGENTS)
    first, person = link(), User.objects.get(email="ruta@plumb.example")

    send_again(admin_pages, person)

    assert "This link is not good any more" in client.get(first).text
    assert "Set the password" in client.get(link()).text
    overtaken = Message.objects.filter(to_address=person.email).earliest("pk")
    assert letters.render(letters.AccountLetter(**overtaken.context)) is None


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"email": "other@plumb.example"}, {"password": "pbkdf2_sha256$1$x$y"}],
    ids=["left", "another mailbox", "has a password"],
)
def test_no_letter_and_no_link_for_somebody_who_changed_meanwhile(admin_pages, client, change):
    add(admin_pages, roles.AGENTS)
    address, message = link(), Message.objects.latest("pk")

    User.objects.filter(email="ruta@plumb.example").update(**change)

    assert "This link is not good any more" in client.get(address).text
    assert letters.render(letters.AccountLetter(**message.context)) is None


def test_a_link_for_one_opens_no_other(admin_pages, client):
    add(admin_pages, roles.AGENTS)
    mine = link()
    add(admin_pages, roles.AGENTS, name="Marko", email="marko@plumb.example")
    marko = User.objects.get(email="marko@plumb.example")
    person = User.objects.get(email="ruta@plumb.example")

    stolen = mine.replace(f"/{person.pk}/", f"/{marko.pk}/")

    assert "This link is not good any more" in client.get(stolen).text
    assert "This link is not good any more" in client.get("/accounts/welcome/0/x/").text


def test_an_address_that_somebody_has_is_answered_with_their_page(admin_pages, owner):
    answers = {
        "logs in": UserFactory(email="a@plumb.example", password="pbkdf2_sha256$1$x$y"),
        "is not active": UserFactory(email="b@plumb.example", is_active=False),
        "chief administrator": UserFactory(email="c@plumb.example", is_superuser=True, is_staff=True),
        "is known": User.objects.create_user("d@plumb.example", name="Owns Deals"),
    }
    for said, known in answers.items():
        page = add(admin_pages, roles.AGENTS, email=known.email.upper()).text

        assert said in page
        assert known.name in page
        assert f'href="{reverse("admin:accounts_user_change", args=[known.pk])}"' in page or known.is_superuser
    assert not User.objects.filter(name="Rūta Nauja").exists()
    assert not Message.objects.exists()


def test_a_letter_that_cannot_be_sent_says_why(admin_pages, owner):
    agents = Group.objects.get(name=roles.AGENTS)
    left = User.objects.create_user("b@plumb.example", name="Bo Left", is_active=False)
    nowhere = User.objects.create_user(None, name="No Where")
    above = UserFactory(email="c@plumb.example", is_superuser=True, is_staff=True)
    roleless = User.objects.create_user("d@plumb.example", name="Owns Deals")
    busy = UserFactory(email="e@plumb.example", password="pbkdf2_sha256$1$x$y")
    for person in (left, nowhere, busy):
        person.groups.add(agents)

    said = {person.pk: send_again(admin_pages, person).text for person in (left, nowhere, above, roleless, busy)}

    assert "Bo Left is not active" in said[left.pk]
    assert "No Where has no e-mail address" in said[nowhere.pk]
    assert "Only a chief administrator" in said[above.pk]
    assert "Owns Deals has no role yet" in said[roleless.pk]
    assert "has a password already" in said[busy.pk]
    assert not Message.objects.exists()


def test_somebody_known_from_the_crm_gets_a_role_and_then_a_letter(admin_pages):
    known = User.objects.create_user("d@plumb.example", name="Owns Deals", source="hubspot", external_id="7")
    known.groups.add(Group.objects.get(name=roles.MANAGERS))

    send_again(admin_pages, known)

    assert "/welcome/" in link()


def test_whoever_has_a_role_needs_an_address_and_who_has_none_is_not_written_to(admin_pages):
    refused = add(admin_pages, roles.AGENTS, email="").text
    made = add(admin_pages, email="deals@plumb.example", name="Owns Deals").text

    assert "Whoever has a role logs in, and so needs an address." in refused
    assert "nobody was written to" in made
    assert not Message.objects.exists()


def test_who_may_only_look_sends_nobody_a_letter(client, team):
    watcher = UserFactory(email="w@plumb.example", password="pbkdf2_sha256$1$x$y")
    role = Group.objects.create(name="Watchers")
    role.permissions.add(*Permission.objects.filter(codename="view_user"))
    watcher.groups.add(role)
    person = User.objects.create_user("d@plumb.example", name="New")
    person.groups.add(Group.objects.get(name=roles.AGENTS))
    client.force_login(watcher)

    assert client.post(reverse("admin:accounts_user_welcome", args=[person.pk])).status_code == 403
    assert not Message.objects.exists()


def test_the_role_of_administrators_opens_the_administration_and_goes_with_it(admin_pages, client):
    add(admin_pages, roles.ADMINISTRATORS)
    person = User.objects.get(email="ruta@plumb.example")
    assert person.is_staff
    choose(client, link())
    client.force_login(User.objects.get(pk=person.pk))
    assert client.get(reverse("admin:index")).status_code == 200

    person.groups.clear()

    assert not User.objects.get(pk=person.pk).is_staff
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("role", [roles.AGENTS, roles.MANAGERS])
def test_other_roles_open_no_administration(admin_pages, role):
    add(admin_pages, role)

    assert not User.objects.get(email="ruta@plumb.example").is_staff


def test_the_form_asks_for_no_password_and_no_second_switch(admin_pages):
    page = admin_pages.get(reverse("admin:accounts_user_add")).text

    assert 'type="password"' not in page
    assert "is_staff" not in page
    assert roles.ADMINISTRATORS in page
