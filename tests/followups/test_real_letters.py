"""Two thousand replies in a real mailbox: workers that race, one that is killed, and a mailbox that forgets."""

import os
import subprocess
import sys
import threading
import time
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings as configured
from django.db import connection

from accounts.models import SetAsideRow
from delivery.media.email import inbox
from delivery.models import IncomingLetter
from followups.letters import arrivals
from followups.models import Activity, CustomerLetter, Followup
from tests.followups.mailbag import letter
from tests.followups.test_letters import contact, followup, reply  # noqa: F401 fixtures
from tests.mailservers import MAILBOX, PASSWORD, running

pytestmark = pytest.mark.django_db(transaction=True)
REPLIES = 2000


@pytest.fixture
def mailbox(settings, monkeypatch):
    with running() as servers:
        monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
        settings.BOUNCE_IMAP_URL = f"imaps://bounces:{quote(PASSWORD, safe='')}@localhost:{servers.imap_port}/INBOX"
        settings.REPLY_ADDRESS = MAILBOX
        yield Mailbox(servers.folder / "mail" / "plumb.example" / "bounces", settings)


class Mailbox:
    """A mailbox that mails are put into as Postfix puts them, and that Dovecot serves."""

    def __init__(self, folder, settings):
        self.folder, self.settings = folder, settings
        for name in ("", "new", "cur", "tmp"):
            (folder / name).mkdir(exist_ok=True)
            os.chown(folder / name, *self.owner)

    @property
    def owner(self):
        above = self.folder.parent.stat()
        return above.st_uid, above.st_gid

    def deliver(self, mails):
        for number, mail in enumerate(mails):
            place = self.folder / "new" / f"{1_700_000_000 + number}.M{number}P1.mx"
            place.write_bytes(mail)
            os.chown(place, *self.owner)

    def forget(self, *, flags=False):
        """Count anew, as after a restore: another UIDVALIDITY; with `flags` nothing is known as read either."""
        for name in self.folder.glob("dovecot*"):
            if flags or not name.name.startswith("dovecot-keywords"):
                name.unlink()
        if flags:
            for place in list((self.folder / "cur").iterdir()):
                place.rename(self.folder / "new" / place.name.partition(":")[0])

    def validity(self):
        with inbox.sources()[0] as source:
            return source.new()[0].partition("-")[0]

    def reader(self):
        """Start a worker in a process of its own."""
        database = connection.settings_dict["NAME"]
        where = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
        told = {name: str(getattr(self.settings, name)) for name in ("BOUNCE_IMAP_URL", "REPLY_ADDRESS")}
        return subprocess.Popen(
            [sys.executable, "manage.py", "read_bounces"],
            env={**os.environ, "DATABASE_URL": where, "BOUNCE_DROP_DIR": "", **told},
            cwd=configured.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def read_all(workers=2):
    """Read until nothing is new, several at once."""
    wrong = []

    def read():
        try:
            while inbox.read_reports().letters:
                pass
        except Exception as error:  # noqa: BLE001 told by the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return wrong


def test_each_of_two_thousand_replies_is_taken_once_whatever_happens(mailbox, followup, reply):  # noqa: F811
    mailbox.deliver(letter(reply, name=str(number), text=f"Word {number}") for number in range(REPLIES))
    before = mailbox.validity()

    killed = mailbox.reader()
    until = time.monotonic() + 60
    while IncomingLetter.objects.count() < 150:
        assert time.monotonic() < until
        time.sleep(0.02)
    killed.kill()
    killed.wait()
    taken = IncomingLetter.objects.count()
    mailbox.forget()
    assert taken < REPLIES
    assert mailbox.validity() != before
    assert read_all() == []
    assert IncomingLetter.objects.count() == REPLIES
    arrivals.take_due()
    mailbox.forget(flags=True)
    assert read_all() == []
    arrivals.take_due()

    assert IncomingLetter.objects.count() == CustomerLetter.objects.count() == REPLIES
    assert Activity.objects.filter(kind="reply", followup=followup).count() == REPLIES
    assert Followup.objects.count() == 1
    assert not SetAsideRow.objects.exists()
    assert not list((mailbox.folder / "new").iterdir())
