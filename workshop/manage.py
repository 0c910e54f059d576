"""Run a management command against the running demo.

.venv/bin/python -m workshop.manage advance_clock --days 5
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from workshop.home import LOCAL, PROJECT
from workshop.stack import SETTINGS_FILE


def main() -> int:
    try:
        settings = json.loads((LOCAL / "demo" / SETTINGS_FILE).read_text())
    except FileNotFoundError:
        print("The demo is not running; start it with: make demo", file=sys.stderr)
        return 1
    command = [sys.executable, str(PROJECT / "manage.py"), *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, **settings}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
