"""Render and hand over invitations by SMTP in one and two worker processes, against bare smtplib with the same bytes.

    python -m bench.sending [--messages 4000] [--memory 20000]

The messages are claimed, composed, sent and recorded as in production. The baseline hands the same bytes over, made
beforehand, over one reused connection per process. Both take turns in rounds and give to the same sink, a process of
its own. Then one worker process sends `--memory` messages (200000 for the full size) and says what memory it holds
after the first 10,000, or half of them, and at the end.
Works in a database of its own beside DATABASE_URL, made anew and dropped at the end.
"""

import argparse
import os
import pickle
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench.scratch import new_survey, scratch_database

ROUNDS = 10
PROCESSES = (1, 2)
NAMES = [
    ("Anna", "Taylor", "en"), ("Олександра", "Коваленко", "uk"), ("Jūratė", "Žemaitytė", "lt"),
    ("Сергей", "Иванов", "ru"), ("John", "O'Neill", "en"), ("Соломія", "Нечуй-Левицька", "uk"),
    ("Mindaugas", "Petraitis", "lt"), ("Ольга", "Соколова-Микитова", "ru"),
]  # fmt: skip


@contextmanager
def sink(module="bench.smtp_sink"):
    """Start a sink and yield its port."""
    process = subprocess.Popen([sys.executable, "-m", module], stdout=subprocess.PIPE, text=True)
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
    from crm.models import Contact, ContactAddress, Product
    from delivery.models import Message
    from delivery.services import queue
    from surveys.letters import kinds
    from surveys.models import Invitation, InvitationMessage

    call_command("migrate", verbosity=0)
    now = clock.now()
    survey = new_survey(reply_to="care@plumb.example")
    version = survey.versions.get()
    managers = User.objects.bulk_create(User(email=f"m{n}@plumb.example", name=f"Олена Manager {n}") for n in range(20))
    products = Product.objects.bulk_create(Product(name=f"Product {n}") for n in range(8))
    people = [(n, *NAMES[n % len(NAMES)]) for n in range(count)]
    contacts = Contact.objects.bulk_create(
        Contact(first_name=first, last_name=f"{last} {n}", language=language, email=f"customer{n}@shop.example")
        for n, first, last, language in people
    )
    ContactAddress.objects.bulk_create(
        ContactAddress(contact=contact, medium="email", value=contact.email, is_preferred=True) for contact in contacts
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(
            survey=survey, version=version, brand=survey.brand, contact=contact, kind="transactional",
            language=contact.language,
            medium="email", status="queued", due_at=now, queued_at=now, expires_at=now + timedelta(days=30),
            token_hash=tokens.digest(f"bench-{n}"), manager=managers[n % 20], product=products[n % 8],
        )
        for n, contact in enumerate(contacts)
    )  # fmt: skip
    for invitation in invitations:
        invitation.token_hash = tokens.digest(tokens.derive("invitation", invitation.pk))
    Invitation.objects.bulk_update(invitations, ["token_hash"], batch_size=1000)
    messages = queue(
        [
            Message(
                medium="email", purpose="invite", template="surveys.invite", to_address=invitation.contact.email,
                to_name=invitation.contact.name, language=invitation.language,
                context=kinds.context_of(invitation), idempotency_key=f"invite-{invitation.pk}-1",
            )
            for invitation in invitations
        ]
    )  # fmt: skip
    InvitationMessage.objects.bulk_create(
        InvitationMessage(invitation=invitation, message=message)
        for invitation, message in zip(invitations, messages, strict=True)
    )


def bare(smtp, parcels, count):
    """Hand `count` ready-made letters over by smtplib alone."""
    for number in range(count):
        smtp.sendmail(*parcels[number % len(parcels)])


def product(run, count):
    """Send `count` due messages of a run's medium by the product's own path."""
    from delivery.dispatch import send_due

    handed_over = 0
    while handed_over < count:
        sent = send_due(run.transport.medium, limit=min(100, count - handed_over), run=run)
        assert sent.handed_over, sent
        handed_over += sent.handed_over


def work(kind, port, parcels):
    """Be one process: for each number on standard input send so many messages, then say how much memory is held."""
    if kind == "product":
        import django

        django.setup()
        from delivery.dispatch import opened

        with opened("email") as mine:
            obey(lambda count: product(mine, count))
    else:
        with smtplib.SMTP("127.0.0.1", port) as smtp, Path(parcels).open("rb") as file:
            ready = pickle.load(file)
            obey(lambda count: bare(smtp, ready, count))


