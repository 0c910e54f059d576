"""A mail, a file or a mailbox that cannot be read keeps no other from being read, and is shown with its reason."""

import pytest

from accounts import clock
from accounts.models import SetAsideRow
from delivery.media.email import inbox
from delivery.media.email.inbox import Read
from delivery.media.email.mailboxes import Folder, Sorted
from tests.delivery import imap
from tests.delivery.certificates import made_for
from tests.delivery.mails import dsn
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
LETTER = b"From: ona@shop.example\r\nSubject: Re: survey\r\n\r\nCall me please.\r\n"
POISON = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 1000


@pytest.fixture
def message():
    return MessageFactory(status="sent", sent_at=clock.now())


@pytest.fixture
def folder(settings, tmp_path):
    settings.BOUNCE_DROP_DIR = str(tmp_path / "drop")
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


@pytest.fixture
def mailbox(settings, message):
    with imap.serving([POISON, LETTER, dsn(message)]) as server:
        settings.BOUNCE_IMAP_URL = imap.url(server)
        yield server


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def aside():
    return list(SetAsideRow.objects.order_by("place", "row").values_list("row", "reason"))


def status_of(message):
    message.refresh_from_db()
    return message.status


def test_a_file_that_cannot_be_read_goes_to_failed_with_its_reason_and_the_next_is_read(folder, message):
    (folder / "a.eml").write_bytes(POISON)
    (folder / "b.eml").write_bytes(dsn(message))

    assert inbox.read_reports() == Read(reports=1, set_aside=1)
    assert inbox.read_reports() == Read()

    assert status_of(message) == "bounced"
    assert [names(folder), names(folder / "done"), names(folder / "failed")] == [[], ["b.eml"], ["a.eml"]]
    assert aside() == [("a.eml", "Overgrown: The mail has too many parts.")]


def test_what_breaks_while_news_is_taken_up_sets_one_mail_aside(folder, message, monkeypatch):
    other = MessageFactory(status="sent", sent_at=clock.now())
    (folder / "a.eml").write_bytes(dsn(other))
    (folder / "b.eml").write_bytes(dsn(message))
    hear = inbox.hear

    def break_at_one(news):
        if news.key == other.idempotency_key:
            raise RecursionError("too deep\x00")
        hear(news)

    monkeypatch.setattr(inbox, "hear", break_at_one)

    assert inbox.read_reports() == Read(reports=1, set_aside=1)
    assert (status_of(other), status_of(message)) == ("sent", "bounced")
    assert aside() == [("a.eml", "RecursionError: too deep")]


def test_a_mail_that_is_tried_again_and_read_is_no_longer_set_aside(folder, message, monkeypatch):
    (folder / "a.eml").write_bytes(dsn(message))
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "hear", lambda news: 1 / 0)
        inbox.read_reports()
    assert names(folder / "failed") == ["a.eml"]
    SetAsideRow.objects.update(rests_until=clock.now())

    assert inbox.read_reports() == Read(reports=1)

    assert status_of(message) == "bounced"
    assert names(folder / "done") == ["a.eml"]
    assert aside() == []


def test_a_mail_that_is_tried_again_in_vain_stays_set_aside_until_somebody_asks_once_more(folder):
    (folder / "a.eml").write_bytes(POISON)
    inbox.read_reports()
    SetAsideRow.objects.update(rests_until=clock.now())

    assert inbox.read_reports() == Read(set_aside=1)
    assert inbox.read_reports() == Read()

    assert SetAsideRow.objects.get().rests_until is None
    assert names(folder / "failed") == ["a.eml"]


def test_a_mail_that_is_gone_is_forgotten_when_it_is_to_be_tried_again(folder):
    SetAsideRow.objects.create(batch="mails", place=str(folder), row="gone.eml", reason="x", rests_until=clock.now())

    assert inbox.read_reports() == Read()
    assert aside() == []


def test_what_cannot_be_opened_or_moved_comes_last_and_stops_nothing(folder, message):
    (folder / "a.eml").mkdir()
    (folder / "b.eml").write_bytes(dsn(message))

    assert inbox.read_reports() == Read(reports=1, set_aside=1)
    assert status_of(message) == "bounced"
    ((name, reason),) = aside()
    assert name == "a.eml"
    assert reason.startswith("IsADirectoryError")


def test_a_name_that_a_mail_server_uses_again_hides_no_earlier_mail(folder):
    for number in range(3):
        (folder / "a.eml").write_bytes(LETTER + str(number).encode())
        inbox.read_reports()

    kept = sorted(path.read_bytes()[-1:] for path in (folder / "failed").iterdir())
    assert kept == [b"0", b"1", b"2"]


def test_a_poisonous_mail_in_the_mailbox_is_marked_and_the_next_is_read(mailbox, message):
    assert inbox.read_reports() == Read(reports=1, others=1, set_aside=1)
    assert inbox.read_reports() == Read()

    assert status_of(message) == "bounced"
    assert mailbox.flags == {1: {"$PlumbRead", "$PlumbBroken"}, 2: {"$PlumbRead"}, 3: {"$PlumbRead", "\\Seen"}}
    assert aside() == [("7-1", "Overgrown: The mail has too many parts.")]


