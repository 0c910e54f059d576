"""Send a backlog that is due all at once, while customers answer surveys over HTTP.

    python -m bench.backlog [--messages 8000] [--workers 1] [--rate 0]     (full size: --messages 200000)

First the answer path is measured alone (bench/answering.py tells how), then while worker processes drain the backlog as
the task `delivery.send_messages` does: claimed in due order, rendered, handed over by SMTP to a sink, recorded. Printed
are the rate of the drain and how constant it was (its slowest tenth against its median one), how far a message left its
place in the due order, and what was left of the rate of answering. `--rate` is EMAIL_PER_SECOND.
Works in a database of its own beside DATABASE_URL, dropped at the end.
"""

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import sys
import threading
import time

from bench import answering, sending
from bench.scratch import scratch_database

# Only these invitations have messages: an answer would call the message of its invitation off.
WITH_MESSAGES = 10_000
FILL = """
INSERT INTO delivery_message (medium, purpose, to_address, to_name, language, template, context, idempotency_key,
    send_after, status, attempts, error, provider_id, created_at, changed_at)
SELECT 'email', 'invite', c.email, c.last_name, i.language, 'surveys.invite', jsonb_build_object(
        'invitation', i.id, 'version', i.version_id, 'survey', i.survey_id, 'name', c.first_name, 'product', 'Product',
        'manager', 'Person', 'brand', 'Ąžuolas & Co', 'colour', '#1F6FEB', 'sender', 'Ąžuolas & Co', 'reply_to', ''),
    'backlog-' || n, now() - interval '1 day' + (n * 7919 %% %(count)s) * interval '100 microseconds',
    'queued', 0, '', '', now(), now()
FROM generate_series(1, %(count)s) n
JOIN surveys_invitation i ON i.id = (SELECT max(id) FROM surveys_invitation) - n %% %(with_messages)s
JOIN crm_contact c ON c.id = i.contact_id;
"""
TENTHS = """
SELECT count(*) / greatest(extract(epoch FROM max(sent_at) - min(sent_at)), 0.001)
FROM (SELECT sent_at, ntile(10) OVER (ORDER BY sent_at) AS tenth FROM delivery_message WHERE sent_at IS NOT NULL) m
GROUP BY tenth ORDER BY tenth
"""
MISPLACED = """
SELECT max(abs(by_due - by_sending)) FROM (
    SELECT row_number() OVER (ORDER BY send_after, id) AS by_due, row_number() OVER (ORDER BY sent_at) AS by_sending
    FROM delivery_message
) m
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--drain", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.drain:
        drain()
        return
    with sending.sink() as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        os.environ["EMAIL_PER_SECOND"] = str(chosen.rate)
        os.environ["EMAIL_CONNECTIONS"] = str(chosen.workers)
        with scratch_database("backlog") as url:
            report(chosen, url)


def drain() -> None:
    """Be one worker: send until nothing is due."""
    import django

    django.setup()
    from delivery.dispatch import drain

    while drain("email", seconds=25):
        pass


def report(chosen: argparse.Namespace, url: str) -> None:
    tokens = itertools.cycle(answering.fill()[:-WITH_MESSAGES])
    run_sql(FILL, {"count": chosen.messages, "with_messages": WITH_MESSAGES})
    run_sql("VACUUM ANALYZE delivery_message")
    with answering.served("bench.survey_settings", url) as port:
        answer(port, tokens, 2)
        idle = answer(port, tokens, chosen.seconds)
        meanwhile: list[float] = []
        draining = threading.Event()
        customers = threading.Thread(target=lambda: meanwhile.extend(answer_while(draining, port, tokens)))
        draining.set()
        customers.start()
        started = time.perf_counter()
        drain_all(chosen.workers, url)
        seconds = time.perf_counter() - started
        draining.clear()
        customers.join()
    tenths = [float(rate) for (rate,) in run_sql(TENTHS)]
    assert run_sql("SELECT count(*) FROM delivery_message WHERE status <> 'sent'") == [(0,)]
    busy = statistics.median(meanwhile)
    print("name | value | baseline | ratio")
    print(f"backlog of {chosen.messages:,} drained, messages/s | {chosen.messages / seconds:,.0f} | – | –")
    slowest, median = min(tenths), statistics.median(tenths)
    print(f"slowest tenth of the drain, messages/s | {slowest:,.0f} | {median:,.0f} median | {slowest / median:.2f}")
    print(f"furthest from its place in due order, messages | {run_sql(MISPLACED)[0][0]} | – | –")
    print(f"answering meanwhile, requests/s | {busy:,.0f} | {idle:,.0f} idle | {busy / idle:.2f} (≥ 0.60)")


def answer(port: int, tokens: "itertools.cycle[str]", seconds: float) -> float:
    started = time.perf_counter()
    timings = asyncio.run(answering.load(answering.answer_cycle, port, tokens, seconds, 8))
    return len(timings) / (time.perf_counter() - started)


def answer_while(draining: threading.Event, port: int, tokens: "itertools.cycle[str]") -> list[float]:
    rates = []
    while draining.is_set():
        rates.append(answer(port, tokens, 2))
    # The last stretch was partly idle.
    return rates[:-1] or rates


def drain_all(workers: int, url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-m", "bench.backlog", "--drain"]
    running = [subprocess.Popen(command, env=environment) for _ in range(workers)]
    for process in running:
        assert process.wait() == 0


def run_sql(statement: str, values: dict[str, int] | None = None) -> list[tuple[int, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


if __name__ == "__main__":
    main()
