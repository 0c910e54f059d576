"""What the migrations make of nothing, kept as a dump, so that whoever needs it next need not run all of them again.

The name of the file tells which migrations it stands for, so that a changed one makes another.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from pathlib import Path

from workshop.home import LOCAL, PROJECT
from workshop.postgres import programs

FOLDER = LOCAL / "migrated"
IMPORTED = re.compile(r"^(?:from|import) ((?:accounts|crm|delivery|surveys|responses|followups|analytics)[\w.]*)", re.M)


def fingerprint() -> str:
    """Return what tells these migrations from others: their texts, those of what they import, and the packages."""
    migrations = sorted(PROJECT.glob("*/migrations/*.py"))
    modules = {name for path in migrations for name in IMPORTED.findall(path.read_text())}
    imported = {PROJECT / f"{name.replace('.', '/')}{end}" for name in modules for end in (".py", "/__init__.py")}
    apps = sorted({path.parent.parent for path in migrations})
    carried = [path for app in apps for end in ("sql", "json") for path in sorted(app.rglob(f"*.{end}"))]
    read = [*migrations, *sorted(imported), *carried, PROJECT / "requirements-dev.lock"]
    text = b"\0".join(path.read_bytes() for path in read if path.is_file())
    return hashlib.sha256(text).hexdigest()[:16]


def keep(url: str, folder: Path = FOLDER) -> None:
    """Write down the database at `url`, in which every migration just ran and nothing else; drop older dumps."""
    folder.mkdir(parents=True, exist_ok=True)
    kept, unfinished = _dump(folder), folder / f"{os.getpid()}.unfinished"
    command: list[str | Path] = [programs() / "pg_dump", "--format=custom", "--compress=1", "--no-owner"]
    subprocess.run([*command, f"--file={unfinished}", url], check=True)
    for other in folder.glob("*.dump"):
        other.unlink()
    unfinished.rename(kept)


def put_back(url: str, folder: Path = FOLDER) -> bool:
    """Fill the empty database at `url` with what was kept; return False, and leave it empty, where nothing fits."""
    kept = _dump(folder)
    if not kept.exists():
        return False
    command: list[str | Path] = [programs() / "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"]
    return subprocess.run([*command, f"--dbname={url}", kept], check=False).returncode == 0


def _dump(folder: Path) -> Path:
    return folder / f"{fingerprint()}.dump"
