"""Remove what the make targets made: environments, data, caches."""

from __future__ import annotations

import fcntl
import shutil
import sys
from pathlib import Path

from workshop.home import LOCAL, PROJECT, elsewhere

MADE = (".local", ".venv", "staticfiles")
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis")


def _in_use(lock: Path) -> bool:
    with lock.open("a+") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def main() -> int:
    homes = [lock.parent for lock in LOCAL.glob("*/lock")]
    busy = [home for home in homes if _in_use(home / "lock")]
    if busy:
        print(f"Servers are running on {busy[0]}; stop them first.", file=sys.stderr)
        return 1
    made = [PROJECT / name for name in (*MADE, *CACHES)]
    for path in (*(elsewhere(home) for home in homes), *made, *PROJECT.glob("*/**/__pycache__")):
        shutil.rmtree(path, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
