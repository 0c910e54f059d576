"""Hand text messages over and take the callbacks of gateways, against bare requests and a bare Django view.

    python -m bench.texting [--texts 2000] [--callbacks 10000]

The texts are claimed, composed, handed over and recorded as in production, by one process, in rounds in turns with
`requests` over one session that posts the same bodies to the same gateway (bench/http_sink.py), a process of its own.
The callbacks are Twilio's receipts, signed, every fifth of them twice; gunicorn takes them (2 workers of 4 threads), in
turns with a bare view that does one INSERT. Works in a database of its own beside DATABASE_URL, dropped at the end.
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
os.environ |= {"SMS_PER_SECOND": "0", "BASE_URL": "http://127.0.0.1"}

ROUNDS = 8
SECRET = "bench-secret"
CONNECTIONS = 8


def prepare(count, base):
    """Queue `count` invitations by text, as judging does; return the gateway that hands them over."""
    from accounts import clock, tokens
    from crm.models import Contact, ContactAddress
    from delivery.models import TextGateway
    from surveys.letters import messages
    from surveys.models import Invitation

    now, survey = clock.now(), new_survey("Texts")
    version = survey.versions.get()
    gateway = TextGateway.objects.create(
        name="Bench", provider="turbosms", sender="Bench", secret=SECRET, settings={"base": base}
    )
    contacts = Contact.objects.bulk_create(
        Contact(first_name="Олена", last_name=f"Коваленко {n}", language="uk", phone=f"+38050{n:07}")
        for n in range(count)
    )
    ContactAddress.objects.bulk_create(
        ContactAddress(contact=contact, medium="sms", value=contact.phone, is_preferred=True) for contact in contacts
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(
            survey=survey, version=version, brand=survey.brand, contact=contact, kind="transactional", language="uk",
            medium="sms", status="queued", due_at=now, queued_at=now, expires_at=now + timedelta(days=30),
            token_hash=tokens.digest(f"bench-{number}"),
        )
        for number, contact in enumerate(contacts)
    )  # fmt: skip
    for invitation in invitations:
        invitation.token_hash = tokens.digest(tokens.derive("invitation", invitation.pk, size=tokens.SHORT))
    Invitation.objects.bulk_update(invitations, ["token_hash"], batch_size=1000)
    letters = [
        messages.message(invitation, messages.INVITE, 1, now, to=invitation.contact.phone) for invitation in invitations
    ]
    messages.queue(letters, invitations)
    return gateway


def sending(texts):
    """Return medians of interleaved rounds: texts a second of the product, of the baseline, and the ratio."""
    import requests

    from delivery.dispatch import opened
    from delivery.models import Message

    with sink("bench.http_sink") as port:
        base = f"http://127.0.0.1:{port}"
        share = texts // ROUNDS
        prepare(share * (ROUNDS + 1), base)
        bodies = [json.dumps(asked).encode() for asked in asked_of(share)]
        with opened("sms") as run, requests.Session() as session:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {SECRET}"}

            def bare():
                for body in bodies:
                    assert (
                        session.post(f"{base}/message/send.json", body, headers=headers, timeout=10).status_code < 300
                    )

            pairs = [(rate(share, lambda: product(run, share)), rate(share, bare)) for _round in range(ROUNDS + 1)]
    assert not Message.objects.exclude(status="sent").exists()
    return medians(pairs[1:])


def asked_of(share):
    """Return what TurboSMS is asked for the first texts."""
    from delivery import composers
    from delivery.models import Message

    for parcel in composers.compose(Message.objects.order_by("pk")[:share]).values():
        yield {"recipients": [parcel.to.removeprefix("+")], "sms": {"sender": "Bench", "text": parcel.text}}


def rate(count, work):
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def receipts(count):
    """Return the address of a door of Twilio and `count` signed receipts, every fifth of which is a repeat."""
    from django.urls import reverse

    from delivery.media.sms.carrier import named
    from delivery.media.sms.twilio import signature
    from delivery.models import Message, TextGateway

    door = TextGateway.objects.create(name="Twilio", provider="twilio", sender="+380501", account="AC1", secret=SECRET)
    path = reverse("sms:status", args=[door.pk, door.door_token])
    fresh = count * 4 // 5
    keys = list(Message.objects.order_by("pk").values_list("pk", flat=True)[:fresh])
    assert len(keys) == fresh, "Too few texts for so many callbacks."
    Message.objects.filter(pk__in=keys).update(status="sent")
    for key in keys:
        Message.objects.filter(pk=key).update(provider_id=named(door.pk, f"SM{key}"))
    made = []
    for number, key in enumerate(keys):
        target = f"{path}?message={key}"
        form = {"MessageSid": f"SM{key}", "MessageStatus": "delivered"}
        signed = signature(SECRET, f"http://127.0.0.1{target}", {name: [value] for name, value in form.items()})
        made += [(target, form, signed)] * (2 if number % 4 == 0 else 1)
    return made


def callbacks(count, url):
    """Return medians of rounds: callbacks a second of the product, of the baseline, and the ratio."""
    from django.db import connection

    made = receipts(count)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_receipt (id bigserial PRIMARY KEY, sid text, status text)")
        cursor.execute("VACUUM ANALYZE delivery_message")
    share = len(made) // ROUNDS
    pairs = []
    with served("bench.survey_settings", url) as mine, served("bench.bare_settings", url) as bare:
        for start in range(0, share * ROUNDS, share):
            batch = made[start : start + share]
            posts = [("/receipt/", form, signed) for _target, form, signed in batch]
            pairs.append((taken(mine, batch), taken(bare, posts)))
    return medians(pairs[1:])


def taken(port, posts):
    return rate(len(posts), lambda: asyncio.run(post_all(port, posts)))


async def post_all(port, posts):
    waiting = iter(posts)
    await asyncio.gather(*(caller(port, waiting) for _ in range(CONNECTIONS)))


async def caller(port, waiting):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for target, form, signed in waiting:
        body = urlencode(form).encode()
        head = (
            f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twilio-Signature: {signed}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        headers = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", headers)
        await reader.readexactly(int(length[1]) if length else 0)
        assert headers.startswith(b"HTTP/1.1 20"), headers
    writer.close()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--texts", type=int, default=2000)
    options.add_argument("--callbacks", type=int, default=10_000)
    asked = options.parse_args()
    with scratch_database("texting") as url:
        texts = max(asked.texts, asked.callbacks)
        print("name | value | baseline | ratio")
        mine, bare, ratio = sending(texts)
        print(f"texts handed over and recorded, one process | {mine:,.0f}/s | {bare:,.0f}/s | {ratio:.2f} (≥ 0.60)")
        mine, bare, ratio = callbacks(asked.callbacks, url)
        print(f"callbacks of a gateway taken in | {mine:,.0f}/s | {bare:,.0f}/s | {ratio:.2f} (≥ 0.50)")


if __name__ == "__main__":
    main()
