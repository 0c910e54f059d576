"""Render and hand over invitations by SMTP in one worker process, against bare smtplib with the same bytes.

    python -m bench.sending [--messages 4000]

The messages are claimed, composed, sent and recorded as in production. The baseline hands the same bytes over, made
beforehand, over one reused connection. Both take turns in rounds and give to the same sink, a process of its own.
Works in a database of its own beside DATABASE_URL, made anew and dropped at the end.
"""

import argparse
import os
import smtplib
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

ROUNDS = 10
NAMES = [
    ("Anna", "Taylor", "en"), ("Олександра", "Коваленко", "uk"), ("Jūratė", "Žemaitytė", "lt"),
    ("Сергей", "Иванов", "ru"), ("John", "O'Neill", "en"), ("Соломія", "Нечуй-Левицька", "uk"),
    ("Mindaugas", "Petraitis", "lt"), ("Ольга", "Соколова-Микитова", "ru"),
]  # fmt: skip


@contextmanager
def scratch_database():
    from django.db import connection

    name = f"bench_sending_{os.getpid()}"
    home = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def sink():
    """Start the sink and yield its port."""
    process = subprocess.Popen([sys.executable, "-m", "bench.smtp_sink"], stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def prepare(count):
    """Queue `count` invitations, as judging does."""
    from django.core.management import call_command

    from accounts import clock, tokens
    from accounts.models import User
    from crm.models import Contact, Product
    from delivery.models import Message
    from delivery.services import queue
    from surveys import letters
    from surveys.models import Invitation, InvitationMessage, Survey, SurveyVersion
    from surveys.texts import STANDARD

    call_command("migrate", verbosity=0)
    now = clock.now()
    survey = Survey.objects.create(
        name="Bench", brand_name="Ąžuolas & Co", status="active", reply_to="care@plumb.example"
    )
    version = SurveyVersion.objects.create(survey=survey, number=1, texts=STANDARD, published_at=now)
    managers = User.objects.bulk_create(User(email=f"m{n}@plumb.example", name=f"Олена Manager {n}") for n in range(20))
    products = Product.objects.bulk_create(Product(name=f"Product {n}") for n in range(8))
    people = [(n, *NAMES[n % len(NAMES)]) for n in range(count)]
    contacts = Contact.objects.bulk_create(
        Contact(first_name=first, last_name=f"{last} {n}", language=language, email=f"customer{n}@shop.example")
        for n, first, last, language in people
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(
            survey=survey, version=version, contact=contact, kind="transactional", language=contact.language,
            medium="email", status="queued", due_at=now, asked_at=now, expires_at=now + timedelta(days=30),
            token_hash=tokens.digest(f"bench-{n}"), manager=managers[n % 20], product=products[n % 8],
        )
        for n, contact in enumerate(contacts)
    )  # fmt: skip
    messages = queue(
        [
            Message(
                medium="email", purpose="invite", template="surveys.invite", to_address=invitation.contact.email,
                to_name=invitation.contact.name, language=invitation.language,
                context=letters.context_of(invitation), idempotency_key=f"invite-{invitation.pk}-1",
            )
            for invitation in invitations
        ]
    )  # fmt: skip
    InvitationMessage.objects.bulk_create(
        InvitationMessage(invitation=invitation, message=message)
        for invitation, message in zip(invitations, messages, strict=True)
    )


def bare(port, parcels):
    """Return messages a second for smtplib and ready-made bytes."""
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        started = time.perf_counter()
        for sender, recipient, content in parcels:
            smtp.sendmail(sender, recipient, content)
        return len(parcels) / (time.perf_counter() - started)


def product(count):
    """Return messages a second for the product's own path."""
    from delivery.sending import run
    from delivery.services import BATCH, send_due

    started, handed_over = time.perf_counter(), 0
    with run("email") as mine:
        while handed_over < count:
            sent = send_due(limit=min(BATCH, count - handed_over), run=mine)
            assert sent.handed_over, sent
            handed_over += sent.handed_over
    return handed_over / (time.perf_counter() - started)


def measure(port, count):
    from delivery import composing
    from delivery.models import Message

    share = count // ROUNDS
    prepare(share * (ROUNDS + 1))
    letters = composing.compose(Message.objects.order_by("pk")[:share]).values()
    parcels = [(letter.sender, letter.recipient, letter.as_bytes()) for letter in letters]
    product(share)
    pairs = [(product(share), bare(port, parcels)) for _round in range(ROUNDS)]
    assert Message.objects.filter(status="sent").count() == share * (ROUNDS + 1)
    mine, baseline = (statistics.median(column) for column in zip(*pairs, strict=True))
    return mine, baseline, statistics.median(one / other for one, other in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=4000)
    asked = parser.parse_args()
    with sink() as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
        os.environ["EMAIL_PER_SECOND"] = "0"
        import django

        django.setup()
        with scratch_database():
            mine, baseline, ratio = measure(port, asked.messages)
    print("name | value | baseline | ratio")
    print(f"e-mails rendered, handed over and recorded | {mine:,.0f}/s | {baseline:,.0f}/s | {ratio:.2f}")


if __name__ == "__main__":
    main()
