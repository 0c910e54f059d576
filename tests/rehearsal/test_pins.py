"""Images are pinned by what they hold; the engine is a program of the test, since no registry is here."""

import json
import stat
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from rehearsal.compose import pins
from rehearsal.compose.engine import Engine
from rehearsal.compose.images import BASE
from workshop.trouble import Trouble

ENGINE = """#!/bin/sh
echo "$@" >> {log}
case "$1 $2" in
    "image inspect") cat {answers}/"$(echo "$5" | tr / _)";;
esac
"""
SHA = "sha256:" + "0123456789abcdef" * 4
NAMES = {"docker.io/library/postgres:18": "postgres", "docker.io/valkey/valkey:9": "valkey/valkey", BASE: "python",
         "docker.io/library/caddy:2": "docker.io/library/caddy"}  # fmt: skip


@pytest.fixture
def engine(tmp_path, monkeypatch):
    for full, short in NAMES.items():
        (tmp_path / full.replace("/", "_")).write_text(json.dumps(["mirror.example/other@sha256:f", f"{short}@{SHA}"]))
    program = tmp_path / "engine"
    program.write_text(ENGINE.format(log=tmp_path / "log", answers=tmp_path))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    made = Engine(str(program), [], [])
    monkeypatch.setattr(Engine, "found", lambda: made)
    return made


def test_every_server_of_the_compose_file_is_pinned_by_its_own_digest(engine, tmp_path, capsys):
    assert pins.main(str(tmp_path / "pins.yml")) == 0

    pinned = yaml.safe_load((tmp_path / "pins.yml").read_text())["services"]
    compose = yaml.safe_load(Path(settings.BASE_DIR, "docker-compose.yml").read_text())["services"]
    from_elsewhere = {name: service["image"] for name, service in compose.items() if service["image"] != "plumb"}
    assert set(pinned) == set(from_elsewhere)
    for service, image in from_elsewhere.items():
        name, _at, digest = pinned[service]["image"].partition("@")
        assert name.removeprefix("docker.io/").removeprefix("library/") == image.partition(":")[0]
        assert digest == SHA
    assert f"make image ARGS='--base python@{SHA}'" in capsys.readouterr().out
    pulled = [line for line in (tmp_path / "log").read_text().splitlines() if line.startswith("pull")]
    assert pulled == [f"pull --quiet {name}" for name in (*list(NAMES)[:2], "docker.io/library/caddy:2", BASE)]


def test_a_stand_in_that_no_registry_knows_is_not_pinned(engine, tmp_path, capsys):
    (tmp_path / "docker.io_valkey_valkey:9").write_text("null")

    assert pins.main(str(tmp_path / "pins.yml")) == 1

    assert "docker.io/valkey/valkey:9 has no digest" in capsys.readouterr().err
    assert not (tmp_path / "pins.yml").exists()


def test_where_no_engine_runs_it_says_what_is_missing(monkeypatch, capsys):
    def missing():
        raise Trouble("Neither docker runs here nor is there podman.")

    monkeypatch.setattr(Engine, "found", missing)

    assert pins.main() == 1
    assert "Neither docker runs here" in capsys.readouterr().err
