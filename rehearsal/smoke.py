"""Walk the main job once through the whole stack, as separate processes: ``make smoke``.

Every step goes over real HTTP, SMTP, broker and PostgreSQL; only the five days are let pass through the
clock override. Stops with a non-zero status at the first thing that is not as it should be.
"""

from __future__ import annotations

import sys
import time

from rehearsal.journey import Journey
from rehearsal.missed import Missed
from workshop import migrated
from workshop.ground import Interrupted, listen_for_signals
from workshop.home import LOCAL
from workshop.stack import fresh_stack
from workshop.trouble import Trouble

DIRECTORY = LOCAL / "smoke"


def run() -> None:
    with fresh_stack(DIRECTORY) as stack:
        stack.prepare()
        migrated.keep(stack.settings["DATABASE_URL"])
        stack.catch_texts()
        stack.start()
        journey = Journey(stack)
        for number, step in enumerate(journey.steps(), start=1):
            started = time.monotonic()
            print(f"{number:2}. {step():s} ({time.monotonic() - started:.1f} s)", flush=True)


def main() -> int:
    listen_for_signals()
    started = time.monotonic()
    try:
        run()
    except Missed as missed:
        print(f"MISSED: {missed}\nThe logs are in {DIRECTORY / 'logs'}.", file=sys.stderr)
        return 1
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Interrupted as request:
        return 128 + request.number
    print(f"The main job works, in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
