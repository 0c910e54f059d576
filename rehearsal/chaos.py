"""Rehearse disaster: thousands of deals in flight while everything around them breaks, then count: ``make chaos``.

    python -m rehearsal.chaos [--deals 2000] [--seconds 180] [--seed 7]

The whole stack runs as separate processes, with two workers and two beats. Deals are won through the API, customers
answer, half of them by mail, the others by text, in Telegram or by WhatsApp, and at random moments workers are killed,
the broker is emptied, PostgreSQL is restarted, the mail server misbehaves and the stand-ins for the others hang. What
they tell of texts and of WhatsApp comes twice and in any order; Telegram calls us where the seed is even, and is asked
for its news elsewhere. What must hold afterwards is counted from the database and from what the catchers and stand-ins
took.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import requests
from celery import Celery

from rehearsal.browser import Browser
from rehearsal.journey import ARGUMENTS, PREPARE
from rehearsal.missed import Missed, expect
from rehearsal.people import People
from rehearsal.tally import Tally
from rehearsal.troubles import Troubles
from workshop import migrated
from workshop.ground import Interrupted, listen_for_signals
from workshop.home import LOCAL
from workshop.stack import Stack, fresh_stack
from workshop.trouble import Trouble

DIRECTORY = LOCAL / "chaos"
NUDGED = (
    "surveys.plan_invitations",
    "surveys.judge_invitations",
    "delivery.send_messages",
    "delivery.recover_messages",
    "surveys.sync_invitations",
    "responses.settle_responses",
    "followups.route_responses",
    "delivery.ask_telegram",
    "responses.take_texts",
    "responses.take_chats",
)
# Those of the media that one nudge does not reach.
OTHER_MEDIA = ("sms", "telegram", "whatsapp")
# How the phones begin that are written to by WhatsApp, and those that are sent texts.
BY_WHATSAPP, BY_TEXT = "+3706", "+3705"
CHUNK = 50
ANSWERED_SHARE = 0.3
# A killed worker's claims come back after the lease; more than one round of that may be needed.
REST_SECONDS = 420
# Nothing is being handed over for longer than this, so that the clock may be moved without overtaking a live worker.
QUIET_SECONDS = 8
JUMP = timedelta(hours=3)
STATUS = """
    SELECT i.status, count(*) FROM surveys_invitation i JOIN surveys_invitationmessage s ON s.invitation_id = i.id
    JOIN delivery_message m ON m.id = s.message_id WHERE m.medium = 'email' GROUP BY 1"""


class Rehearsal:
    def __init__(self, stack: Stack, deals: int, seconds: float, seed: int) -> None:
        dice, self.is_called = random.Random(seed), seed % 2 == 0
        self.stack = stack
        self.deals = deals
        self.seconds = seconds
        self.dice = dice
        self.troubles = Troubles(stack, dice)
        self.tally = Tally(stack.settings["DATABASE_URL"], stack.directory / "mail")
        self.people = People(stack.chat_url, stack.text_url, self.tally, random.Random(dice.random()))
        self.offset = timedelta()
        self.answers = 0
        self.refused_by_api = 0
        self.over = threading.Event()

    def prepare(self) -> None:
        facts = json.loads(self.stack.manage("shell", "--command", PREPARE).splitlines()[-1])
        self.key, self.manager = facts["client_key"], facts["agent"]
        self.tally.rows("UPDATE surveys_trigger SET asks_since = now() - interval '30 days'")
        contacts = [
            {"external_id": f"K-{n}", "first_name": "Ona", "language": "en"} | reached(n) for n in range(self.deals)
        ]
        for start in range(0, self.deals, 1000):
            self._post("contacts", contacts[start : start + 1000])
        self._open_chats()
        # Half of the deals were just won; the clock moves past the day on which they are due.
        self.win(range(self.deals // 2), won_at=datetime.now(UTC))
        self._wait(lambda: self.tally.count("SELECT count(*) FROM surveys_invitation") >= self.deals // 2, "planning")
        self.jump(timedelta(days=5, minutes=1))

    def _open_chats(self) -> None:
        """Let everybody join by the link of their own who is reached in no other way."""
        url, begin = self.stack.chat_url, "from rehearsal import prepare; prepare."
        self.stack.manage("shell", "--command", f"{begin}write_by_whatsapp({url!r}, {BY_WHATSAPP!r})")
        show = f"{begin}print_chat_links({url!r}, is_called={self.is_called})"
        links = json.loads(self.stack.manage("shell", "--command", show).splitlines()[-1])
        self.people.open_chats(links)
        joined = "SELECT count(*) FROM crm_contactaddress WHERE medium = 'telegram'"
        self._wait(lambda: self.tally.count(joined) == len(links), "joining")

    def trouble(self) -> None:
        """Win the other half, answer, and break things for so many seconds; each trouble comes at least once."""
        answering = threading.Thread(target=self.people.answer, args=[self.over])
        helpers = [threading.Thread(target=self._win_the_rest), threading.Thread(target=self._answer_mails), answering]
        for helper in helpers:
            helper.start()
        names = list(self.troubles.all())
        waiting = self.dice.sample(names, len(names))
        until = time.monotonic() + self.seconds
        while time.monotonic() < until or waiting:
            name = waiting.pop() if waiting else self.dice.choice(names)
            self.troubles.do(name)
            self.troubles.supervise()
            print(f"  {self.seconds - (until - time.monotonic()):4.0f} s  {name}", flush=True)
            time.sleep(self.dice.uniform(1, self.seconds / 30))
        self.troubles.end()
        helpers[0].join()
        self.over.set()
        for helper in helpers:
            helper.join()

    def rest(self) -> None:
        """Wait until nothing is left to do, letting hours pass where a message waits for its next attempt."""
        deadline = time.monotonic() + REST_SECONDS
        while any(self.tally.stuck(self.now()).values()) or self.people.untold() or self.people.page.untold():
            if time.monotonic() > deadline:
                raise Missed(f"not at rest after {REST_SECONDS} s: {self._stuck()}")
            for _ in range(QUIET_SECONDS):
                self.troubles.supervise()
                self.nudge()
                time.sleep(1)
            if not self._someone_is_sending():
                self.jump(JUMP)

    def _someone_is_sending(self) -> bool:
        """Say whether a worker holds a seat at the mail server: then time must not pass."""
        return self.tally.count("SELECT count(*) FROM delivery_seat WHERE until > clock_timestamp()") > 0

    def _stuck(self) -> str:
        untold = {
            "acts that were never told": self.people.untold(),
            "news of WhatsApp that were not taken": self.people.page.untold(),
        }
        stuck = self.tally.stuck(self.now()) | untold
        return ", ".join(f"{count} {what}" for what, count in stuck.items() if count)

    def win(self, numbers: range, won_at: datetime) -> None:
        for start in range(numbers.start, numbers.stop, CHUNK):
            self._post("deals", [self._deal(n, won_at) for n in range(start, min(start + CHUNK, numbers.stop))])

    def _win_the_rest(self) -> None:
        won_at = datetime.now(UTC) - timedelta(days=6)
        chunks = range(self.deals // 2, self.deals, CHUNK)
        for start in chunks:
            self.win(range(start, min(start + CHUNK, self.deals)), won_at)
            time.sleep(self.seconds * 0.7 / len(chunks))

    def _deal(self, number: int, won_at: datetime) -> dict[str, Any]:
        return {
            "external_id": f"D-{number}",
            "contact": f"K-{number}",
            "manager": self.manager,
            "status": "won",
            "closed_at": won_at.isoformat(),
        }

    def _post(self, kind: str, rows: list[dict[str, Any]]) -> None:
        """Post rows as a careful CRM does: again, with the same key, until they are taken."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": f"{kind}-{rows[0]['external_id']}"}
        url = f"{self.stack.web_url}/api/v1/{kind}/bulk/"
        for _ in range(60):
            with contextlib.suppress(requests.RequestException):
                answer = requests.post(url, json={"rows": rows}, headers=headers, timeout=30)
                if answer.status_code < 300:
                    report = answer.json()
                    expect(not report["counts"]["rejected"], f"the API rejected rows: {str(report)[:300]}")
                    return
            self.refused_by_api += 1
            time.sleep(1)
        raise Missed(f"the API did not take {kind} in a minute: {answer.status_code} {answer.text[:300]}")

    def _answer_mails(self) -> None:
        """Answer a share of the letters as they come, as people do."""
        seen: set[str] = set()
        link = re.compile(rb"/s/[A-Za-z0-9_-]{32}/")
        while not self.over.is_set():
            time.sleep(1)
            for path in sorted(self.tally.mails.glob("*.eml")):
                if path.name in seen or self.over.is_set():
                    continue
                seen.add(path.name)
                found = link.search(path.read_bytes().replace(b"=\r\n", b""))
                if found and self.dice.random() < ANSWERED_SHARE:
                    with contextlib.suppress(requests.RequestException):
                        self._answer(found[0].decode())

    def _answer(self, path: str) -> None:
        browser = Browser(self.stack.web_url)
        page = browser.get(path)
        form = page.form_with("score")
        if form is not None and browser.submit(page, form, score=str(self.dice.randrange(11))).status < 400:
            self.answers += 1

    def nudge(self) -> None:
        broker = Celery(broker=self.stack.settings["REDIS_URL"], set_as_current=False)
        for task in NUDGED:
            broker.send_task(task, kwargs=ARGUMENTS.get(task, {}), ignore_result=True)
        for medium in OTHER_MEDIA:
            broker.send_task("delivery.send_messages", kwargs={"medium": medium}, ignore_result=True)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def jump(self, by: timedelta) -> None:
        self.offset += by
        self.stack.manage("advance_clock", "--minutes", str(by.total_seconds() / 60))

    def _wait(self, done: Any, what: str) -> None:
        deadline = time.monotonic() + 60
        while not done():
            if time.monotonic() > deadline:
                raise Missed(f"{what} did not end in a minute")
            self.nudge()
            time.sleep(1)

    def report(self) -> bool:
        """Print the counts and say whether everything holds."""
        for name, times in sorted(self.troubles.done.items()):
            print(f"  {times:5}  × {name}")
        wire = self.tally.on_the_wire()
        invites = {key: times for key, times in wire.items() if key[0].startswith("<invite-")}
        repeats = sum(times - 1 for times in wire.values())
        status = dict(self.tally.rows(STATUS))
        sent = sum(count for name, count in status.items() if name != "failed")
        lost = self.tally.rows(
            "SELECT to_address FROM delivery_message WHERE medium = 'email' AND status IN ('sent', 'delivered')"
        )
        arrived = {recipient for _, recipient in wire}
        figures = {
            "won deals": self.tally.count("SELECT count(*) FROM crm_deal WHERE status = 'won'"),
            "touchpoints": self.tally.count("SELECT count(*) FROM crm_touchpoint"),
            "invitations": self.tally.count("SELECT count(*) FROM surveys_invitation"),
            "… by mail, sent or answered": sent,
            "… refused for good by the mail server": status.get("failed", 0),
            "letters of invitation on the wire": len(invites),
            "recipients of two different invitations": len(invites) - len({to for _, to in invites}),
            "messages said to be sent that never arrived": sum(1 for (to,) in lost if to not in arrived),
            "letters on the wire twice, same Message-ID": repeats,
            "… at most, by connections that died after DATA": self.troubles.repeatable,
            **self._by_text_and_chat(),
            "answers given": self.answers + len(self.people.scores),
            "answers kept": self.tally.count("SELECT count(*) FROM responses_response"),
            "follow-ups": self.tally.count("SELECT count(*) FROM followups_followup"),
            "posts the API had to be sent again": self.refused_by_api,
        }
        odd = self.tally.stuck(self.now()) | self.tally.impossible() | self._odd_by_text_and_chat()
        for what, count in (figures | odd).items():
            print(f"  {count:5}  {what}")
        holds = [
            figures["won deals"] == figures["touchpoints"] == figures["invitations"] == self.deals,
            figures["letters of invitation on the wire"] >= sent,
            figures["recipients of two different invitations"] == 0,
            figures["messages said to be sent that never arrived"] == 0,
            repeats <= self.troubles.repeatable,
            figures["answers given"] <= figures["answers kept"] == figures["follow-ups"],
            not any(odd.values()),
        ]
        return all(holds)

    def _by_text_and_chat(self) -> dict[str, int]:
        asked = "SELECT count(*) FROM delivery_message WHERE medium = %(medium)s AND purpose = 'invite'"
        return {
            **{f"asked by {medium}": self.tally.count(asked, medium=medium) for medium in OTHER_MEDIA},
            **{
                f"… {medium} messages of which nobody knows whether they were taken": self.tally.count(
                    "SELECT count(*) FROM delivery_message WHERE medium = %(medium)s AND status = 'unknown'",
                    medium=medium,
                )
                for medium in OTHER_MEDIA
            },
            "buttons pressed": self.people.done["press"],
            "words written in chats": self.people.done["write"],
            "scores and words written by WhatsApp": self.people.done["phone"],
            "answers texted": self.people.done["text"],
        }

    def _odd_by_text_and_chat(self) -> dict[str, int]:
        ((gateway,),) = self.tally.rows("SELECT id FROM delivery_textgateway")
        found = requests.get(f"{self.stack.text_url}/texts", timeout=15).json()
        texts = {f"{gateway}:{text['id']}": text["to"] for text in found}
        chats = {
            f"{chat['bot_id']}:{chat['chat_id']}:{message['message_id']}": f"{chat['bot_id']}:{chat['chat_id']}"
            for chat in self.people.page.chats()
            for message in chat["messages"]
            if message["from_bot"]
        }
        ((number,),) = self.tally.rows("SELECT id FROM delivery_whatsappnumber")
        phones = {
            f"{number}:{message['id']}": chat["phone"]
            for chat in self.people.page.phones()
            for message in chat["messages"]
            if message["from_business"]
        }
        told = {name for text, name in zip(found, texts, strict=True) if text["told"]}
        lost_texts, repeated_texts = self.tally.handed_over("sms", texts)
        lost_by_phone, repeated_by_phone = self.tally.handed_over("whatsapp", phones)
        lost_chats, repeated_chats = self.tally.handed_over("telegram", chats)
        return {
            "texts said to be sent that never arrived": lost_texts,
            "texts taken twice": repeated_texts,
            "texts whose delivery was told and is not kept": len(told - self.tally.delivered("sms")),
            "messages by WhatsApp said to be sent that never arrived": lost_by_phone,
            "messages by WhatsApp taken twice": repeated_by_phone,
            "messages by WhatsApp whose delivery is not kept": len(phones.keys() - self.tally.delivered("whatsapp")),
            "messages in chats said to be sent that never arrived": lost_chats,
            "messages in chats taken twice": repeated_chats,
            "confirmed presses, starts, words and texts that are not kept": self.people.untold(),
            "presses, starts, words and texts kept that nobody made": self.people.invented(),
            "answers by press or text that are not kept as they were given": self.people.differing(),
        }


