"""Ask “may I show?” over HTTP, against a bare Django view that does one SELECT.

    python -m bench.widget [--seconds 6] [--rounds 3] [--connections 8]

Both are served by gunicorn (2 workers of 4 threads) and asked over persistent connections, in turns. Most pages of a
site get a no, so five answers are measured: the question and the no for a visitor whom nobody knows; for who is signed
in the kept no, the first no (of somebody who was asked lately) and the whole judgement. Works in a database of its own
beside DATABASE_URL, dropped at the end.
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import time

from bench.answering import served
from bench.scratch import new_survey, scratch_database

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.survey_settings"
os.environ |= {
    "DEBUG": "0",
    "PLAIN_HTTP": "1",
    "LOG_LEVEL": "ERROR",
    "ALLOWED_HOSTS": "127.0.0.1",
    "TRUSTED_PROXIES": "1",
}

SITE, SECRET = "https://shop.example", "a-secret-of-the-bench-that-is-long-enough"
CONTACTS = 100_000
FILL = """
INSERT INTO crm_contact (source, external_id, first_name, last_name, email, phone, job_title, language, timezone,
    region, do_not_contact_reason, created_at, updated_at)
SELECT '', n::text, 'Ona', 'Petraitė ' || n, 'customer' || n || '@shop.example', '', '', 'en', 'Europe/Vilnius', '', '',
    now(), now()
FROM generate_series(1, %(count)s) n;
INSERT INTO crm_contactaddress (contact_id, medium, value, is_preferred, created_at)
SELECT id, 'email', email, true, now() FROM crm_contact;
"""

ASKED = """
INSERT INTO surveys_invitation (survey_id, version_id, brand_id, contact_id, kind, language, campaign, currency, status,
    planned_at, due_at, queued_at, asked_at, sent_at, expires_at, medium, token_hash)
SELECT %(survey)s, %(version)s, %(brand)s, id, 'transactional', 'en', '', '', 'sent', now(), now(), now(), now(), now(),
    now() + interval '30 days', 'email', sha256(external_id::bytea)
FROM crm_contact WHERE external_id::int > %(first)s
"""
REFUSED = """
UPDATE crm_contact SET do_not_contact_at = now(), do_not_contact_reason = 'asked_staff' WHERE external_id = '1'
"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--connections", type=int, default=8)
    chosen = options.parse_args()
    with scratch_database("widget") as url:
        asks = fill()
        with served("bench.survey_settings", url) as survey, served("bench.bare_settings", url) as bare:
            report(measure(chosen, asks, survey, bare))


def measure(chosen, asks, survey, bare):
    runs = {name: [] for name in asks}
    for seconds in [1.5, *[chosen.seconds] * chosen.rounds]:
        for name, make in asks.items():
            port = bare if name == BARE else survey
            started = time.perf_counter()
            timings = asyncio.run(load(make, port, seconds, chosen.connections))
            runs[name].append((len(timings) / (time.perf_counter() - started), sorted(timings)))
    # The first, short round only warms the servers up.
    return {name: rounds[1:] for name, rounds in runs.items()}


def report(runs):
    rates = {name: statistics.median(rate for rate, _timings in rounds) for name, rounds in runs.items()}
    print("name | value | baseline | ratio")
    for name, rate in rates.items():
        if name != BARE:
            limit = "" if name in (JUDGED, FIRST_NO) else " (≥ 0.50)"
            print(f"{name}, requests/s | {rate:.0f} | {rates[BARE]:.0f} | {rate / rates[BARE]:.2f}{limit}")
    for name, rounds in runs.items():
        steps = sorted(timing for _rate, timings in rounds for timing in timings)
        p50, p99 = steps[len(steps) // 2], steps[len(steps) * 99 // 100]
        print(f"{name}, p99 against its p50, ms | {p99 * 1000:.1f} | {p50 * 1000:.1f} | {p99 / p50:.1f}")


async def load(make, port, seconds, connections):
    until, timings = time.perf_counter() + seconds, []
    await asyncio.gather(*(page(make, port, until, timings) for _ in range(connections)))
    return timings


async def page(make, port, until, timings):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        path, status, headers = make()
        # Each from an address of its own, as visitors come.
        address = ".".join(str(random.randrange(1, 255)) for _part in range(4))
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {address}\r\n"
        head += f"Origin: {SITE}\r\nAccept-Encoding: gzip\r\nUser-Agent: bench Chrome/156.0\r\n"
        started = time.perf_counter()
        writer.write(f"{head}{headers}\r\n".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        await reader.readexactly(int(length[1]) if length else 0)
        timings.append(time.perf_counter() - started)
        assert answer.startswith(f"HTTP/1.1 {status}".encode()), answer
    writer.close()


BARE, JUDGED, FIRST_NO = "bare view", "signed in, judged", "signed in, the first no"


def fill():
    """Return what is asked, by name: a function each that gives a path, the status of the answer, and headers."""
    import itertools

    import jwt
    from django.core.cache import cache
    from django.db import connection

    from accounts import tokens
    from bench.bare import TABLES
    from responses.models import WebWidget

    survey = new_survey()
    widget = WebWidget.objects.open(name="Bench", survey=survey, origins=[SITE], secret=SECRET)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"count": CONTACTS})
        cursor.execute(REFUSED)
        cursor.execute(TABLES)
        cursor.execute("INSERT INTO bare_link VALUES (1, sha256('7'))")
        facts = {"survey": survey.pk, "version": survey.versions.get().pk, "brand": survey.brand_id}
        cursor.execute(ASKED, {**facts, "first": CONTACTS // 5})
        cursor.execute("VACUUM ANALYZE crm_contact, crm_contactaddress, surveys_invitation, bare_link")
    cache.set("widget-asked-" + tokens.digest(f"{widget.pk} {'a' * 32}").hex(), 1, 3600)
    path = f"/w/{widget.key}/may-show/"
    until = int(time.time()) + 3000
    asked = itertools.cycle(
        [
            jwt.encode({"sub": str(n), "exp": until}, SECRET, algorithm="HS256")
            for n in range(CONTACTS // 5 + 1, CONTACTS)
        ]
    )
    signed = [jwt.encode({"sub": str(n), "exp": until}, SECRET, algorithm="HS256") for n in range(2, CONTACTS // 5)]
    turns, devices = itertools.cycle(signed), itertools.count()
    no = jwt.encode({"sub": "1", "exp": until}, SECRET, algorithm="HS256")
    return {
        "visitor, the question": lambda: (f"{path}?device={next(devices):032}", 200, ""),
        "visitor, no": lambda: (f"{path}?device={'a' * 32}", 204, ""),
        "signed in, no": lambda: (path, 204, f"Authorization: Bearer {no}\r\n"),
        FIRST_NO: lambda: (path, 204, f"Authorization: Bearer {next(asked)}\r\n"),
        JUDGED: lambda: (path, 200, f"Authorization: Bearer {next(turns)}\r\n"),
        BARE: lambda: ("/w/7/", 200, ""),
    }


if __name__ == "__main__":
    main()
