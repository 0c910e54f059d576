"""Who may administer is one decision, that of the roles; above them are chief administrators, who make each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import clock, roles
from accounts.models import SecurityEvent, User
from nps_project.admin_sections import SECTIONS
from tests.accounts.test_admin import person_form
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return UserFactory(is_superuser=True, name="Chief", language="en")


@pytest.fixture
def by_chief(client, chief):
    client.force_login(chief)
    return client


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def now(person):
    return User.objects.get(pk=person.pk)


def test_the_role_alone_decides_and_following_it_costs_no_second_tick():
    person, role = UserFactory(), Group.objects.get(name=roles.ADMINISTRATORS)
    assert not person.may_administer

    person.groups.add(role)
    assert now(person).may_administer

    person.groups.remove(role)
    assert not now(person).may_administer


def test_a_role_that_gets_rights_in_the_administration_lets_its_people_in():
    person = UserFactory()
    person.groups.add(Group.objects.get(name=roles.AGENTS))
    change = Permission.objects.get(codename="change_product")

    Group.objects.get(name=roles.AGENTS).permissions.add(change)
    assert now(person).may_administer

    Group.objects.get(name=roles.AGENTS).permissions.remove(change)
    assert not now(person).may_administer


def test_who_is_not_active_administers_nothing(chief):
    assert chief.may_administer

    chief.is_active = False

    assert not chief.may_administer


def test_the_database_knows_no_chief_who_may_not_administer(chief):
    with pytest.raises(IntegrityError, match="chief_administers"), transaction.atomic():
        User.objects.filter(pk=chief.pk).update(is_staff=False)


def test_the_page_of_a_person_says_whether_and_why(by_chief, chief, owner, administrator):
    def said(person):
        return by_chief.get(page_of(person)).text

    assert "Yes, as chief administrator." in said(chief)
    assert "Yes, by the roles: Administrators." in said(administrator)
    assert "No: none of the roles has rights in the administration." in said(owner)


def test_the_list_shows_chiefs_and_finds_who_may_administer(by_chief, chief, owner, administrator):
    page = by_chief.get(reverse("admin:accounts_user_changelist"), {"is_staff__exact": "1"})

    assert "Chief administrator" in page.text
    assert set(page.context["cl"].queryset) == {chief, administrator}


def test_a_chief_makes_another_and_steps_back(by_chief, chief, owner):
    owner.set_password("long and not often chosen")
    owner.save()
    by_chief.post(page_of(owner), person_form(owner, is_superuser="on"))
    assert (now(owner).is_superuser, now(owner).may_administer) == (True, True)

    by_chief.post(page_of(chief), person_form(chief))
    assert (now(chief).is_superuser, now(chief).may_administer) == (False, False)


@pytest.mark.parametrize(
    "change", [{"is_superuser": ""}, {"is_superuser": "on", "is_active": ""}, {"is_superuser": "on", "email": ""}]
)
def test_the_last_chief_who_can_come_in_stays_one(by_chief, chief, change):
    UserFactory(is_superuser=True, is_active=False)
    never_came = UserFactory(is_superuser=True, last_login=None)
    never_came.set_unusable_password()
    never_came.save()
    form = {name: value for name, value in person_form(chief, **change).items() if value != ""}

    answer = by_chief.post(page_of(chief), form)

    assert "This is the last chief administrator." in answer.text
    assert (now(chief).is_superuser, now(chief).is_active, now(chief).email) == (True, True, chief.email)


@pytest.mark.django_db(transaction=True)
def test_of_two_chiefs_who_step_back_at_once_one_stays():
    pair = [UserFactory(is_superuser=True, last_login=clock.now()) for _person in range(2)]

    def step_back(person):
        try:
            browser = Client()
            browser.force_login(person)
            browser.post(page_of(person), person_form(person))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as at_once:
        list(at_once.map(step_back, pair))

    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.parametrize("gone", [Group.delete, lambda role: role.user_set.clear()], ids=["deleted", "emptied"])
def test_a_role_that_is_gone_lets_nobody_stay(administrator, gone):
    gone(Group.objects.get(name=roles.ADMINISTRATORS))

    assert not now(administrator).may_administer
    assert SecurityEvent.objects.filter(about=administrator, kind="roles_changed").exists()


def test_whoever_is_not_active_is_told_so(by_chief, administrator):
    User.objects.filter(pk=administrator.pk).update(is_active=False)

    assert "No: not active." in by_chief.get(page_of(administrator)).text


def test_only_roles_that_give_it_are_named(by_chief, administrator):
    administrator.groups.add(Group.objects.get(name=roles.AGENTS))

    assert "Yes, by the roles: Administrators." in by_chief.get(page_of(administrator)).text


def test_administrators_below_are_not_offered_it(client, administrator, owner):
    client.force_login(administrator)

    assert 'name="is_superuser"' not in client.get(page_of(owner)).text
    client.post(page_of(owner), person_form(owner, is_superuser="on"))

    assert not now(owner).is_superuser
    assert "hief" not in LogEntry.objects.latest("pk").get_change_message()


def test_every_list_of_the_administration_has_its_section():
    named = [label for _key, _name, labels in SECTIONS for label in labels]

    assert sorted(named) == sorted(model._meta.label for model in admin.site._registry)


@pytest.mark.parametrize("address", ["admin:accounts_user_add", "admin:accounts_user_changelist", "setup_people"])
def test_roles_are_called_in_the_language_of_the_reader(client, administrator, address):
    User.objects.filter(pk=administrator.pk).update(language="uk")
    Group.objects.create(name="Auditors")
    client.force_login(administrator)

    text = client.get(reverse(address)).text

    assert "Адміністратори" in text
    assert "Агенти" in text
    assert "Auditors" in text
    assert ">Administrators" not in text