def reached(number: int) -> dict[str, str]:
    """Return where a customer is reached: half of them by mail, a quarter by phone; the others open a chat."""
    if number % 2 == 0:
        return {"email": f"k{number}@shop.example"}
    return {"phone": f"{BY_WHATSAPP if number % 8 == 1 else BY_TEXT}{number:07}"} if number % 4 == 1 else {}


def run(deals: int, seconds: float, seed: int) -> bool:
    os.environ |= {"EMAIL_TIMEOUT": "3", "SMS_TIMEOUT": "3", "TELEGRAM_TIMEOUT": "3", "WHATSAPP_TIMEOUT": "3"}
    os.environ |= {"SENDING_LEASE_SECONDS": "90", "API_RATE_LIMIT": "100000/min"}
    with fresh_stack(DIRECTORY, durable=True) as stack:
        stack.tells_twice = True
        migrated.put_back(stack.settings["DATABASE_URL"])
        stack.prepare()
        stack.catch_texts()
        stack.start()
        stack.start_twin("worker")
        stack.start_twin("beat")
        rehearsal = Rehearsal(stack, deals, seconds, seed)
        print(f"{deals} deals, two workers, two beats, {seconds:.0f} s of trouble, seed {seed}.", flush=True)
        rehearsal.prepare()
        rehearsal.trouble()
        print("Quiet again; waiting for rest.", flush=True)
        rehearsal.rest()
        return rehearsal.report()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m rehearsal.chaos", description=__doc__)
    parser.add_argument("--deals", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    listen_for_signals()
    try:
        holds = run(options.deals, options.seconds, options.seed)
    except (Missed, Trouble, psycopg2.Error) as trouble:
        print(f"MISSED: {trouble}\nThe logs are in {DIRECTORY / 'logs'}.", file=sys.stderr)
        return 1
    except Interrupted as request:
        return 128 + request.number
    print("Everything holds." if holds else "SOMETHING DOES NOT HOLD.")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
