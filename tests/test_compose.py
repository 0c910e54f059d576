import json
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
OURS = ("migrate", "web", "worker", "beat")
ALWAYS_RUNNING = ("proxy", "web", "worker", "beat", "postgres", "redis")
SERVERS_PASSWORDS = ("POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def instructions():
    """The Dockerfile as (instruction, argument) pairs, continued lines joined."""
    source = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def arguments(instructions, name):
    return [argument for instruction, argument in instructions if instruction == name]


def test_compose_has_the_processes_of_the_production_shape(services):
    assert set(services) == {"proxy", "migrate", "web", "worker", "beat", "postgres", "redis"}


def test_our_processes_run_from_one_image(services):
    assert {services[name]["image"] for name in OURS} == {"plumb"}


@pytest.mark.parametrize("name", ALWAYS_RUNNING)
def test_every_running_service_restarts_and_reaps_its_orphans(services, name):
    assert services[name]["restart"] == "unless-stopped"
    assert services[name]["init"] is True


@pytest.mark.parametrize("name", ["worker", "beat", "postgres", "redis"])
def test_every_service_has_a_health_check(services, name):
    assert services[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_web_is_checked_by_the_image_itself(services, instructions):
    (check,) = arguments(instructions, "HEALTHCHECK")

    assert "healthcheck" not in services["web"]
    program = json.loads(check.partition(" CMD ")[2])
    assert program[:2] == ["python", "-c"]
    compile(program[2], "healthcheck", "exec")


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_migration_is_through(services, name):
    assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_migration_runs_once_and_waits_for_healthy_servers(services):
    migrate = services["migrate"]

    assert migrate["restart"] == "no"
    first = "exec python manage.py first_administrator"
    assert migrate["command"] == ["sh", "-c", f"python manage.py migrate --no-input && {first}"]
    assert migrate["depends_on"] == {
        "postgres": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
    }


@pytest.mark.parametrize("name", OURS)
def test_our_processes_have_no_more_rights_than_they_need(services, name):
    service = services[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["env_file"] == ".env"


@pytest.mark.parametrize("name", [*ALWAYS_RUNNING, "migrate"])
def test_every_container_has_its_limits_and_no_right_that_it_does_not_use(services, name):
    service = services[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"] <= 300


def test_only_the_proxy_is_reached_from_outside(services):
    published = [name for name, service in services.items() if "ports" in service]

    assert published == ["proxy"]


def test_the_servers_are_in_a_network_without_a_way_to_the_world(compose, services):
    assert compose["networks"]["inside"] == {"internal": True}
    assert [name for name in services if services[name]["networks"] == ["inside"]] == [
        "migrate", "beat", "postgres", "redis",
    ]  # fmt: skip
    assert services["proxy"]["networks"] == ["outside"]


def test_what_must_last_is_in_named_volumes(compose, services):
    assert services["postgres"]["volumes"][0] == "postgres:/var/lib/postgresql"
    assert "caddy:/data" in services["proxy"]["volumes"]
    assert "volumes" not in services["redis"]
    assert set(compose["volumes"]) == {"postgres", "media", "caddy"}


@pytest.mark.parametrize("name", OURS)
def test_no_process_of_ours_is_told_what_opens_the_others(services, name):
    environment = services[name]["environment"]

    assert {password: environment[password] for password in SERVERS_PASSWORDS} == dict.fromkeys(SERVERS_PASSWORDS, "")
    role = "plumb_owner" if name == "migrate" else "plumb"
    assert environment["DATABASE_URL"].startswith(f"postgres://{role}:")


def test_a_slow_client_waits_at_the_proxy():
    caddyfile = (ROOT / "deploy/Caddyfile").read_text()

    for directive in ("request_buffers", "response_buffers", "read_header", "read_body"):
        assert directive in caddyfile


def test_postgres_stops_without_waiting_for_clients(services):
    assert services["postgres"]["stop_signal"] == "SIGINT"


def test_no_secret_is_written_in_compose():
    source = (ROOT / "docker-compose.yml").read_text()

    assert "SECRET_KEY:" not in source
    for password in re.findall(r"PASSWORD: (.*)", source):
        assert password == '""' or password.startswith("${")
    assert not re.search(r"://\w*:[^$]", source)


def test_the_image_runs_as_an_ordinary_user(instructions):
    names = [name for name, _ in instructions]

    assert arguments(instructions, "USER") == ["plumb"]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name == "RUN")


def test_the_image_installs_the_lock_file_with_hashes(instructions):
    installs = [run for run in arguments(instructions, "RUN") if "pip install" in run]

    assert installs == ["pip install --require-hashes -r requirements.lock"]


def test_the_image_collects_static_files_and_serves_with_gunicorn(instructions):
    assert any("collectstatic --no-input" in run for run in arguments(instructions, "RUN"))
    (command,) = arguments(instructions, "CMD")
    assert json.loads(command)[:2] == ["gunicorn", "nps_project.wsgi:application"]


def test_every_app_of_the_project_goes_into_the_image():
    allowed = {
        line[1:].split("/")[0] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"bench"}

    assert apps | {"templates", "static", "locale", "manage.py", "requirements.lock"} <= allowed


def test_no_lock_file_names_a_server():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()


def test_browsers_preload_lists_are_entered_by_choice():
    assert "SECURE_HSTS_PRELOAD=0" in (ROOT / ".env.example").read_text()
    assert settings.SECURE_HSTS_PRELOAD is False
