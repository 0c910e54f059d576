"""Make .venv from a lock file; runs on a bare Python, before anything is installed.

python3 -m workshop.venv requirements-demo.lock
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

from workshop.trouble import Trouble

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
WIDEST_FIRST = ("requirements-dev.lock", "requirements-demo.lock", "requirements.lock")
OLDEST = (3, 11)


def ensure(lock: str) -> None:
    """Install what the lock file pins, unless that, or a lock that includes it, is installed already."""
    wider = WIDEST_FIRST[: WIDEST_FIRST.index(lock) + 1]
    if _works() and any(_installed(name) for name in wider):
        return
    if not _works():
        _create()
    print(f"Installing {lock} into .venv; the first time takes a minute or two.", flush=True)
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    if subprocess.run([*pip, "--require-hashes", "-r", PROJECT / lock], check=False).returncode:
        raise Trouble(f"pip could not install {lock}; its reason stands above. Then try again.")
    for name in WIDEST_FIRST:
        _stamp(name).unlink(missing_ok=True)
    _stamp(lock).write_text(_digest(lock))


def _works() -> bool:
    if not PYTHON.exists():
        return False
    wanted = f"import pip, sys; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.run([PYTHON, "-c", wanted], check=False, capture_output=True).returncode == 0


def _create() -> None:
    if VENV.exists() and any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").exists():
        raise Trouble(f"{VENV} exists but is no virtual environment; move it away.")
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Trouble(
            f"{sys.executable} has no venv module; install it (on Debian and Ubuntu: apt install python3-venv)."
        )
    print("Making .venv.", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False, capture_output=True, text=True)
    if made.returncode:
        reason = (made.stderr or made.stdout).strip().splitlines()
        raise Trouble(f"Could not make {VENV}: {reason[-1] if reason else 'no reason given'}")


def _installed(lock: str) -> bool:
    return _stamp(lock).exists() and _stamp(lock).read_text() == _digest(lock)


def _stamp(lock: str) -> Path:
    return VENV / f"installed-{lock}"


def _digest(lock: str) -> str:
    return hashlib.sha256((PROJECT / lock).read_bytes()).hexdigest()


def main() -> int:
    if sys.version_info < OLDEST:
        print(f"Plumb needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    try:
        ensure(sys.argv[1])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Could not make {VENV}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
