"""Letters of customers as they lie in a folder."""

from email.message import EmailMessage
from pathlib import Path

from delivery.media.email import inbox, reply_addresses
from delivery.media.email.inbox import Read
from delivery.media.email.message_ids import message_id
from followups.letters import arrivals

CASES = Path(__file__).resolve().parent.parent / "cases" / "replies"


def case(name, message):
    """Return a letter of the corpus as an answer to `message`."""
    raw = (CASES / f"{name}.eml").read_bytes()
    to = reply_addresses.address(message) if reply_addresses.are_read() else "surveys@plumb.example"
    return raw.replace(b"@@TO@@", to.encode()).replace(b"@@KEY@@", message.idempotency_key.encode())


def letter(message=None, *, text="Please call me.", sender="Ona <ona@shop.example>", name="1", to="", refers=False):
    """Return a letter in answer to `message`, to its address, or only naming it where it `refers`."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = sender, "Re: How did we do?", f"<{name}@mail.example>"
    mail["To"] = to or ("surveys@plumb.example" if refers or message is None else reply_addresses.address(message))
    if refers:
        mail["In-Reply-To"] = message_id(message)
    mail.set_content(text)
    # Mailers do not fold what they refer to, however long it is.
    return mail.as_bytes(policy=mail.policy.clone(max_line_length=998))


class Mailbag:
    """A folder that mails are dropped into and read from."""

    def __init__(self, folder):
        self.folder, self.dropped = folder, 0

    def drop(self, *mails):
        for mail in mails:
            self.dropped += 1
            (self.folder / f"{self.dropped:06}.eml").write_bytes(mail)

    def take(self, *mails):
        """Read the mails and take up what they say; return what became of them."""
        self.drop(*mails)
        read = Read()
        while any(self.folder.glob("*.eml")):
            run = inbox.read_reports()
            read = Read(*(getattr(read, name) + getattr(run, name) for name in vars(read)))
        arrivals.take_due()
        return read
