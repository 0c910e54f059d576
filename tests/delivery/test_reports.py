import base64
import quopri
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.media.email import bounces, reports
from delivery.media.email.message_ids import message_id
from tests.delivery.mails import NOTHING_RETURNED, RETURNED, WHOLE, arf, dsn
from tests.factories import MessageFactory

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.fixture
def message():
    return MessageFactory.build(to_address="ona@shop.example", idempotency_key="invite-7-1")


@pytest.mark.parametrize(
    ("said", "bounce"),
    [
        ("5.1.1", "hard"),
        ("550 5.1.1 no such user", "hard"),
        ("5.1.10 null MX", "hard"),
        ("5.2.1 mailbox disabled", "hard"),
        ("5.0.0 smtp; 550 5.1.1 unknown", "hard"),
        ("5.0.0", "soft"),
        ("5.2.2 mailbox full", "soft"),
        ("4.4.1 nobody there", "soft"),
        ("4.2.2", "soft"),
        ("5.4.4 no route", "soft"),
        ("5.7.1 policy", ""),
        ("5.6.0 content", ""),
        ("2.0.0 taken", ""),
        ("from 10.5.1.1 refused", ""),
        ("no code at all", ""),
        ("550 5.4.1 Recipient address rejected: Access denied. [X.eurprd.prod.protection.outlook.com]", "hard"),
        ("554 5.7.1 <a@b.example>: Recipient address rejected: Access denied", ""),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "hard"),
        ("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", ""),
        ("554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException", "soft"),
        ("550 5.1.8 Access denied, bad outbound sender", ""),
        (
            "550 Message was not accepted -- invalid mailbox. Local mailbox a@b.example is unavailable: user not found",
            "hard",
        ),
        ("550 spam message rejected. Please visit http://help.mail.example/notspam-support/id", ""),
        ("550 5.7.1 No such user!; 1764579300-aBc", "hard"),
        ("554 5.7.1 [2] Message rejected under suspicion of SPAM", ""),
        ("550-5.2.1 The email account that you tried to reach is disabled.", "hard"),
        ("452-4.2.2 The email account that you tried to reach is over quota", "soft"),
        ("550-5.7.26 This mail is unauthenticated, which poses a security risk", ""),
        ("550 5.4.5 Daily user sending quota exceeded", ""),
        ("550 Requested action not taken: mailbox unavailable", "hard"),
        ("554 Transaction failed. Reject due to policy restrictions.", ""),
        ("552 Requested mail action aborted: exceeded storage allocation", "soft"),
        ("554 IP=203.0.113.7 - A problem occurred. (contact tosa@rx.t-online.de to clarify.)", ""),
        ("552 Benutzer hat zuviele Mails auf dem Server.", "soft"),
        ("550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]", "hard"),
        ("552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]", "soft"),
        ("550 5.5.0 Mail rejete. Mail rejected. OFR_506 [506]", ""),
        ("550 5.1.1 Пользователь не найден", "hard"),
        ("550 5.0.0 Користувача не знайдено", "hard"),
        ("550 5.0.0 Поштова скринька не існує", "hard"),
        ("552 5.1.1 Скринька одержувача переповнена", "soft"),
        ("550 5.0.0 Toks vartotojas neegzistuoja", "hard"),
        ("550 5.0.0 Gavėjas nerastas", "hard"),
        ("552 5.1.1 Gavėjo dėžutė perpildyta", "soft"),
        ("550 5.0.0 Użytkownik nie istnieje", "hard"),
        ("Sorry, I couldn't find any host named nowhere.example. (#5.1.2)", "hard"),
        ("450 4.1.1 <a@b.example>: Recipient address rejected: unknown user, try later", "soft"),
        ("550 5.1.1 User unknown. Our anti-spam policy: https://b.example", "hard"),
        ("550 5.7.1 Blocked, user unknown to our reputation service", ""),
    ],
)
def test_the_code_says_whether_the_address_is_bad_for_good_for_now_or_not_at_all(said, bounce):
    assert bounces.of_status(said) == bounce


@pytest.mark.parametrize("returned", [RETURNED, WHOLE], ids=["headers", "whole letter"])
def test_a_failure_is_read_with_whose_when_and_why(message, returned):
    (news,) = reports.read(dsn(message, returned=returned), now=NOW)

    assert news.key == message.idempotency_key
    assert news.at == WRITTEN
    assert news.bounce == "hard"
    assert news.undeliverable == "5.1.1 smtp; 550 no such user"
    assert news.recipients == {"ona@shop.example"}


def test_a_report_without_the_letter_is_known_by_the_field_that_names_it(message):
    field = f"Original-Message-ID: {message_id(message)}"

    (news,) = reports.read(dsn(message, returned=NOTHING_RETURNED, per_message=f"{field}\n"), now=NOW)

    assert news.key == message.idempotency_key


def test_a_report_that_names_the_letter_in_its_thread_only_is_known_by_the_nearest(message):
    earlier = MessageFactory.build(idempotency_key="invite-1-1")
    thread = f"References: {message_id(earlier)} <other@mx.example>\n {message_id(message)}\n"

    (news,) = reports.read(thread.encode() + dsn(message, returned=NOTHING_RETURNED), now=NOW)

    assert news.key == message.idempotency_key


