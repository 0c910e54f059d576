"""Of a letter with large files all is listed, with its size, however much of it there is."""

import time
from email import message_from_bytes, policy

import pytest

from accounts import clock
from delivery.media.email import arrivals, inbox
from delivery.media.email.mailboxes import Folder
from delivery.media.email.replies import mail, outline
from delivery.models import IncomingLetter
from tests.factories import MessageFactory
from tests.followups.mailbag import letter
from tests.followups.test_letters import bag  # noqa: F401 fixture

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 12_000
TOOL = b"MZ" + bytes(1_000_000)


def with_photos(message=None):
    written = message_from_bytes(
        letter(message) if message else b"Content-Type: text/plain\n\nThe roof.\n", policy=policy.default
    )
    written.add_attachment(PHOTO, maintype="image", subtype="jpeg", filename="roof.jpg")
    written.add_attachment(TOOL, maintype="image", subtype="png", filename="wall.png")
    written.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="invoice.pdf")
    return written.as_bytes()


LISTED = [
    ("roof.jpg", len(PHOTO), ""),
    ("wall.png", len(TOOL), "application/x-msdownload"),
    ("invoice.pdf", 8, ""),
]


def listed(attachments):
    return [(file["name"], file["size"], file["looks_like"]) for file in attachments]


@pytest.mark.django_db
def test_every_file_of_a_large_letter_is_listed_with_its_size(bag):  # noqa: F811
    bag.take(with_photos(MessageFactory(purpose="reply", to_address="ona@shop.example")))

    row = IncomingLetter.objects.get()
    assert listed(row.attachments) == LISTED
    assert (row.text, row.is_cut) == ("Please call me.", False)


@pytest.mark.django_db
def test_so_is_one_that_a_provider_brings(settings):
    settings.REPLY_ADDRESS = "reply@replies.example"
    message = MessageFactory(purpose="reply", to_address="ona@shop.example")

    inbox.take_mail(with_photos(message), source="provider")

    assert listed(IncomingLetter.objects.get().attachments) == LISTED


@pytest.mark.django_db
def test_a_letter_whose_rest_cannot_be_read_is_kept_as_far_as_it_was(bag, monkeypatch):  # noqa: F811
    def overgrown(*_args, **_kwargs):
        raise arrivals.Overgrown

    monkeypatch.setattr(mail, "complete", overgrown)
    bag.take(with_photos(MessageFactory(purpose="reply", to_address="ona@shop.example")))

    row = IncomingLetter.objects.get()
    assert (row.text, row.is_cut, [file["name"] for file in row.attachments]) == ("Please call me.", True, ["roof.jpg"])


@pytest.mark.django_db
def test_a_small_letter_is_read_once(bag, monkeypatch):  # noqa: F811
    asked = []
    read = Folder.beginning

    def beginning(source, name, **most):
        asked.append(most)
        return read(source, name, **most)

    monkeypatch.setattr(Folder, "beginning", beginning)
    bag.take(letter(MessageFactory(purpose="reply", to_address="ona@shop.example")))

    assert asked == [{}]


def test_what_is_small_or_no_base64_stays_as_it_is():
    for raw in (
        b"",
        b"Short.\r\n",
        b"A" * 60 + b"\n",
        b"words and words of somebody, many of them\n" * 9999,
        with_photos()[:2000],
    ):
        assert outline.of(raw) == raw


@pytest.mark.parametrize(
    "line", [b"A" * 76 + b"\r\n", b"A" * 76, b"A" * 999 + b"\n", (b"A" * 76 + b"\n") * 39 + b"\n", b"#5#\n"]
)
def test_time_grows_with_the_length_whatever_it_holds(line):
    raw = line * (8_000_000 // len(line))
    begun = time.perf_counter()

    small = outline.of(raw)

    assert len(small) <= len(raw)
    assert time.perf_counter() - begun < 5


def test_the_beginning_and_the_whole_are_one_letter():
    raw = with_photos()

    begun = mail.read(raw[: arrivals.LARGEST], now=clock.now())
    whole = mail.complete(raw, begun, now=clock.now())

    assert begun.is_cut
    assert not whole.is_cut
    assert (whole.text, listed(whole.attachments)) == ("The roof.", LISTED)