def test_a_mail_that_the_mailbox_does_not_give_is_set_aside_and_the_next_is_read(mailbox, message):
    mailbox.script = {"no-fetch 1"}

    assert inbox.read_reports() == Read(reports=1, others=1, set_aside=1)
    assert status_of(message) == "bounced"


def test_a_marked_mail_is_given_again_when_somebody_asks_for_it(mailbox, message):
    inbox.read_reports()
    mailbox.mails[1] = LETTER
    SetAsideRow.objects.update(rests_until=clock.now())

    assert inbox.read_reports() == Read(others=1)

    assert mailbox.flags[1] == {"$PlumbRead"}
    assert aside() == []


def test_numbers_of_a_mailbox_made_anew_do_not_mean_old_mails(mailbox):
    inbox.read_reports()
    SetAsideRow.objects.update(rests_until=clock.now())
    mailbox.validity = 8

    inbox.read_reports()

    assert aside() == []
    assert mailbox.flags[1] == {"$PlumbRead", "$PlumbBroken"}


def test_a_mailbox_that_keeps_no_keywords_is_asked_for_what_is_unseen(mailbox, message):
    mailbox.script = {"no-keywords"}

    inbox.read_reports()

    assert status_of(message) == "bounced"
    assert mailbox.flags == {3: {"\\Seen"}}


def test_a_mailbox_that_hangs_up_is_left_and_told_of(mailbox, message):
    mailbox.script = {"hang-up 1"}

    assert inbox.read_reports() == Read()
    ((name, reason),) = aside()
    assert name == ""
    assert "abort" in reason

    mailbox.script = set()
    inbox.read_reports()

    assert status_of(message) == "bounced"
    assert "" not in dict(aside())


def test_a_folder_that_cannot_be_read_does_not_hide_the_mailbox(settings, mailbox, message, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.BOUNCE_DROP_DIR = str(tmp_path / "file")

    inbox.read_reports()

    assert status_of(message) == "bounced"
    assert [name for name, _reason in aside()] == ["", "7-1"]


def test_a_run_ends_in_time_and_the_next_one_goes_on(folder, monkeypatch):
    for number in range(3):
        (folder / f"{number}.eml").write_bytes(LETTER)
    moments = iter([0.0, 1.0, 100.0])
    with monkeypatch.context() as patch:
        patch.setattr(inbox.time, "monotonic", lambda: next(moments))
        assert inbox.read_reports() == Read(others=1)

    assert inbox.read_reports() == Read(others=2)


def test_two_readers_of_one_folder_disturb_each_other_in_nothing(folder, message):
    (folder / "a.eml").write_bytes(dsn(message))
    with Folder(folder) as slow:
        (name,) = slow.new()
        inbox.read_reports()

        assert slow.beginning(name) is None
        slow.put_away(name, Sorted.REPORT)

    assert names(folder / "done") == ["a.eml"]


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls"])
@pytest.mark.parametrize(("trusted", "host"), [(False, "localhost"), (True, "wrong.example")])
def test_no_password_is_said_to_a_server_whose_certificate_is_not_good(
    settings, tmp_path, monkeypatch, scheme, trusted, host
):
    context, pem = made_for(host, tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    options = {"implicit": context} if scheme == "imaps" else {"starttls": context}
    with imap.serving([LETTER], **options) as server:
        settings.BOUNCE_IMAP_URL = imap.url(server, scheme=scheme, host="localhost")

        assert inbox.read_reports() == Read()

        assert server.logins == []
        ((name, reason),) = aside()
        assert name == ""
        assert reason.startswith("SSLCertVerificationError")
        assert "cret" not in reason + SetAsideRow.objects.get().place


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls"])
def test_a_mailbox_with_a_good_certificate_is_read(settings, tmp_path, monkeypatch, scheme):
    context, pem = made_for("localhost", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    options = {"implicit": context} if scheme == "imaps" else {"starttls": context}
    with imap.serving([LETTER], **options) as server:
        settings.BOUNCE_IMAP_URL = imap.url(server, scheme=scheme, host="localhost")

        assert inbox.read_reports() == Read(others=1)


def test_a_server_without_starttls_is_not_told_the_password(settings):
    with imap.serving([LETTER]) as server:
        settings.BOUNCE_IMAP_URL = imap.url(server, scheme="imap+tls")

        inbox.read_reports()

        assert server.logins == []
        assert "TLS not supported" in SetAsideRow.objects.get().reason


def test_a_wrong_password_is_shown_without_it(settings):
    with imap.serving([LETTER]) as server:
        settings.BOUNCE_IMAP_URL = imap.url(server).replace("cret", "crets")

        inbox.read_reports()

    kept = SetAsideRow.objects.get()
    assert (kept.place, kept.row) == ("imap://127.0.0.1/Bounces", "")
    assert "crets" not in kept.reason