@pytest.mark.parametrize("encoding", ["quoted-printable", "Base64"])
@pytest.mark.parametrize("kind", ["delivery-status", "global-delivery-status"])
def test_a_report_in_a_transfer_encoding_is_read_as_one_without(message, encoding, kind):
    plain = dsn(message, diagnostic="550 no such user = really, none at all in this whole department").decode()
    head, mark, rest = plain.partition("Content-Type: message/delivery-status\r\n\r\n")
    fields, end, tail = rest.partition("\r\n--")
    encode = {"quoted-printable": quopri.encodestring, "Base64": base64.encodebytes}[encoding]
    encoded = encode(fields.replace("\r\n", "\n").encode()).decode()
    mark = f"Content-Type: message/{kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"

    found = reports.read(f"{head}{mark}{encoded}{end}{tail}".encode(), now=NOW)

    assert found == reports.read(plain.encode(), now=NOW)
    assert [news.bounce for news in found] == ["hard"]


def test_a_forwarded_letter_is_known_by_whom_it_was_sent_to(message):
    (news,) = reports.read(dsn(message, recipient="elsewhere@other.example"), now=NOW)

    assert news.recipients == {"ona@shop.example", "elsewhere@other.example"}


def test_a_full_mailbox_is_a_soft_bounce(message):
    (news,) = reports.read(dsn(message, status="5.2.2", diagnostic="552 full"), now=NOW)

    assert news.bounce == "soft"


def test_a_delay_is_no_news(message):
    assert reports.read(dsn(message, action="delayed", status="4.4.1"), now=NOW) == []


def test_a_delivery_is_news(message):
    (news,) = reports.read(dsn(message, action="delivered", status="2.0.0"), now=NOW)

    assert (news.delivered, news.undeliverable) == (True, "")


@pytest.mark.parametrize(
    ("kind", "objection"), [("abuse", "complained"), ("fraud", "complained"), ("opt-out", "unsubscribed")]
)
def test_a_complaint_is_an_objection(message, kind, objection):
    (news,) = reports.read(arf(message, kind=kind), now=NOW)

    assert (news.key, news.objection, news.at) == (message.idempotency_key, objection, WRITTEN)


def test_not_spam_after_all_is_no_news(message):
    assert reports.read(arf(message, kind="not-spam"), now=NOW) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: Out of office\r\n\r\nBack on Monday",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
    ],
)
def test_other_mail_is_no_report(raw):
    assert reports.read(raw, now=NOW) is None


def test_a_broken_date_and_empty_fields_do_no_harm(message):
    raw = dsn(message, date="yesterday", returned=NOTHING_RETURNED, recipient="", status="", diagnostic="")

    (news,) = reports.read(raw, now=NOW)

    assert (news.at, news.key, news.bounce) == (NOW, "", "soft")


def test_a_report_from_the_future_is_of_now(message):
    (news,) = reports.read(dsn(message, date="Sun, 01 Nov 2099 10:00:00 +0000"), now=NOW)

    assert news.at == NOW


@pytest.mark.parametrize(
    ("said", "bounce"),
    [("no code at all", "soft"), ("554 blocked for policy reasons", ""), ("5.6.0 content", ""), ("5.1.1", "hard")],
)
def test_a_failure_without_a_code_may_be_the_address_unless_it_blames_us(said, bounce):
    assert bounces.of_failure(said) == bounce


@pytest.mark.parametrize("hidden", ["\xad", "\u200b", "\u2060"])
def test_what_nobody_sees_is_not_kept(message, hidden):
    (news,) = reports.read(dsn(message, diagnostic=f"550 no{hidden} such user"), now=NOW)

    assert news.undeliverable == "5.1.1 smtp; 550 no such user"
    assert reports.read(dsn(message, recipient=f"o{hidden}na@shop.example"), now=NOW)[0].recipients == {
        "ona@shop.example"
    }


@given(st.data())
def test_no_bytes_can_end_a_reader(data):
    message = MessageFactory.build(to_address="ona@shop.example", idempotency_key="invite-7-1")
    whole = dsn(message, returned=WHOLE)
    start, end = sorted([data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, len(whole)))])
    raw = whole[:start] + data.draw(st.binary(max_size=200)) + whole[end:]

    for news in reports.read(raw, now=NOW) or []:
        assert news.at <= NOW
        assert news.undeliverable.isprintable()
        assert all(address.isprintable() for address in news.recipients)


@pytest.mark.parametrize(
    "opening",
    [
        "Hi. This is the qmail-send program at mx.example.\nThis is a permanent error; I've given up.",
        "This message was created automatically by mail delivery software.\nIt could not be delivered.",
    ],
)
def test_words_of_a_machine_count_only_from_a_machine(opening):
    letter = f"\n\n{opening}\n\n<ona@shop.example>:\nSorry, no mailbox here. (#5.1.1)\n"

    (news,) = reports.read(f"From: <MAILER-DAEMON>{letter}".encode(), now=NOW)
    assert (news.recipients, news.bounce) == ({"ona@shop.example"}, "hard")
    assert reports.read(f"From: ona@shop.example{letter}".encode(), now=NOW) is None
