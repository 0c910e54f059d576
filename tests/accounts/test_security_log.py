import logging
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts import actors, clock, roles, securitylog, services
from accounts.admin.kept import Setting
from accounts.models import SecurityEvent, User
from accounts.securitylog import Kind
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PHRASE = "seven green lamps hum"
# What the admin shows that is no setting: records of the business, and what is written down in another way.
RECORDS = {
    "accounts.ClientKey", "accounts.SecurityEvent", "accounts.SetAsideRow", "accounts.User", "auth.Group",
    "crm.Channel", "crm.Company", "crm.Contact", "crm.Deal", "crm.ImportFinding", "crm.ImportRun", "crm.Merge",
    "crm.Product", "crm.Touchpoint", "delivery.IncomingLetter", "delivery.IncomingText", "delivery.Message",
    "followups.Followup", "responses.Introduction", "responses.LinkVisit", "responses.Relabelling",
    "responses.Response", "surveys.Invitation",
}  # fmt: skip


@pytest.fixture
def olena():
    return User.objects.create_user("olena@plumb.example", PHRASE, name="Olena")


@pytest.fixture
def events():
    """What was written down since the test began to act, as (what, about whom, details)."""
    before = list(SecurityEvent.objects.values_list("pk", flat=True))

    def read():
        found = SecurityEvent.objects.exclude(pk__in=before).order_by("pk")
        return [(event.kind, event.about, event.details) for event in found]

    return read


def log_in(client, address, password, **extra):
    return client.post(reverse("account_login"), {"login": address, "password": password}, **extra)


def test_a_login_and_a_logout_are_written_down_with_network_and_browser(client, olena, events):
    firefox = {"User-Agent": "Mozilla/5.0 Firefox/150.0"}
    log_in(client, "olena@plumb.example", PHRASE, REMOTE_ADDR="203.0.113.77", headers=firefox)
    client.post(reverse("account_logout"), REMOTE_ADDR="203.0.113.77")

    assert events() == [("login", olena, {}), ("logout", olena, {})]
    login = SecurityEvent.objects.get(kind="login")
    assert (login.by, login.network, login.browser) == (olena, "203.0.113.0/24", "Firefox")


def test_a_failed_login_is_written_down_without_what_was_typed(client, olena, events):
    log_in(client, "olena@plumb.example", "wrong-secret")
    log_in(client, "nobody-here@outside.example", "wrong-secret")

    assert events() == [("login_failed", olena, {}), ("login_failed", None, {})]
    for event in SecurityEvent.objects.all():
        assert "nobody-here" not in str(vars(event))
        assert "wrong-secret" not in str(vars(event))
    known, unknown = SecurityEvent.objects.filter(kind="login_failed").order_by("pk").values_list("subject", flat=True)
    assert (known, len(unknown)) == ("", 16)


def test_the_ordinary_log_names_people_by_number_only(client, olena, caplog):
    caplog.set_level(logging.INFO)

    log_in(client, "olena@plumb.example", PHRASE)

    (line,) = [record for record in caplog.records if "security" in record.getMessage()]
    assert str(olena.pk) in line.getMessage()
    assert "olena" not in line.getMessage().lower()


@pytest.mark.parametrize(
    ("change", "kind", "details"),
    [
        ({"email": "new@plumb.example"}, "address_changed", {"email": ["olena@plumb.example", "new@plumb.example"]}),
        ({"name": "Olha"}, "person_changed", {"name": ["Olena", "Olha"]}),
        ({"is_active": False}, "rights_changed", {"is_active": [True, False]}),
        ({"is_staff": True}, "rights_changed", {"is_staff": [False, True]}),
        (
            {"is_superuser": True, "is_staff": True},
            "rights_changed",
            {"is_superuser": [False, True], "is_staff": [False, True]},
        ),
    ],
)
def test_a_change_of_a_person_is_written_down_whatever_made_it(olena, events, change, kind, details):
    for field, value in change.items():
        setattr(olena, field, value)
    olena.save()

    assert events() == [(kind, olena, details)]


def test_a_new_password_is_written_down_but_not_its_hash_brought_up_to_date(olena, events, settings):
    olena.set_password("another phrase of mine")
    olena.save()
    olena.set_unusable_password()
    olena.save()
    assert events() == [("password_changed", olena, {}), ("password_changed", olena, {})]

    olena.set_password(PHRASE)
    olena.save()
    written = len(events())
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    assert User.objects.get(pk=olena.pk).check_password(PHRASE)
    assert User.objects.get(pk=olena.pk).password.startswith("pbkdf2")
    assert len(events()) == written


def test_what_touches_no_right_is_not_written_down(olena, events):
    olena.language = "uk"
    olena.save()
    olena.save(update_fields=["last_login"])

    assert events() == []


def test_roles_and_rights_are_written_down_from_either_side(olena, events):
    agents = Group.objects.get(name=roles.AGENTS)
    right = Permission.objects.get(codename="see_all_teams")

    olena.groups.add(agents)
    agents.user_set.remove(olena)
    olena.user_permissions.set([right])
    olena.groups.set([agents])
    olena.groups.clear()
    agents.permissions.add(right)
    agents.permissions.clear()

    name = str(right)
    assert events() == [
        ("roles_changed", olena, {"add": ["Agents"]}),
        ("roles_changed", olena, {"remove": ["Agents"]}),
        ("rights_changed", olena, {"add": [name]}),
        ("roles_changed", olena, {"add": ["Agents"]}),
        ("roles_changed", olena, {"remove": ["Agents"]}),
        ("rights_changed", None, {"add": [name]}),
        ("rights_changed", None, {"remove": [name]}),
    ]


