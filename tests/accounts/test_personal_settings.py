"""Theme, notices and signature are everybody's own choice."""

import pytest

from accounts.models import User
from delivery import composers, notices
from delivery.models import Message
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
SETTINGS = "/me/settings/"


def choose(client, person, **fields):
    client.force_login(person)
    return client.post(SETTINGS, {"language": "", "timezone": "", "wants_notices": "on"} | fields, follow=True)


@pytest.mark.parametrize(
    ("theme", "said"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("", "")]
)
def test_the_theme_holds_on_every_page(client, owner, theme, said):
    choose(client, owner, theme=theme)

    for address in ("/inbox/", "/contacts/", SETTINGS):
        assert f'<html lang="en"{said}>' in client.get(address).text


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_theme_holds_in_the_administration(client, administrator, theme):
    choose(client, administrator, theme=theme)

    assert f"css/admin/{theme}" in client.get("/admin/").text


def test_a_theme_that_is_none_is_refused(client, owner):
    assert "errorlist" in choose(client, owner, theme="pink").text
    assert User.objects.get(pk=owner.pk).theme == ""


def test_the_signature_stands_under_an_email_to_a_customer(client, owner):
    followup = FollowupFactory(assignee=owner, team=owner.team)
    choose(client, owner, signature="Customer care\r\n+370 600 00000\u202e")

    client.post(
        f"{followup.get_absolute_url()}replies/",
        {"key": "5b5d3c5e-7c2b-4b39-9a0c-111111111111", "subject": "Sorry", "message": "It is on its way."},
    )

    message = Message.objects.get(purpose="reply")
    brand = followup.response.survey.brand.name
    assert replies_text(message) == f"It is on its way.\n\n{owner.name}\n{brand}\nCustomer care\n+370 600 00000\n"


def replies_text(message):
    return composers.compose([message])[message.pk].text


def test_who_has_no_signature_signs_with_name_and_brand(client, owner):
    followup = FollowupFactory(assignee=owner, team=owner.team)
    client.force_login(owner)
    client.post(
        f"{followup.get_absolute_url()}replies/",
        {"key": "5b5d3c5e-7c2b-4b39-9a0c-111111111111", "subject": "Sorry", "message": "Hello."},
    )

    brand = followup.response.survey.brand.name
    assert replies_text(Message.objects.get(purpose="reply")) == f"Hello.\n\n{owner.name}\n{brand}\n"


@pytest.mark.parametrize(("wants", "written"), [("on", 1), ("", 0)])
def test_notices_come_by_email_to_those_who_want_them(client, owner, wants, written):
    choose(client, owner, wants_notices=wants)
    owner.refresh_from_db()

    told = notices.messages_to(owner, template="surveys.unreachable", context={}, key="one")

    assert [message.medium for message in told] == ["email"] * written


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Olena Petrenko", "OP"),
        ("Ольга Марія О’Ніл", "ОО"),
        ("Jonas", "J"),
        ("šarūnas ąžuolas", "ŠĄ"),
        ("", "V"),
        ("(Care) 24 Team", "T"),
        ("🙂 24", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_last_word(name, expected):
    assert User(name=name, email="vita@plumb.example").initials == expected


def test_initials_stand_beside_the_name_and_are_not_read_aloud(client, owner):
    client.force_login(owner)

    assert f'<span class="initials initials--{owner.pk % 6}" aria-hidden="true">OO</span>' in client.get(SETTINGS).text
