"""Let a kiosk stand without a network for half an hour, then count: ``make soak``.

    python -m rehearsal.kiosk [--minutes 30] [--every 20] [--seed 7]

The whole stack runs as separate processes, and the tablet is a browser whose network is taken away. Visitors come by
every so often: some say everything, some walk away in the middle, and at times the tablet is switched off and on. When
the network is back, each answer must be there once, with all that was said, at the moment when it was tapped.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import psycopg2
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import expect as see

from rehearsal.missed import Missed, expect, until
from workshop import migrated
from workshop.ground import Interrupted, listen_for_signals
from workshop.home import LOCAL
from workshop.stack import Stack, fresh_stack
from workshop.trouble import Trouble

DIRECTORY = LOCAL / "soak"
PREPARE = "from rehearsal.prepare import print_kiosk; print_kiosk()"
TABLET = {"width": 1024, "height": 768}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What comes sooner is a hand that drums.
CALM_MS = 450
# After how long a kiosk that is left alone has begun anew, and then some.
LEFT_ALONE_MS = 20_000
ALL_IN_SECONDS = 180
# How much a moment may be off that two programs note one after the other.
SLACK_SECONDS = 10
WAYS = ("whole", "whole", "whole", "walks away", "switched off")


KeptRow = tuple[int, str, datetime, bool, dict[str, list[str]]]


class SaidAtKiosk(NamedTuple):
    """What a visitor said: `further` by the keys of questions, `at` in seconds since 1970."""

    score: int
    comment: str
    further: Mapping[str, list[str]]
    at: float


@dataclass
class Visitors:
    """Those who come by a tablet; `said` is what must be counted in the end."""

    page: Page
    dice: random.Random
    said: list[SaidAtKiosk] = field(default_factory=list)

    def come_by(self) -> str:
        """Let one answer, and return in which way."""
        way = self.dice.choice(WAYS)
        number, score = len(self.said) + 1, self.dice.randint(0, 10)
        comment, option, step = f"Visitor {number}", self.dice.choice("12"), self.dice.choice("12345")
        further: dict[str, list[str]] = {}
        at = time.time()
        self._press(f".tap[value='{score}']")
        self.page.locator("#comment").fill(comment)
        self._press(".send")
        self._press(f"[data-choice][value='{option}']")
        further["heard0"] = [option]
        if way == "whole":
            self._press(f"[data-choice][value='{step}']")
            further["effort"] = [step]
            self._press("[data-again]")
        elif way == "walks away":
            self.page.wait_for_timeout(LEFT_ALONE_MS)
        else:
            self.page.reload()
        see(self.page.locator("[data-view=score] h1")).to_be_visible()
        self.said.append(SaidAtKiosk(score, comment, further, at))
        return way

    def _press(self, what: str) -> None:
        self.page.wait_for_timeout(CALM_MS)
        self.page.locator(f"[data-view] {what}").click()


class Soak:
    def __init__(self, stack: Stack, page: Page, dice: random.Random) -> None:
        self.stack, self.page = stack, page
        self.visitors = Visitors(page, dice)

    def pair(self) -> None:
        path = json.loads(self.stack.manage("shell", "--command", PREPARE).splitlines()[-1])
        self.page.goto(self.stack.web_url + path)
        self.page.get_by_role("button").first.click()
        see(self.page.locator("html")).to_have_attribute("data-packed", "1", timeout=30_000)

    def stand(self, seconds: float, every: float) -> None:
        """Stand without a network for so long, and be answered every so often."""
        self.page.context.set_offline(True)
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            came = time.monotonic()
            way = self.visitors.come_by()
            passed = time.monotonic() - begun
            print(f"  {passed:5.0f} s  {len(self.visitors.said):3} {way}", flush=True)
            self.page.wait_for_timeout(1000 * max(0.0, min(every - (time.monotonic() - came), seconds - passed)))
        expect(self.rows() == [], "an answer came in without a network")
        sign = self.page.locator("[data-sign]").inner_text()
        expect(str(len(self.visitors.said)) in sign, f"{len(self.visitors.said)} wait, and the sign says: {sign}")

    def come_back(self) -> float:
        """Give the network back, count, and return in how many seconds everything was in."""
        self.page.context.set_offline(False)
        begun, number = time.monotonic(), len(self.visitors.said)

        def all_in() -> bool:
            # The page is what sends, and does so only while it is let run.
            self.page.wait_for_timeout(200)
            return len(self.rows()) >= number and self.page.locator("[data-sign]").is_hidden()

        until("every answer", all_in, seconds=ALL_IN_SECONDS)
        taken = time.monotonic() - begun
        self.compare()
        self.page.reload()
        self.page.wait_for_timeout(5_000)
        self.compare()
        return taken

    def compare(self) -> None:
        """Compare what is kept with what was said; raise Missed for whatever is missing, doubled or different."""
        rows = self.rows()
        expect(len(rows) == len(self.visitors.said), f"{len(self.visitors.said)} were given and {len(rows)} kept")
        for said, (score, comment, at, is_provisional, further) in zip(self.visitors.said, rows, strict=True):
            kept = (score, comment, further)
            expect(kept == (said.score, said.comment, said.further), f"said {said}, kept {kept}")
            expect(abs(at.timestamp() - said.at) < SLACK_SECONDS, f"{comment} was dated {at}")
            expect(not is_provisional, f"{comment} is taken for a machine's")

    def rows(self) -> list[KeptRow]:
        query = """
            SELECT r.score, r.comment, r.answered_at, r.is_provisional, (
                SELECT coalesce(jsonb_object_agg(f.key, CASE WHEN f.number IS NULL THEN to_jsonb(f.options)
                                                             ELSE jsonb_build_array(f.number::text) END), '{}')
                FROM responses_furtheranswer f WHERE f.response_id = r.id)
            FROM responses_response r ORDER BY r.answered_at"""
        connected = contextlib.closing(psycopg2.connect(self.stack.settings["DATABASE_URL"]))
        with connected as connection, connection.cursor() as cursor:
            cursor.execute(query)
            found: list[KeptRow] = cursor.fetchall()
            return found


def run(chosen: argparse.Namespace) -> str:
    with contextlib.ExitStack() as cleanup:
        stack = cleanup.enter_context(fresh_stack(DIRECTORY))
        stack.prepare()
        migrated.keep(stack.settings["DATABASE_URL"])
        stack.start()
        browser = cleanup.enter_context(sync_playwright()).chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=FLAGS
        )
        cleanup.callback(browser.close)
        options: Any = {"viewport": TABLET, "has_touch": True, "locale": "en"}
        soak = Soak(stack, browser.new_page(**options), random.Random(chosen.seed))
        soak.pair()
        soak.stand(60 * chosen.minutes, chosen.every)
        taken = soak.come_back()
        return (
            f"{len(soak.visitors.said)} answers were given in {chosen.minutes:g} minutes without a network; "
            f"all were in {taken:.1f} s after it came back, each once."
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="Let a kiosk stand without a network, then count.")
    parser.add_argument("--minutes", type=float, default=30, help="how long it has no network")
    parser.add_argument("--every", type=float, default=20, help="a visitor every so many seconds")
    parser.add_argument("--seed", type=int, default=7, help="of what visitors do")
    chosen = parser.parse_args()
    listen_for_signals()
    try:
        print(run(chosen))
    except Missed as missed:
        print(f"MISSED: {missed}\nThe logs are in {DIRECTORY / 'logs'}.", file=sys.stderr)
        return 1
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Interrupted as request:
        return 128 + request.number
    return 0


if __name__ == "__main__":
    sys.exit(main())