def test_what_is_rolled_back_was_not_done(olena, events):
    with transaction.atomic():
        olena.name = "Olha"
        olena.save()
        transaction.set_rollback(True)

    assert events() == []


def test_what_was_done_by_an_import_says_by_whom_and_by_what(olena, administrator):
    with actors.acting_as(administrator, name="import of people"):
        olena.name = "Olha"
        olena.save()

    event = SecurityEvent.objects.get(kind="person_changed")
    assert (event.by, event.means) == (administrator, "import of people")


def test_the_log_is_only_ever_added_to():
    event = securitylog.note(Kind.EXPORTED)

    with pytest.raises(DatabaseError), transaction.atomic():
        SecurityEvent.objects.filter(pk=event.pk).update(kind="login")
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()

    assert SecurityEvent.objects.get(pk=event.pk).kind == "exported"


def test_what_is_older_than_the_setting_is_forgotten_and_nothing_young(settings):
    for days in (500, 399, 80):
        SecurityEvent.objects.create(kind="login", at=clock.now() - timedelta(days=days))

    assert securitylog.forget_old() == 1
    settings.SECURITY_LOG_DAYS = 1
    assert securitylog.forget_old() == 1
    assert SecurityEvent.objects.count() == 1


class TestSuperusers:
    """Only a chief administrator makes, changes, locks or renames one, by whichever way."""

    @pytest.fixture
    def root(self):
        return UserFactory(is_superuser=True, is_staff=True, email="root@plumb.example", name="Root")

    @pytest.mark.parametrize(
        "change",
        [{"email": "mine@outside.example"}, {"name": "X"}, {"is_active": False}, {"is_superuser": False},
         {"source": "hr", "external_id": "r1"}],
    )  # fmt: skip
    def test_an_administrator_changes_no_superuser(self, administrator, root, change):
        for field, value in change.items():
            setattr(root, field, value)

        with actors.acting_as(administrator, name="test"), pytest.raises(PermissionDenied):
            root.save()

        root.refresh_from_db()
        assert (root.email, root.name, root.is_active, root.is_superuser) == ("root@plumb.example", "Root", True, True)

    def test_an_administrator_sets_no_password_of_a_superuser(self, administrator, root):
        root.set_password(PHRASE)

        with actors.acting_as(administrator, name="test"), pytest.raises(PermissionDenied):
            root.save()

    def test_an_administrator_gives_and_takes_no_role_of_a_superuser(self, administrator, root):
        agents = Group.objects.get(name=roles.AGENTS)
        for act in (lambda: root.groups.add(agents), lambda: agents.user_set.add(root)):
            with actors.acting_as(administrator, name="test"), pytest.raises(PermissionDenied), transaction.atomic():
                act()

        assert not root.groups.exists()

    def test_nobody_makes_oneself_or_another_a_superuser(self, administrator, olena):
        for person in (administrator, olena):
            person.is_superuser = True
            with actors.acting_as(administrator, name="test"), pytest.raises(PermissionDenied):
                person.save()
        with actors.acting_as(administrator, name="test"), pytest.raises(PermissionDenied):
            UserFactory(is_superuser=True)

        assert not User.objects.filter(is_superuser=True).exists()

    def test_a_superuser_does_and_so_does_the_command_line(self, administrator, root):
        with actors.acting_as(root, name="test"):
            administrator.is_superuser = True
            administrator.save()
        root.name = "Renamed"
        root.save()

        assert User.objects.filter(is_superuser=True, name__in=["Renamed", administrator.name]).count() == 2


class TestAdministration:
    def test_the_log_can_be_read_and_nothing_else(self, client, administrator, olena):
        client.force_login(administrator)
        event = securitylog.note(Kind.ADDRESS_CHANGED, about=olena, email=["old@plumb.example", "new@plumb.example"])
        page = reverse("admin:accounts_securityevent_change", args=[event.pk])

        assert (
            "email: old@plumb.example → new@plumb.example"
            in client.get(reverse("admin:accounts_securityevent_changelist")).content.decode()
        )
        assert client.get(page).status_code == 200
        assert client.post(page, {"kind": "login"}).status_code == 403
        assert client.get(reverse("admin:accounts_securityevent_add")).status_code == 403
        assert client.post(reverse("admin:accounts_securityevent_delete", args=[event.pk])).status_code == 403

    def test_a_change_of_a_setting_names_it_and_who_made_it(self, client, administrator, team, events):
        client.force_login(administrator)

        client.post(reverse("admin:accounts_team_change", args=[team.pk]), {"name": "Sales West", "lead": ""})

        event = SecurityEvent.objects.get(kind="setting_changed")
        assert (event.by, event.subject) == (administrator, f"accounts.Team {team.pk}: Sales West")
        assert event.details["deed"] == "changed"

    def test_keys_are_written_down_from_issue_to_end(self, administrator, events):
        key, secret = services.issue_client_key(name="HubSpot", source="hubspot", scopes=["write"])
        key.scopes = ["read"]
        services.change_client_key(key, ["scopes"])
        services.revoke_client_key(key)
        services.revoke_client_key(key)

        assert [kind for kind, *_rest in events()] == ["key_issued", "key_changed", "key_revoked"]
        assert all(secret not in str(vars(event)) for event in SecurityEvent.objects.all())

    def test_every_setting_of_the_admin_is_watched(self):
        watched = {model._meta.label for model, page in admin.site._registry.items() if isinstance(page, Setting)}

        assert watched | RECORDS == {model._meta.label for model in admin.site._registry}
