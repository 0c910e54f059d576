"""Answer surveys over HTTP, against a bare Django view that does one SELECT and one INSERT.

    python -m bench.answering [--seconds 6] [--rounds 3] [--connections 8]

Both are served by gunicorn (2 workers of 4 threads) and asked over persistent connections, in turns. One cycle of the
answer path is three requests: GET the page, POST the score, POST words and topics; every one leaves a link visit, and
the last one nudges the broker. The baseline (bench/bare.py) runs under the same settings with the middleware that
`startproject` gives, by plain SQL. Works in a database of its own beside DATABASE_URL, dropped at the end.
"""

import argparse
import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

from bench.scratch import new_survey, scratch_database

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.survey_settings"
os.environ |= {"DEBUG": "0", "PLAIN_HTTP": "1", "LOG_LEVEL": "ERROR", "ALLOWED_HOSTS": "127.0.0.1"}

INVITATIONS = 120_000
FILL = """
INSERT INTO accounts_user (password, is_superuser, name, source, language, timezone, is_active, is_staff, date_joined)
SELECT '!', false, 'Person ' || n, '', '', '', true, false, now() FROM generate_series(1, 20) n;
INSERT INTO crm_product (name, source, is_active, created_at, updated_at)
SELECT 'Product ' || n, '', true, now(), now() FROM generate_series(1, 8) n;
INSERT INTO crm_contact (source, first_name, last_name, email, phone, job_title, language, timezone, region,
    do_not_contact_reason, created_at, updated_at)
SELECT '', 'Ona', 'Petraitė ' || n, 'customer' || n || '@shop.example', '', '', 'en', 'Europe/Vilnius', '', '',
    now(), now()
FROM generate_series(1, %(count)s) n;
INSERT INTO crm_contactaddress (contact_id, medium, value, is_preferred, created_at)
SELECT id, 'email', email, true, now() FROM crm_contact;
INSERT INTO surveys_invitation (survey_id, version_id, brand_id, contact_id, manager_id, product_id, kind, language,
    campaign, currency, status, planned_at, due_at, queued_at, expires_at, medium)
SELECT %(survey)s, %(version)s, %(brand)s, c.id, (SELECT min(id) FROM accounts_user) + c.id %% 20,
    (SELECT min(id) FROM crm_product) + c.id %% 8, 'transactional', (ARRAY['en', 'uk', 'ru', 'lt'])[1 + c.id %% 4],
    '', '', 'planned', now(), now(), now(), now() + interval '30 days', 'email'
FROM crm_contact c;
"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--connections", type=int, default=8)
    chosen = options.parse_args()
    with scratch_database("answering") as url:
        tokens = iter(fill())
        with served("bench.survey_settings", url) as survey, served("bench.bare_settings", url) as bare:
            report(*measure(chosen, survey, bare, tokens))


def measure(chosen, survey, bare, tokens):
    runs = {answer_cycle: [], bare_request: []}
    for seconds in [1.5, *[chosen.seconds] * chosen.rounds]:
        for work, port in ((answer_cycle, survey), (bare_request, bare)):
            started = time.perf_counter()
            timings = asyncio.run(load(work, port, tokens, seconds, chosen.connections))
            runs[work].append((len(timings) / (time.perf_counter() - started), timings))
    # The first, short round only warms the servers up.
    return runs[answer_cycle][1:], runs[bare_request][1:]


def report(answers, bares):
    rate, baseline = (statistics.median(rate for rate, _timings in runs) for runs in (answers, bares))
    print("name | value | baseline | ratio")
    print(f"answer path, requests/s | {rate:.0f} | {baseline:.0f} | {rate / baseline:.2f} (≥ 0.50)")
    for name, runs in (("answer path", answers), ("bare view", bares)):
        steps = sorted(timing for _rate, timings in runs for timing in timings)
        p50, p99 = steps[len(steps) // 2], steps[len(steps) * 99 // 100]
        limit = " (< 10)" if name == "answer path" else ""
        print(f"{name}, p99 against its p50, ms | {p99 * 1000:.1f} | {p50 * 1000:.1f} | {p99 / p50:.1f}{limit}")


async def load(work, port, tokens, seconds, connections):
    until = time.perf_counter() + seconds
    timings: list[float] = []
    await asyncio.gather(*(customer(work, port, tokens, until, timings) for _ in range(connections)))
    return timings


async def customer(work, port, tokens, until, timings):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def request(method, path, form=None):
        body = urlencode(form or {}).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench Chrome/156.0\r\n"
        if form:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        started = time.perf_counter()
        writer.write(head.encode() + b"\r\n" + body)
        headers = await reader.readuntil(b"\r\n\r\n")
        answer = await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", headers)[1]))
        timings.append(time.perf_counter() - started)
        assert headers.startswith(b"HTTP/1.1 200"), headers
        return answer

    while time.perf_counter() < until:
        await work(request, f"/s/{next(tokens)}/")
    writer.close()


async def answer_cycle(request, path):
    page = await request("GET", f"{path}?score=9")
    person = {"shown": re.search(rb'name="shown" value="(\d+)"', page)[1], "scripted": "1", "gesture": "pointer"}
    why = await request("POST", path, {"step": "score", "language": "en", "score": "9", **person})
    topic = re.search(rb'name="topic" value="(\d+)"', why)[1]
    words = {"comment": "Everything came on the second day, and the courier was kind.", "topic": topic}
    thanks = await request("POST", path, {"step": "why", "language": "en", "score": "9", **words, **person})
    assert b'class="tick"' in thanks


async def bare_request(request, path):
    await request("POST", path, {"score": "9"})


def fill():
    """Return the tokens of as many invitations that wait for an answer."""
    from django.db import connection
    from psycopg2.extras import execute_values

    from accounts import tokens
    from bench.bare import TABLES

    survey = new_survey()
    version = survey.versions.get()
    version.publish()
    with connection.cursor() as cursor:
        cursor.execute(
            FILL, {"count": INVITATIONS, "survey": survey.pk, "version": version.pk, "brand": survey.brand_id}
        )
        cursor.execute("SELECT id FROM surveys_invitation ORDER BY id")
        made = {pk: tokens.derive("invitation", pk) for (pk,) in cursor.fetchall()}
        execute_values(
            cursor.cursor,
            "UPDATE surveys_invitation i SET token_hash = v.hash, status = 'sent', sent_at = now(), asked_at = now()"
            " FROM (VALUES %s) v (id, hash)"
            " WHERE i.id = v.id",
            [(pk, tokens.digest(token)) for pk, token in made.items()],
            page_size=5000,
        )
        cursor.execute(TABLES)
        # Not what is still empty: PostgreSQL would take it to stay so.
        cursor.execute("VACUUM ANALYZE surveys_invitation, crm_contact, crm_product, accounts_user")
    return list(made.values())


@contextmanager
def served(settings, database_url):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "nps_project.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--threads", "4", "--worker-class", "gthread", "--keep-alive", "60"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "DATABASE_URL": database_url}
    # There is no folder of collected files for WhiteNoise to find.
    environment["PYTHONWARNINGS"] = "ignore"
    server = subprocess.Popen([*command, "--log-level", "error"], env=environment)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, server):
    for _ in range(300):
        if server.poll() is not None:
            sys.exit("gunicorn did not start")
        client = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.request("GET", "/nothing-here/")
            client.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            client.close()
    sys.exit("gunicorn did not answer")


if __name__ == "__main__":
    main()
