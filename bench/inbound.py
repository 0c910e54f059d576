"""Take in replies of customers from a folder until each is an activity of its follow-up, against only parsing them.

    python -m bench.inbound [--replies 10000] [--rounds 5]

Each reply answers a letter of its own with its token; a third have an HTML part, some an attachment, most quote our
letter. Taking in is reading the folder, writing the letters down, and taking them up into follow-ups that wait for the
customer. The baseline reads the same files and asks `email` for sender, subject, references, text and attachments, in
its modern way (`policy.default`), and in the older one that is quicker (`policy.compat32`). They take turns in rounds.
Works in a database of its own beside DATABASE_URL, made anew and dropped at the end.
"""

import argparse
import os
import statistics
import tempfile
import time
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from bench.scratch import new_survey, scratch_database

FOLLOWUPS = 1000
WORDS = [
    "The roof leaks again and nobody calls. When will somebody come?",
    "Добрий день! Коробку так і не привезли, хоча обіцяли вчора до обіду.",
    "Спасибо, всё решили, но счёт пришёл на другую фирму.",
    "Ačiū, kad parašėte. Sąskaitos faktūros vis dar negavau.",
]
QUOTED = (
    "\n\nOn Mon, Nov 23, 2026 at 10:00 AM Plumb <surveys@plumb.example> wrote:\n" + "> Our letter, line by line.\n" * 20
)


def prepare(count):
    """Make follow-ups that wait and so many letters of ours that customers answer; return the letters."""
    from accounts import clock, tokens
    from crm.models import Contact
    from delivery.models import Message
    from delivery.services import queue
    from followups.models import Followup
    from responses.models import Response
    from surveys.models import Invitation

    now, survey = clock.now(), new_survey()
    facts = {"survey": survey, "version": survey.versions.get(), "kind": "transactional", "language": "en"}
    contacts = Contact.objects.bulk_create(
        Contact(first_name="Ona", last_name=str(n), email=f"customer{n}@shop.example") for n in range(FOLLOWUPS)
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(
            **facts, brand=survey.brand, contact=contact, medium="email", status="answered", due_at=now, queued_at=now,
            sent_at=now, asked_at=now, answered_at=now, expires_at=now + timedelta(days=30),
            token_hash=tokens.digest(f"bench-{contact.pk}"),
        )
        for contact in contacts
    )  # fmt: skip
    responses = Response.objects.bulk_create(
        Response(**facts, invitation=invitation, contact=invitation.contact, score=2, routed_at=now, settled_at=now)
        for invitation in invitations
    )
    followups = Followup.objects.bulk_create(
        Followup(
            response=response, first_contact_due_at=now, resolve_due_at=now, next_due_at=now, first_contact_at=now,
            status="waiting", look_again_on=now.date() + timedelta(days=3),
        )
        for response in responses
    )  # fmt: skip
    return queue(
        [
            Message(
                medium="email", purpose="reply", template="followups.reply", language="en", status="sent", sent_at=now,
                to_address=f"customer{n % FOLLOWUPS}@shop.example", idempotency_key=f"reply-{n}",
                context={"followup": followups[n % FOLLOWUPS].pk, "contact": contacts[n % FOLLOWUPS].pk},
            )
            for n in range(count)
        ]
    )  # fmt: skip


def reply(number, message):
    """Return what a customer writes back."""
    from delivery.media.email import reply_addresses
    from delivery.media.email.message_ids import message_id

    mail = EmailMessage()
    mail["From"] = f"Ona <{message.to_address}>"
    mail["To"], mail["Subject"] = reply_addresses.address(message), "Re: Your answer"
    mail["Message-ID"], mail["Date"] = f"<{number}@mail.example>", "Mon, 23 Nov 2026 10:00:00 +0200"
    mail["In-Reply-To"] = message_id(message)
    text = f"{WORDS[number % len(WORDS)]} {number}"
    mail.set_content(text + QUOTED)
    if number % 3 == 0:
        mail.add_alternative(f"<div>{text}</div><div class='gmail_quote'>{'Our letter. ' * 100}</div>", subtype="html")
    if number % 10 == 0:
        mail.add_attachment(b"\x89PNG\r\n\x1a\n" + bytes(20_000), maintype="image", subtype="png", filename="roof.png")
    return mail.as_bytes()


def take_in(folder):
    """Take everything in that lies in the folder, as the workers do."""
    from delivery.media.email import inbox
    from delivery.media.email.mailboxes import Folder
    from followups.letters import arrivals

    while inbox.read_reports([Folder(folder)]).letters:
        arrivals.take_due()


def parse(folder, how):
    for path in folder.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=how)
        _told = mail["From"], mail["Subject"], mail["In-Reply-To"]
        for part in mail.walk():
            if not part.is_multipart():
                _content = part.get_filename(), part.get_payload(decode=True)


def seconds(work, *given):
    started = time.perf_counter()
    work(*given)
    return time.perf_counter() - started


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--replies", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with scratch_database("inbound"), tempfile.TemporaryDirectory(prefix="bench_inbound_") as name:
        measure(Path(name), options.replies // options.rounds, options.rounds)


def measure(folder, share, rounds):
    """Print the medians of the rounds, each with replies of its own."""
    from django.conf import settings

    from followups.models import Activity

    settings.REPLY_ADDRESS = "reply@replies.example"
    messages = prepare(share * rounds)
    taken, modern, older = [], [], []
    for start in range(0, len(messages), share):
        for number, message in enumerate(messages[start : start + share], start):
            (folder / f"{number:06}.eml").write_bytes(reply(number, message))
        modern.append(seconds(parse, folder, policy.default))
        older.append(seconds(parse, folder, policy.compat32))
        taken.append(seconds(take_in, folder))
    assert Activity.objects.filter(kind="reply").count() == len(messages)
    mine = share / statistics.median(taken)
    for how, times in (("policy.default", modern), ("policy.compat32", older)):
        theirs = share / statistics.median(times)
        print(f"taking in replies, parsing by {how} | {mine:.0f}/s | {theirs:.0f}/s | {mine / theirs:.2f}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()
