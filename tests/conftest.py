import gc
import os
import subprocess
import sys
from datetime import timedelta

import hypothesis
import pytest
from celery import current_app
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from accounts import roles
from accounts.access import sessions
from accounts.customerlanguages import spoken
from responses.page import middleware
from surveys.models import WritingHours
from tests.factories import TeamFactory, UserFactory
from tests.first_rows import first_rows_put_back
from tests.identity_provider import IdentityProvider
from tests.migrated import migrated

# How long a machine takes for one example says nothing about the code.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

# What makes a password slow to guess says nothing about the code that asks for it.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


def pytest_configure():
    """Give each parallel worker its own cache, so that emptying it disturbs no other."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if number:
        cache_settings = settings.CACHES["default"]
        cache_settings["LOCATION"] = f"{cache_settings['LOCATION'].rpartition('/')[0]}/{15 - number}"


def pytest_sessionstart(session):
    """Let the migrations run while the workers still collect the tests; who needs them first waits for the rest."""
    config = session.config
    makes_databases = config.getvalue("create_db") or not config.getvalue("reuse_db")
    if makes_databases and config.pluginmanager.hasplugin("dsession"):
        migrating = subprocess.Popen([sys.executable, "-m", "tests.migrated"], cwd=settings.BASE_DIR)
        config.add_cleanup(migrating.wait)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for garbage seldom and only among what the tests make: what is read before them hardly ever becomes any."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix):
    """Let a database of tests that is made begin as a copy in which the migrations ran."""
    if request.config.getvalue("create_db") or not request.config.getvalue("reuse_db"):
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let every test begin with the rows of the data migrations: roles, playbooks, topics.

    The hours of media are left out: what a test sees must not depend on the hour in which it runs.
    """
    with django_db_blocker.unblock():
        WritingHours.objects.all().delete()
        with first_rows_put_back():
            yield


@pytest.fixture(scope="session")
def docs_site(tmp_path_factory):
    """The folder of the site of the docs, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def person(role, **fields):
    user = UserFactory(**fields)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture(autouse=True)
def _empty_cache(request):
    uses_db = request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames)
    if uses_db:
        cache.clear()


@pytest.fixture(autouse=True)
def _own_languages_only(monkeypatch):
    """No test knows a language that another added, and none takes a query more to look for one."""
    monkeypatch.setattr(spoken, "LOOKED_EVERY", float("inf"))
    monkeypatch.setattr(spoken, "_known", spoken.NOTHING_ADDED)
    monkeypatch.setattr(spoken, "_looked", 0.0)


@pytest.fixture(autouse=True)
def _sessions_noted_once(monkeypatch):
    """No page of a slow run takes a query more because a minute has passed."""
    monkeypatch.setattr(sessions, "NOTED_EVERY", timedelta(days=1))


@pytest.fixture(autouse=True)
def _hosts_of_brands_read(monkeypatch):
    """No page of a slow run takes a query more because the hosts of brands are read again."""
    monkeypatch.setattr(middleware, "_hosts_of_brands", lambda _period: frozenset())


@pytest.fixture(autouse=True)
def _no_worker_waited_for(monkeypatch):
    """No page waits a second for the answer of workers: none runs beside the tests."""
    monkeypatch.setattr(current_app.control, "ping", lambda **_options: [])


@pytest.fixture(autouse=True)
def _english():
    """No test is spoken to in the language that another one left behind."""
    with translation.override("en"):
        yield


@pytest.fixture
def company(settings):
    """The company's provider of logins, for which Plumb is set up."""
    with IdentityProvider() as provider:
        provider.set_up(settings)
        yield provider


@pytest.fixture
def team(db):
    return TeamFactory(name="Sales North")


@pytest.fixture
def owner(team):
    """The agent whose deal, follow-up or number it is."""
    return person(roles.AGENTS, email="owner@plumb.example", name="Olena Owner", team=team)


@pytest.fixture
def teammate(team):
    return person(roles.AGENTS, email="teammate@plumb.example", name="Tomas Teammate", team=team)


@pytest.fixture
def stranger(db):
    """An agent of another team."""
    return person(
        roles.AGENTS, email="stranger@plumb.example", name="Stasė Stranger", team=TeamFactory(name="Sales South")
    )


@pytest.fixture
def manager(team):
    """Sees the numbers of the owner's team."""
    return person(roles.MANAGERS, email="manager@plumb.example", name="Marija Manager", team=team)


@pytest.fixture
def administrator(db):
    return person(roles.ADMINISTRATORS, email="administrator@plumb.example", name="Ada Administrator", is_staff=True)
