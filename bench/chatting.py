"""Ask in chats of Telegram and take the answers, against bare requests, a bare Django view, and answers on the page.

    python -m bench.chatting [--asks 4000]

The questions are claimed, composed, handed over and recorded as in production, by one process, in rounds in turns with
`requests` over one session that posts the same bodies to the same stand-in (bench/chat_sink.py), a process of its own.
The presses come in by gunicorn (2 workers of 4 threads), as Telegram calls: a whole answer (the press, and its taking
up by a worker beside) in turns with a whole answer on the page (opened, and the score sent); then their taking in
alone, in turns with a bare view that does one INSERT. Works in a database of its own, dropped at the end.
"""

import argparse
import asyncio
import json
import os
import re
import time
from datetime import timedelta
from urllib.parse import urlencode

from bench.answering import served
from bench.scratch import new_survey, scratch_database
from bench.sending import medians, product, sink

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.survey_settings"
os.environ |= {"DEBUG": "0", "PLAIN_HTTP": "1", "LOG_LEVEL": "ERROR", "ALLOWED_HOSTS": "127.0.0.1"}
os.environ |= {"TELEGRAM_PER_SECOND": "0", "BASE_URL": "http://127.0.0.1"}

ROUNDS = 8
TOKEN = "7000000001:bench"
CONNECTIONS = 8
FORM = "application/x-www-form-urlencoded"


def prepare(count, base):
    """Queue `count` invitations in chats, as judging does; return the bot that asks, and the tokens of their links."""
    from accounts import clock, tokens
    from crm.models import Contact, ContactAddress
    from delivery.models import TelegramBot
    from surveys.letters import messages
    from surveys.models import Invitation, WritingHours

    # Whatever the hour at which it is measured.
    WritingHours.objects.all().delete()
    now, survey = clock.now(), new_survey("Chats")
    version = survey.versions.get()
    bot = TelegramBot.objects.create(
        brand=survey.brand, token=TOKEN, number=7000000001, username="bench", base=base, hearing="webhook"
    )
    contacts = Contact.objects.bulk_create(
        Contact(first_name="Олена", last_name=f"Коваленко {n}", language="uk") for n in range(count)
    )
    ContactAddress.objects.bulk_create(
        ContactAddress(contact=contact, medium="telegram", value=bot.address_of(number), is_preferred=True)
        for number, contact in enumerate(contacts, 1)
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(
            survey=survey, version=version, brand=survey.brand, contact=contact, kind="transactional", language="uk",
            medium="telegram", status="queued", due_at=now, queued_at=now, expires_at=now + timedelta(days=30),
            token_hash=tokens.digest(f"bench-{number}"),
        )
        for number, contact in enumerate(contacts)
    )  # fmt: skip
    links = []
    for invitation in invitations:
        links.append(tokens.derive("invitation", invitation.pk, size=tokens.SHORT))
        invitation.token_hash = tokens.digest(links[-1])
    Invitation.objects.bulk_update(invitations, ["token_hash"], batch_size=1000)
    asked = [
        messages.message(invitation, messages.INVITE, 1, now, to=bot.address_of(number))
        for number, invitation in enumerate(invitations, 1)
    ]
    messages.queue(asked, invitations)
    return bot, links


def sending(count):
    """Return medians of interleaved rounds: questions a second of the product, of the baseline, and the ratio."""
    import requests

    from delivery.dispatch import opened
    from delivery.models import Message

    share = count // (ROUNDS + 1)
    bodies = [json.dumps(asked, ensure_ascii=False).encode() for asked in asked_of(share)]
    with opened("telegram") as run, requests.Session() as session:
        url = f"{run_base()}/bot{TOKEN}/sendMessage"

        def bare():
            for body in bodies:
                answer = session.post(url, body, headers={"Content-Type": "application/json"}, timeout=10)
                assert answer.json()["ok"]

        pairs = [(rate(share, lambda: product(run, share)), rate(share, bare)) for _round in range(ROUNDS + 1)]
        product(run, count - share * (ROUNDS + 1)) if count % (ROUNDS + 1) else None
    assert not Message.objects.exclude(status="sent").exists()
    return medians(pairs[1:])


def run_base():
    from delivery.models import TelegramBot

    return TelegramBot.objects.get().base


def asked_of(share):
    """Return what Telegram is asked for the first questions."""
    from delivery import composers
    from delivery.media.telegram.content import content
    from delivery.models import Message

    for parcel in composers.compose(Message.objects.order_by("pk")[:share]).values():
        yield {"chat_id": parcel.chat, **content(parcel.view)}


