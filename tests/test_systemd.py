"""The services for a machine without containers start what is there, and the installation's page says how."""

import importlib
import json
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml
from celery.bin.celery import celery
from django.conf import settings
from django.core.management import get_commands
from gunicorn.config import Config

from workshop import envfile

ROOT = Path(__file__).resolve().parent.parent
UNITS = ROOT / "deploy/systemd"
SERVICES = ("migrate", "web", "worker", "beat")
RUNNING = ("web", "worker", "beat")
BIN = "/opt/plumb/.venv/bin/"
INSTALL = (ROOT / "docs/install.md").read_text()


def read(name):
    """Return the lines of a unit as (key, value) pairs, continued ones joined."""
    text = (UNITS / name).read_text().replace("\\\n", "")
    return [tuple(line.split("=", 1)) for line in text.splitlines() if "=" in line and not line.startswith("#")]


def values(name, key):
    return [value for found, value in read(name) if found == key]


def commands(service):
    return [shlex.split(value) for value in values(f"plumb-{service}.service", "ExecStart")]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_there_is_a_service_for_each_process_and_the_target_starts_them():
    assert {path.name for path in UNITS.glob("*.service")} == {f"plumb-{name}.service" for name in SERVICES}
    (wanted,) = values("plumb.target", "Wants")
    assert wanted.split() == [f"plumb-{name}.service" for name in RUNNING]


def test_migration_runs_commands_that_exist():
    assert [command[:2] for command in commands("migrate")] == [[f"{BIN}python", "manage.py"]] * 2
    assert [command[2] for command in commands("migrate")] == ["migrate", "first_administrator"]
    assert {command[2] for command in commands("migrate")} <= set(get_commands())


def test_web_is_what_the_image_runs_but_for_whom_it_listens_to():
    source = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    of_image = json.loads(re.search(r"^CMD (.*)$", source, re.MULTILINE)[1])
    ((program, *arguments),) = commands("web")

    assert program == f"{BIN}gunicorn"
    assert [("0.0.0.0:8000" if one == "127.0.0.1:8000" else one) for one in arguments] == of_image[1:]
    Config().parser().parse_args(arguments)
    module, name = arguments[0].split(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert values("plumb-web.service", "Type") == ["notify"]


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_worker_and_beat_are_what_the_containers_run(service, compose):
    ((program, *arguments),) = commands(service)

    assert program == f"{BIN}celery"
    in_container = [one.replace("/tmp/", "/var/lib/plumb/") for one in compose[service]["command"]]
    assert ["celery", *arguments] == in_container
    assert arguments[:3] == ["-A", "nps_project", service]
    command = celery.commands[service]
    _options, left, _order = command.make_parser(click.Context(command)).parse_args(arguments[3:])
    assert left == []


@pytest.mark.parametrize("service", RUNNING)
def test_nothing_starts_before_the_migration_is_through_and_all_stop_together(service):
    name = f"plumb-{service}.service"

    assert values(name, "Requires") == values(name, "After") == ["plumb-migrate.service"]
    assert values(name, "PartOf") == values("plumb-migrate.service", "PartOf") == ["plumb.target"]
    assert values(name, "Restart") == ["always"]
    assert values("plumb-migrate.service", "Type") == ["oneshot"]
    assert values("plumb-migrate.service", "RemainAfterExit") == ["yes"]


@pytest.mark.parametrize("service", SERVICES)
def test_migration_alone_reads_what_opens_the_tables(service):
    files = ["/etc/plumb/plumb.env"] + ["/etc/plumb/owner.env"] * (service == "migrate")

    assert values(f"plumb-{service}.service", "EnvironmentFile") == files


def test_every_variable_of_their_files_is_a_setting(tmp_path):
    envfile.write_for_systemd(tmp_path, "nps.alder.example")
    listed = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    for name in ("plumb.env", "owner.env"):
        written = set(re.findall(r"^([A-Z_]+)=", (tmp_path / name).read_text(), re.MULTILINE))
        assert written
        assert written <= listed


def test_services_are_an_ordinary_user_without_rights():
    common = dict(read("plumb-.service.d/common.conf"))

    assert (common["User"], common["Group"], common["WorkingDirectory"]) == ("plumb", "plumb", "/opt/plumb")
    assert common["ProtectSystem"] == "strict"
    assert common["CapabilityBoundingSet"] == ""
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "MemoryDenyWriteExecute"):
        assert common[name] == "yes"
    for service in SERVICES:
        assert not {"User", "Group", "NoNewPrivileges"} & {key for key, _value in read(f"plumb-{service}.service")}
        assert values(f"plumb-{service}.service", "MemoryMax")


def test_nginx_buffers_overwrites_what_clients_claim_and_logs_no_path():
    text = (ROOT / "deploy/nginx.conf").read_text()

    for line in (
        "proxy_request_buffering on;",
        "proxy_buffering on;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "client_header_timeout 10s;",
        "proxy_pass http://127.0.0.1:8000;",
    ):
        assert line in text
    assert int(re.search(r"client_max_body_size (\d+)m;", text)[1]) > settings.IMPORT_MAX_MB
    (form,) = re.findall(r"log_format .*", text)
    assert not re.search(r"\$(request|request_uri|uri|http_referer|args)\b", form)
    assert text.count("access_log /var/log/nginx/plumb.log plumb;") == text.count("server {") == 2
    assert text.count("error_log /var/log/nginx/plumb-error.log crit;") == 2


def test_the_page_names_files_units_and_commands_that_are_there():
    for path in re.findall(r"deploy/[\w./-]*\w", INSTALL):
        assert (ROOT / path).exists() or list(ROOT.glob(f"{path}*")), path
    named = set(re.findall(r"plumb-(\w+)\b", INSTALL)) & {"migrate", "web", "worker", "beat"}
    assert named == set(SERVICES)
    ran = set(re.findall(r"manage\.py (\w+)", INSTALL))
    assert {"collectstatic", "check_keys"} <= ran
    assert ran <= set(get_commands())


def test_the_page_gives_the_files_the_places_where_the_services_look():
    steps = " ".join(re.findall(r"```sh\n(.*?)```", INSTALL, re.DOTALL))

    assert "python3 -m workshop.envfile nps.company.example --systemd /etc/plumb" in steps
    assert "git clone ADDRESS-OF-THIS-REPOSITORY /opt/plumb" in steps
    assert "cp -r deploy/systemd/plumb* /etc/systemd/system/" in steps
    assert "systemctl enable --now plumb.target" in steps
    assert "make secrets HOST=http://localhost:8080\n" in INSTALL
