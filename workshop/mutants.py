"""Make one known mistake after another in a copy of the project and see that the tests notice: `make mutants`.

    python -m workshop.mutants [NAME …]       of all patches in tests/mutants, or of those named

A mistake is a patch whose first line names the test files that must notice it and whose second says what it breaks.
The copy holds what is committed or added. DATABASE_URL names a migrated database, of which each run of the tests gets
its own copy. The exit status is 1 when a mistake survives or a patch does not fit any more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from workshop.home import LOCAL, PROJECT
from workshop.trouble import Trouble

FOLDER = Path("tests/mutants")
CAUGHT_BY = "# Caught by: "
KILLED, PASSED = 1, 0  # as pytest ends
PYTEST = ("-m", "pytest", "-x", "-q", "-n0", "-p", "no:randomly", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Mutant:
    """A mistake: the patch that makes it, the test files that must notice it, and what it breaks."""

    patch: Path
    tests: tuple[str, ...]
    breaks: str

    @classmethod
    def read(cls, patch: Path) -> Mutant:
        first, second, *_rest = patch.read_text().splitlines()
        if not first.startswith(CAUGHT_BY):
            raise Trouble(f"{patch.name} does not begin with “{CAUGHT_BY}” and the test files.")
        return cls(patch, tuple(first.removeprefix(CAUGHT_BY).split()), second.removeprefix("# "))

    @property
    def name(self) -> str:
        return self.patch.stem

    @property
    def changes_tables(self) -> bool:
        """Say whether a database that was migrated before knows nothing of this mistake."""
        changed = [line.split()[1] for line in self.patch.read_text().splitlines() if line.startswith("+++ ")]
        return any(path.endswith(".sql") or "/migrations/" in path for path in changed)

    def fits(self, tree: Path) -> bool:
        return _git(tree, "apply", "--check", self.patch).returncode == 0


def mutants(project: Path, names: Sequence[str] = ()) -> list[Mutant]:
    """Return the mutants of a project in order of their names, or those of `names`."""
    found = [Mutant.read(patch) for patch in sorted((project / FOLDER).glob("*.patch"))]
    unknown = set(names) - {mutant.name for mutant in found}
    if unknown:
        raise Trouble(f"There is no {FOLDER / min(unknown)}.patch.")
    return [mutant for mutant in found if not names or mutant.name in names]


def verdict(mutant: Mutant, tree: Path, run_tests: Callable[[Path, Mutant], int]) -> str:
    """Return what became of a mutant: caught, SURVIVED, or why it could not be tried. The tree is left as it was."""
    if not mutant.fits(tree):
        return "DOES NOT FIT any more: write it anew for the code of today"
    _git(tree, "apply", mutant.patch)
    try:
        ended = run_tests(tree, mutant)
    finally:
        _git(tree, "apply", "--reverse", mutant.patch)
    if ended == KILLED:
        return "caught"
    return f"SURVIVED {' '.join(mutant.tests)}" if ended == PASSED else f"COULD NOT BE TRIED: pytest ended with {ended}"


def run_tests(tree: Path, mutant: Mutant) -> int:
    """Run the named tests up to the first that fails and return how pytest ended."""
    fresh = "--create-db" if mutant.changes_tables else "--reuse-db"
    if not mutant.changes_tables:
        copy_database(os.environ["DATABASE_URL"])
    return pytest(tree, fresh, *mutant.tests)


def pytest(tree: Path, *arguments: str) -> int:
    """Return how pytest ends in `tree`; nothing compiled is kept, for a mistake may be made within the same second."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *PYTEST, *arguments], cwd=tree, env=environment, capture_output=True, check=False
    )
    return done.returncode


def copy_database(url: str) -> None:
    """Give Django's tests their database as a copy of the one that `url` names, instead of migrating it anew."""
    import psycopg2
    from psycopg2 import sql

    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    connection = psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))
    connection.autocommit = True
    names = {"copy": sql.Identifier(f"test_{name}"), "original": sql.Identifier(name)}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {copy} WITH (FORCE)").format(**names))
        cursor.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {original}").format(**names))
    connection.close()


@contextmanager
def scratch_tree(project: Path, place: Path) -> Iterator[Path]:
    """Yield a worktree of what is committed or added in `project`; it is removed on leaving."""
    _git(project, "worktree", "remove", "--force", place)
    _git(project, "worktree", "prune")
    commit = _git(project, "stash", "create").stdout.strip() or "HEAD"
    made = _git(project, "worktree", "add", "--detach", place, commit)
    if made.returncode:
        raise Trouble(f"There is no worktree to be had: {made.stderr.strip()}")
    try:
        yield place
    finally:
        _git(project, "worktree", "remove", "--force", place)


def _git(where: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *map(str, arguments)], cwd=where, capture_output=True, text=True, check=False)


def main(names: Sequence[str]) -> int:
    """Try the mutants one by one, a line for each, and return the exit status."""
    chosen = mutants(PROJECT, names)
    not_caught = 0
    with scratch_tree(PROJECT, LOCAL / "mutants" / "tree") as tree:
        for mutant in chosen:
            became = verdict(mutant, tree, run_tests)
            not_caught += became != "caught"
            print(f"{mutant.name}: {became}", flush=True)
    print(f"{len(chosen) - not_caught} of {len(chosen)} caught.")
    return 1 if not_caught else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