def obey(send):
    print("ready", flush=True)
    for line in sys.stdin:
        send(int(line))
        print(Path("/proc/self/statm").read_text().split()[1], flush=True)


@contextmanager
def processes(number, kind, port, parcels, database):
    """Start so many processes of one kind and give what makes all of them send `count` messages together."""
    command = [sys.executable, "-m", "bench.sending", "--work", kind, "--port", str(port), "--parcels", parcels]
    environment = {**os.environ, "DATABASE_URL": database, "LOG_LEVEL": "ERROR"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    running = [subprocess.Popen(command, env=environment, **pipes) for _ in range(number)]

    def order(count):
        """Return messages a second of all together, and the megabytes that the first process holds afterwards."""
        started = time.perf_counter()
        for process in running:
            process.stdin.write(f"{count // number}\n")
        pages = [int(process.stdout.readline()) for process in running]
        return count / (time.perf_counter() - started), pages[0] * os.sysconf("SC_PAGE_SIZE") / 1e6

    try:
        for process in running:
            assert process.stdout.readline() == "ready\n"
        yield order
    finally:
        for process in running:
            process.stdin.close()
            process.wait(timeout=30)


def measure(share, number, *where):
    """Return medians of interleaved rounds: the product's rate, the baseline's, and the ratio."""
    with processes(number, "product", *where) as mine, processes(number, "bare", *where) as baseline:
        mine(share), baseline(share)
        pairs = [(mine(share)[0], baseline(share)[0]) for _round in range(ROUNDS)]
    return medians(pairs)


def medians(pairs):
    """Return the medians of two rates that took turns, and that of their ratios."""
    ratio = statistics.median(one / other for one, other in pairs)
    return *(statistics.median(column) for column in zip(*pairs, strict=True)), ratio


def memory(messages, batch, *where):
    """Return the megabytes a process holds after its first `batch` of messages and after all of them."""
    held = []
    with processes(1, "product", *where) as mine:
        for _ in range(messages // batch):
            queue_again()
            held.append(mine(batch)[1])
    return held[0], held[-1]


def queue_again():
    from delivery.models import Message

    Message.objects.update(status="queued", sent_at=None, attempts=0, has_news=False)


def parcels_of(share):
    from delivery import composers
    from delivery.models import Message

    letters = composers.compose(Message.objects.order_by("pk")[:share]).values()
    with tempfile.NamedTemporaryFile(prefix="bench_sending_", delete=False) as file:
        pickle.dump([(letter.sender, letter.recipient, letter.as_bytes()) for letter in letters], file)
    return file.name


def report(options, port):
    from delivery.models import Message

    share = options.messages // ROUNDS
    prepare(share * (ROUNDS + 1) * len(PROCESSES))
    database = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/bench_sending_{os.getpid()}"
    parcels = parcels_of(min(share, 1000))
    print("name | value | baseline | ratio")
    for number in PROCESSES:
        mine, baseline, ratio = measure(share, number, port, parcels, database)
        label = f"e-mails rendered, handed over and recorded, processes: {number}"
        print(f"{label} | {mine:,.0f}/s | {baseline:,.0f}/s | {ratio:.2f} (≥ 0.50)")
    assert not Message.objects.exclude(status="sent").exists()
    batch = min(10_000, options.memory // 2, Message.objects.count())
    surplus = Message.objects.order_by("-pk").values_list("pk", flat=True)[: Message.objects.count() - batch]
    Message.objects.filter(pk__in=list(surplus)).delete()
    first, last = memory(options.memory, batch, port, parcels, database)
    whole = options.memory // batch * batch
    print(f"memory after {whole:,} messages, MB | {last:.1f} | {first:.1f} after {batch:,} | {last / first:.2f}")
    Path(parcels).unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--memory", type=int, default=20_000)
    parser.add_argument("--work", choices=["product", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--parcels", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(asked.work, asked.port, asked.parcels)
        return
    with sink() as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
        os.environ["EMAIL_PER_SECOND"] = "0"
        import django

        django.setup()
        with scratch_database("sending"):
            report(asked, port)


if __name__ == "__main__":
    main()
