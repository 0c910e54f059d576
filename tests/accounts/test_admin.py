import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, roles, tokens
from accounts.models import ClientKey, Holiday, Team, User
from tests.factories import ClientKeyFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

SCRIPT_OR_STYLE_INSIDE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son\w+="
)


@pytest.fixture
def admin_pages(client, administrator):
    client.force_login(administrator)
    return client


def make_people(count, start):
    team = TeamFactory()
    for _number in range(count):
        UserFactory(team=team).groups.add(Group.objects.get(name=roles.AGENTS))


def make_teams(count, start):
    for _number in range(count):
        TeamFactory(lead=UserFactory())


def make_keys(count, start):
    ClientKeyFactory.create_batch(count)


def make_holidays(count, start):
    for number in range(count):
        Holiday.objects.create(date=f"2026-0{start + number + 1}-01", name="A day")


@pytest.mark.parametrize(
    ("page", "make"),
    [("user", make_people), ("team", make_teams), ("clientkey", make_keys), ("holiday", make_holidays)],
)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(admin_pages, page, make):
    address = reverse(f"admin:accounts_{page}_changelist")
    make(1, 0)
    admin_pages.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        admin_pages.get(address)

    make(2, 1)
    with CaptureQueriesContext(connection) as three:
        answer = admin_pages.get(address)

    assert len(three) == len(one) <= 15
    assert answer.status_code == 200
    assert not SCRIPT_OR_STYLE_INSIDE.search(answer.content.decode())


def test_admin_pages_are_for_administrators_only(client, owner, manager):
    for person in (owner, manager):
        client.force_login(person)
        assert client.get(reverse("admin:accounts_user_changelist")).status_code in (302, 403)


def test_a_person_is_made_with_an_address_and_joins_a_team_and_a_role(admin_pages, team):
    agents = Group.objects.get(name=roles.AGENTS)

    answer = admin_pages.post(
        reverse("admin:accounts_user_add"),
        {"email": "New.Person@Plumb.example", "name": "New Person", "team": team.pk, "groups": [agents.pk],
         "password1": "long-enough-secret-1", "password2": "long-enough-secret-1"},
    )  # fmt: skip

    person = User.objects.get(email="new.person@plumb.example")
    assert answer.status_code == 302
    assert not person.has_usable_password()
    assert (person.team, list(person.groups.all())) == (team, [agents])


def test_a_person_without_a_login_needs_no_password(admin_pages):
    admin_pages.post(
        reverse("admin:accounts_user_add"),
        {"email": "", "name": "Owns Deals", "usable_password": "false"},
    )

    person = User.objects.get(name="Owns Deals")
    assert person.email is None
    assert not person.has_usable_password()


def test_an_administrator_sets_a_new_password_on_its_own_page(admin_pages, owner):
    address = reverse("admin:auth_user_password_change", args=[owner.pk])

    assert admin_pages.get(address).status_code == 200
    admin_pages.post(
        address,
        {
            "usable_password": "true",
            "password1": "another-secret-22",
            "password2": "another-secret-22",
            "set-password": "1",
        },
    )

    owner.refresh_from_db()
    assert owner.check_password("another-secret-22")


def person_form(person, **changes):
    return {
        "email": person.email, "name": person.name, "team": person.team_id or "", "language": "", "timezone": "",
        "is_active": "on", "groups": list(person.groups.values_list("pk", flat=True)), **changes,
    }  # fmt: skip


def test_seeing_all_teams_is_one_tick_and_can_be_taken_back(admin_pages, manager):
    address = reverse("admin:accounts_user_change", args=[manager.pk])

    admin_pages.post(address, person_form(manager, may_see_all_teams="on"))
    assert User.objects.get(pk=manager.pk).sees_all_teams
    assert "checked" in admin_pages.get(address).content.decode().split('name="may_see_all_teams"')[1].split(">")[0]

    admin_pages.post(address, person_form(manager))
    assert not User.objects.get(pk=manager.pk).sees_all_teams


def test_an_administrator_cannot_become_or_touch_a_superuser(admin_pages, administrator):
    above = UserFactory(is_superuser=True, is_staff=True)

    admin_pages.post(
        reverse("admin:accounts_user_change", args=[administrator.pk]),
        person_form(administrator, is_staff="on", is_superuser="on"),
    )
    refused = admin_pages.get(reverse("admin:auth_user_password_change", args=[above.pk]))

    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert refused.status_code == 403


def test_nobody_is_deleted(admin_pages, owner, team):
    assert admin_pages.post(reverse("admin:accounts_user_delete", args=[owner.pk]), {"post": "yes"}).status_code == 403
    assert admin_pages.post(reverse("admin:accounts_team_delete", args=[team.pk]), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=owner.pk).exists()
    assert Team.objects.filter(pk=team.pk).exists()


def test_the_secret_of_a_new_key_is_shown_once_and_kept_as_a_hash(admin_pages):
    answer = admin_pages.post(
        reverse("admin:accounts_clientkey_add"),
        {"name": "HubSpot", "source": "hubspot", "scopes": ["write"], "expires_at_0": "", "expires_at_1": ""},
    )

    key = ClientKey.objects.get()
    secret = re.search(r'value="(plumb_[^"]+)"', answer.content.decode())[1]
    assert bytes(key.secret_hash) == tokens.digest(secret)
    assert "no-store" in answer["Cache-Control"]
    change_page = admin_pages.get(reverse("admin:accounts_clientkey_change", args=[key.pk])).content.decode()
    assert secret not in change_page
    assert key.prefix in change_page


def test_a_key_keeps_its_source_and_secret_when_it_is_edited(admin_pages):
    key = ClientKeyFactory(source="hubspot", secret_hash=tokens.digest("secret"))

    admin_pages.post(
        reverse("admin:accounts_clientkey_change", args=[key.pk]),
        {
            "name": "Renamed",
            "source": "other",
            "scopes": ["read"],
            "expires_at_0": "2030-01-01",
            "expires_at_1": "00:00",
        },
    )

    key.refresh_from_db()
    assert (key.name, key.source, key.scopes, key.expires_at.year) == ("Renamed", "hubspot", ["read"], 2030)
    assert bytes(key.secret_hash) == tokens.digest("secret")


def test_a_key_is_revoked_not_deleted(admin_pages):
    key = ClientKeyFactory()

    answer = admin_pages.post(
        reverse("admin:accounts_clientkey_changelist"),
        {"action": "revoke", "_selected_action": [key.pk]},
        follow=True,
    )
    refused = admin_pages.post(reverse("admin:accounts_clientkey_delete", args=[key.pk]), {"post": "yes"})

    key.refresh_from_db()
    assert not key.is_usable(clock.now())
    assert "1 key was revoked." in answer.content.decode()
    assert refused.status_code == 403


def test_a_lead_who_would_not_see_the_work_of_the_team_is_told(admin_pages, owner, manager, administrator):
    team = TeamFactory(name="Sales South")

    def lead(person):
        data = {"name": team.name, "lead": person.pk if person else "", "region": ""}
        saved = admin_pages.post(f"/admin/accounts/team/{team.pk}/change/", data, follow=True).text
        return "does not see its work: notices" in saved, "does not see its work</td>" in saved

    assert lead(manager) == (True, True)
    assert lead(administrator) == lead(None) == (False, False)
    manager.team = team
    manager.save()
    assert lead(manager) == (False, False)
