import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.urls import reverse

from accounts import roles
from accounts.languages import supported
from accounts.models import User
from accounts.timezones import zone
from tests.factories import UserFactory


def test_roles_exist_with_their_rights(db):
    names = [roles.ADMINISTRATORS, roles.AGENTS, roles.MANAGERS]

    assert sorted(Group.objects.values_list("name", flat=True)) == names
    of_managers = Group.objects.get(name=roles.MANAGERS).permissions.values_list("codename", flat=True)
    assert sorted(of_managers) == [
        "decide_rewards",
        "decide_testimonials",
        "label_topics",
        "merge_contacts",
        "print_open_links",
        "read_codes",
        "record_consent",
        "send_mailings",
        "view_dashboard",
    ]
    assert Group.objects.get(name=roles.ADMINISTRATORS).permissions.filter(codename="see_all_teams").exists()


def test_addresses_are_kept_in_lower_case(db):
    assert User.objects.create_user(" Ona@Plumb.Example ", name="Ona").email == "ona@plumb.example"
    with pytest.raises(IntegrityError):
        UserFactory(email="Ona@plumb.example")


def test_several_people_may_have_no_address_and_no_login(db):
    people = [User.objects.create_user(None, name="Moses"), User.objects.create_user(None, name="Anna")]

    assert [person.has_usable_password() for person in people] == [False, False]


def test_a_person_sets_language_and_zone(client, owner):
    client.force_login(owner)

    answer = client.post(reverse("personal_settings"), {"language": "uk", "timezone": "Europe/Kyiv"}, follow=True)

    owner.refresh_from_db()
    assert (owner.language, owner.timezone) == ("uk", "Europe/Kyiv")
    assert '<html lang="uk">' in answer.content.decode()


def test_nobody_takes_the_name_of_another(client, owner):
    client.force_login(owner)

    client.post(reverse("personal_settings"), {"name": "The Head", "language": "lt", "timezone": "Europe/Vilnius"})

    owner.refresh_from_db()
    assert (owner.name, owner.language) == ("Olena Owner", "lt")


@pytest.mark.parametrize(
    ("code", "expected"), [("uk-UA", "uk"), ("lt_LT", "lt"), ("xx", "en"), ("", "en"), (None, "en")]
)
def test_languages_fall_back(code, expected):
    assert supported(code) == expected


def test_invalid_zones_are_passed_over():
    assert str(zone("Mars/Base", "", "Europe/Vilnius")) == "Europe/Vilnius"
    assert str(zone("Mars/Base")) == "UTC"
