import json
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from workshop import venv
from workshop.ground import Ground
from workshop.home import PROJECT
from workshop.processes import spawn
from workshop.stack import Ports, Stack
from workshop.trouble import Trouble

SERVERS = Ground({"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9/0"})


@pytest.fixture
def stack(tmp_path):
    stack = Stack(tmp_path, SERVERS, Ports.free())
    yield stack
    stack.stop()


def test_a_taken_port_is_named_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Trouble, match=re.escape(f"Port {port} is in use")) as refusal:
            replace(Ports.free(), smtp=port).refuse_taken()

    assert f"SMTP_PORT={port + 100} make demo" in str(refusal.value)


def test_a_part_that_dies_is_named_with_its_last_words(stack):
    stack.start_part("worker", [sys.executable, "-c", "print('no broker'); raise SystemExit(3)"])
    stack.parts["worker"].wait(10)

    with pytest.raises(Trouble, match=r"The worker process ended \(status 3\): no broker"):
        stack.check()


def test_stopping_ends_every_part(stack):
    for name in ("web", "worker"):
        stack.start_part(name, ["sleep", "60"])

    stack.stop()

    assert {name: part.returncode for name, part in stack.parts.items()} == {
        "web": -signal.SIGTERM,
        "worker": -signal.SIGTERM,
    }


def test_the_secret_key_is_made_once_and_kept_private(stack, tmp_path):
    again = Stack(tmp_path, SERVERS, stack.ports)

    assert again.environment["SECRET_KEY"] == stack.environment["SECRET_KEY"]
    assert len(stack.environment["SECRET_KEY"]) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_failed_command_gets_a_sentence(stack):
    with pytest.raises(Trouble, match=r"manage.py no_such_command failed: .*\(all of it: .*manage.log\)"):
        stack.manage("no_such_command")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_child_does_not_outlive_a_killed_parent(tmp_path):
    told = tmp_path / "pid"
    parent = (
        "import time\nfrom pathlib import Path\nfrom workshop.processes import spawn\n"
        f"Path({str(told)!r}).write_text(str(spawn(['sleep', '60']).pid))\n"
        "time.sleep(60)"
    )
    process = spawn([sys.executable, "-c", parent], cwd=PROJECT)
    deadline = time.monotonic() + 20
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    child = int(told.read_text())

    process.kill()
    process.wait()

    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def lock_files(tmp_path, monkeypatch):
    monkeypatch.setattr(venv, "PROJECT", tmp_path)
    monkeypatch.setattr(venv, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(venv, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    for name in venv.WIDEST_FIRST:
        (tmp_path / name).write_text("")
    return tmp_path


def test_an_environment_is_made_once_from_an_unchanged_lock(lock_files, monkeypatch, capsys):
    venv.ensure("requirements-dev.lock")
    first = capsys.readouterr().out

    venv.ensure("requirements-demo.lock")

    assert first.splitlines()[0] == "Making .venv."
    assert "Installing requirements-dev.lock" in first
    assert capsys.readouterr().out == ""
    assert (lock_files / ".venv" / "installed-requirements-dev.lock").exists()


def test_a_directory_that_is_no_environment_is_left_alone(lock_files):
    (lock_files / ".venv").mkdir()
    (lock_files / ".venv" / "thesis.txt").write_text("years of work")

    with pytest.raises(Trouble, match="is no virtual environment; move it away"):
        venv.ensure("requirements-demo.lock")

    assert (lock_files / ".venv" / "thesis.txt").read_text() == "years of work"


def test_a_missing_venv_module_gets_a_sentence(lock_files, monkeypatch):
    monkeypatch.setattr(venv.importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(Trouble, match=r"has no venv module; install it \(on Debian and Ubuntu: apt"):
        venv.ensure("requirements-demo.lock")


def test_a_command_for_the_demo_says_when_the_demo_is_not_running(tmp_path):
    copy = tmp_path / "workshop"
    copy.mkdir()
    for source in (PROJECT / "workshop").glob("*.py"):
        (copy / source.name).write_bytes(source.read_bytes())

    done = subprocess.run(
        [sys.executable, "-m", "workshop.manage", "check"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, "The demo is not running; start it with: make demo\n")


def test_settings_of_the_running_stack_are_private_to_its_owner(stack, tmp_path):
    stack.write_settings()

    path = tmp_path / "settings.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["DATABASE_URL"] == SERVERS.urls["DATABASE_URL"]
    stack.stop()
    assert not path.exists()
