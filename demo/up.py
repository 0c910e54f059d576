"""Start the whole demo and keep it running until Ctrl-C: ``make demo``."""

from __future__ import annotations

import contextlib
import os
import sys

from demo.logins import CHATS, FIRST_STEPS, LOGINS, MAIL, SHOP, TEXTS, FirstStep
from workshop.ground import Interrupted, ignore_signals, listen_for_signals, servers
from workshop.home import LOCAL
from workshop.stack import Ports, Stack
from workshop.trouble import Trouble

DIRECTORY = LOCAL / "demo"


def run() -> None:
    ports = _ports()
    ports.refuse_taken()
    say("Starting PostgreSQL and Valkey.")
    with contextlib.ExitStack() as cleanup:
        ground = cleanup.enter_context(servers(DIRECTORY, durable=True))
        stack = Stack(DIRECTORY, ground, ports)
        cleanup.callback(stack.stop)
        cleanup.callback(ignore_signals)
        say("Bringing the database up to date.")
        stack.prepare()
        if nobody_lives_here(ground.urls["DATABASE_URL"]):
            say("Loading the demo company; this happens once.")
            stack.manage("load_demo", "--i-know", quiet=False)
        stack.catch_texts()
        stack.open_shop()
        say("Starting web, worker, beat, what catches mail, texts and chats, and a shop.")
        stack.start()
        stack.ask_by_text()
        stack.ask_in_chats()
        say(welcome(stack))
        stack.watch()


def nobody_lives_here(database_url: str) -> bool:
    """Say whether the database has no user yet, so that demo data never mixes with real data."""
    import psycopg2

    connection = psycopg2.connect(database_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT NOT EXISTS (SELECT FROM accounts_user)")
            row = cursor.fetchone()
    finally:
        connection.close()
    return bool(row and row[0])


def welcome(stack: Stack) -> str:
    width = max(len(email) for _, email, _ in LOGINS)
    logins = "\n".join(f"    {email:{width}}  {password}  ({role})" for role, email, password in LOGINS)
    first = "\n".join(f"    {step.role:17}  {_where(stack, step):34}  {step.words}" for step in FIRST_STEPS)
    return f"""
Plumb is running.
    Plumb           {stack.web_url}/
    Administration  {stack.web_url}/admin/
    Caught e-mail   {stack.mail_url}/
    Caught texts    {stack.text_url}/
    Caught chats    {stack.chat_url}/
    Another's shop  {stack.shop_url}/
Log in as
{logins}
Try first
{first}
Data and logs are in {stack.directory}.
Let five days pass: .venv/bin/python -m workshop.manage advance_clock --days 5
Stop everything: Ctrl-C
"""


def _where(stack: Stack, step: FirstStep) -> str:
    caught = {MAIL: stack.mail_url, TEXTS: stack.text_url, CHATS: stack.chat_url, SHOP: stack.shop_url}
    return f"{caught[step.path]}/" if step.path in caught else stack.web_url + step.path


def say(text: str) -> None:
    print(text, flush=True)


def _ports() -> Ports:
    def port(variable: str, default: int) -> int:
        value = os.environ.get(variable, str(default))
        if not value.isdigit() or not 0 < int(value) < 65536:
            raise Trouble(f"{variable} must be a port number, not {value!r}.")
        return int(value)

    return Ports(
        web=port("WEB_PORT", 8000),
        smtp=port("SMTP_PORT", 8025),
        mail=port("MAIL_PORT", 8026),
        texts=port("TEXT_PORT", 8027),
        chats=port("CHAT_PORT", 8028),
        shop=port("SHOP_PORT", 8029),
    )


def main() -> int:
    listen_for_signals()
    try:
        run()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except Interrupted:
        say("\nStopped; the data is kept for the next start.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
