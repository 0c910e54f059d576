"""PgBouncer in transaction mode before the database of the tests, as a child of the test that wants it."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.delivery.smtp import free_port

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
# As few sessions as make many clients share them.
SESSIONS = 3
CONFIGURATION = """\
[databases]
* = host={HOST} port={PORT} user={USER} password={PASSWORD}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
max_client_conn = 200
"""


@contextlib.contextmanager
def running():
    """Start PgBouncer and yield its port. Without the program the test is skipped, and says so."""
    if PROGRAM is None:
        pytest.skip("There is no pgbouncer on this machine (Debian: apt install pgbouncer).")
    with tempfile.TemporaryDirectory(prefix="pooler_") as folder:
        configuration, log, port = Path(folder, "pgbouncer.ini"), Path(folder, "pgbouncer.log"), free_port()
        where = {name: connection.settings_dict[name] for name in ("HOST", "PORT", "USER", "PASSWORD")}
        configuration.write_text(CONFIGURATION.format(port=port, sessions=SESSIONS, **where))
        user = _nobody(folder, configuration)
        with log.open("wb") as out:
            process = subprocess.Popen([PROGRAM, str(configuration)], stdout=out, stderr=out, user=user)
        try:
            _wait_for(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=10)


def _nobody(*paths):
    """Return as whom PgBouncer runs where we are root, as whom it does not start, and give that user these paths."""
    if os.geteuid():
        return None
    user = pwd.getpwnam("nobody").pw_uid
    for path in paths:
        os.chown(path, user, -1)
    return user


def _wait_for(port, process, log):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    pytest.fail(f"PgBouncer does not start: {log.read_text()}")


@contextlib.contextmanager
def between(port):
    """Let every connection of this process go through the pooler, as the settings for one say."""
    where = connection.settings_dict
    before = dict(where)
    connections.close_all()
    where.update(HOST="127.0.0.1", PORT=port, DISABLE_SERVER_SIDE_CURSORS=True)
    try:
        yield
    finally:
        connections.close_all()
        where.clear()
        where.update(before)
