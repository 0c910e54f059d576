from io import StringIO

import pytest
from django.core.management import call_command

from accounts import clock
from delivery import dispatch
from delivery.media.email import inbox
from delivery.media.email.inbox import Read
from delivery.tasks import read_bounces
from tests.delivery.mails import arf, dsn
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
LETTER = b"From: ona@shop.example\r\nSubject: Re: survey\r\n\r\nCall me please.\r\n"


@pytest.fixture
def message():
    return MessageFactory(status="sent", sent_at=clock.now())


@pytest.fixture
def folder(settings, tmp_path):
    settings.BOUNCE_DROP_DIR = str(tmp_path)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_dropped_report_marks_its_message_and_is_put_away(folder, message):
    (folder / "1.eml").write_bytes(dsn(message))
    (folder / "2.eml").write_bytes(LETTER)
    (folder / "3.tmp").write_bytes(dsn(message))

    assert inbox.read_reports() == Read(reports=1, others=1)

    message.refresh_from_db()
    assert (message.status, message.bounce, message.error) == ("bounced", "hard", "5.1.1 smtp; 550 no such user")
    assert [names(folder), names(folder / "done"), names(folder / "failed")] == [["3.tmp"], ["1.eml"], ["2.eml"]]


def test_reading_a_report_twice_changes_nothing(folder, message):
    (folder / "1.eml").write_bytes(dsn(message))
    read_bounces()
    message.refresh_from_db()
    before = message.changed_at
    (folder / "again.eml").write_bytes(dsn(message))

    read_bounces()

    message.refresh_from_db()
    assert message.changed_at == before


def test_of_a_report_larger_than_any_the_beginning_is_read(folder, message):
    (folder / "1.eml").write_bytes(dsn(message) + b"x" * 1_000_000)

    assert inbox.read_reports() == Read(reports=1)

    message.refresh_from_db()
    assert message.status == "bounced"


@pytest.mark.parametrize("write", [dsn, arf])
def test_a_report_that_guesses_a_message_but_not_its_recipient_is_not_believed(folder, message, write):
    (folder / "1.eml").write_bytes(write(message, recipient="other@shop.example", to="other@shop.example"))

    inbox.read_reports()

    message.refresh_from_db()
    assert (message.status, message.objection) == ("sent", "")


def test_the_command_reads_any_folder_and_says_what_it_found(tmp_path, message):
    (tmp_path / "1.eml").write_bytes(arf(message))
    out = StringIO()

    call_command("read_bounces", str(tmp_path), stdout=out)

    message.refresh_from_db()
    assert (message.status, message.objection) == ("sent", "complained")
    assert out.getvalue() == "1 report read, 0 other mails left.\n"


@pytest.mark.parametrize(("answer", "bounce"), [("rcpt-bad", "hard"), ("rcpt-5xx", ""), ("data-5xx", "")])
def test_a_refusal_at_hand_over_is_charged_to_the_address_only_when_it_is_bad(plain_server, answer, bounce):
    message = MessageFactory()
    plain_server.script = [answer]

    dispatch.send_due("email")

    message.refresh_from_db()
    assert message.bounce == bounce


def test_without_settings_nothing_is_read():
    assert inbox.read_reports() == Read()
