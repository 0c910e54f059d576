import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
OURS = ("migrate", "web", "worker", "beat")
ALWAYS_RUNNING = ("web", "worker", "beat", "postgres", "redis")


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
    assert set(services) == {"migrate", "web", "worker", "beat", "postgres", "redis"}


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


def test_the_health_check_of_beat_is_a_valid_program(services):
    compile(services["beat"]["healthcheck"]["test"][3], "healthcheck", "exec")


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_migration_is_through(services, name):
    assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_migration_runs_once_and_waits_for_healthy_servers(services):
    migrate = services["migrate"]

    assert migrate["restart"] == "no"
    assert migrate["command"] == ["python", "manage.py", "migrate", "--no-input"]
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


def test_only_the_web_page_is_reachable_and_only_from_this_machine(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_the_data_of_both_servers_is_in_named_volumes(compose, services):
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert services["redis"]["volumes"] == ["redis:/data"]
    assert set(compose["volumes"]) == {"postgres", "redis", "media"}


def test_postgres_stops_without_waiting_for_clients(services):
    assert services["postgres"]["stop_signal"] == "SIGINT"


def test_no_secret_is_written_in_compose():
    source = (ROOT / "docker-compose.yml").read_text()

    assert "SECRET_KEY:" not in source
    assert re.findall(r"POSTGRES_PASSWORD: (.*)", source) == ["${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD in .env}"]


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