def rate(count, work):
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def press(bot, number, link, *, update):
    """Return the call of Telegram that tells of a 9 pressed in the chat of this number."""
    from delivery.media.messenger.buttons import Action, data

    body = json.dumps(
        {
            "update_id": update,
            "callback_query": {
                "id": str(update),
                "from": {"id": number, "is_bot": False, "first_name": "Олена", "language_code": "uk"},
                "message": {"message_id": 2, "date": 1, "chat": {"id": number, "type": "private"}, "text": "?"},
                "chat_instance": "1",
                "data": data(Action.SCORE, link, 9),
            },
        }
    ).encode()
    headers = f"X-Telegram-Bot-Api-Secret-Token: {bot.webhook_secret}\r\nContent-Type: application/json\r\n"
    return raw("POST", f"/telegram/{bot.pk}/", headers, body)


def raw(method, path, headers="", body=b""):
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def taking_in(presses, mine, bare):
    """Return medians of rounds: presses a second that a door takes in, of the bare view, and the ratio."""
    share = len(presses) // ROUNDS
    form = raw(
        "POST",
        "/receipt/",
        f"Content-Type: {FORM}\r\n",
        urlencode({"MessageSid": "SM1", "MessageStatus": "x"}).encode(),
    )
    pairs = [
        (
            rate(share, lambda part=presses[start : start + share]: asked(mine, part)),
            rate(share, lambda: asked(bare, [form] * share)),
        )
        for start in range(0, share * ROUNDS, share)
    ]
    return medians(pairs[1:])


def answering(bot, links, mine):
    """Return medians of rounds: whole answers a second in the chat, on the page, and the ratio."""
    from responses.chats import presses

    share = len(links) // (2 * ROUNDS)
    pairs = []
    for start in range(0, share * 2 * ROUNDS, 2 * share):
        in_chat = [
            press(bot, number + 1, links[number], update=10**6 + number) for number in range(start, start + share)
        ]
        on_page = links[start + share : start + 2 * share]

        def chat(calls=in_chat):
            asked(mine, calls)
            assert presses.take_due() == share

        pairs.append((rate(share, chat), rate(share, lambda tokens=on_page: asyncio.run(answered(mine, tokens)))))
    return medians(pairs[1:])


def asked(port, calls):
    asyncio.run(ask_all(port, calls))


async def ask_all(port, calls):
    waiting = iter(calls)
    await asyncio.gather(*(caller(port, waiting) for _ in range(CONNECTIONS)))


async def caller(port, waiting):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for call in waiting:
        await told(reader, writer, call)
    writer.close()


async def answered(port, tokens):
    waiting = iter(tokens)
    await asyncio.gather(*(customer(port, waiting) for _ in range(CONNECTIONS)))


async def customer(port, waiting):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    browser = "User-Agent: bench Chrome/156.0\r\n"
    for token in waiting:
        page = await told(reader, writer, raw("GET", f"/s/{token}/", browser))
        shown = re.search(rb'name="shown" value="(\d+)"', page)[1].decode()
        form = {"step": "score", "language": "uk", "score": "9", "shown": shown, "scripted": "1", "gesture": "pointer"}
        body = urlencode(form).encode()
        await told(reader, writer, raw("POST", f"/s/{token}/", f"{browser}Content-Type: {FORM}\r\n", body))
    writer.close()


async def told(reader, writer, call):
    writer.write(call)
    headers = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", headers)
    assert headers.startswith(b"HTTP/1.1 20"), headers
    return await reader.readexactly(int(length[1]) if length else 0)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--asks", type=int, default=4000)
    count = options.parse_args().asks
    with scratch_database("chatting") as url, sink("bench.chat_sink") as port:
        from django.db import connection

        bot, links = prepare(count, f"http://127.0.0.1:{port}")
        print("name | value | baseline | ratio")
        say("questions handed over into chats and recorded, one process", *sending(count), goal="≥ 0.60")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare_receipt (id bigserial PRIMARY KEY, sid text, status text)")
            cursor.execute("VACUUM ANALYZE")
        with served("bench.survey_settings", url) as mine, served("bench.bare_settings", url) as bare:
            say("whole answers in the chat, and on the page", *answering(bot, links, mine), goal="≥ 1")
            # Presses of the same buttons once more, as people do: new to the door.
            again = [press(bot, n + 1, link, update=10**7 + n) for n, link in enumerate(links)]
            calls = [call for n, call in enumerate(again) for _time in range(2 if n % 4 == 0 else 1)]
            say("presses taken in, every fifth told twice", *taking_in(calls, mine, bare), goal="≥ 0.50")


def say(what, one, other, ratio, *, goal):
    print(f"{what} | {one:,.0f}/s | {other:,.0f}/s | {ratio:.2f} ({goal})")


if __name__ == "__main__":
    main()
