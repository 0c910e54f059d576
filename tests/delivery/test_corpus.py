"""Mails as they arrive at a bounce mailbox, file by file: what becomes of each, and of the message it is about."""

import re
from pathlib import Path

import pytest

from accounts import clock
from accounts.models import SetAsideRow
from delivery.media.email import inbox
from delivery.media.email.inbox import Read
from delivery.models import Message
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
CASES = Path(__file__).resolve().parent.parent / "cases" / "dsn"

REPORT, LETTER, BROKEN = Read(reports=1), Read(others=1), Read(set_aside=1)
HARD, SOFT, BLAMELESS = ("bounced", "hard"), ("failed", "soft"), ("failed", "")
UNCHANGED, DELIVERED = ("sent", ""), ("delivered", "")
# What the mail is taken for, and what its message is then.
WANTED = {
    "00_exchange_541": (REPORT, HARD),
    "02_raw8bit_to": (REPORT, HARD),
    "04_global": (REPORT, HARD),
    "05_qmail": (REPORT, HARD),
    "06_nul_garbage": (REPORT, HARD),
    "07_delayed": (REPORT, UNCHANGED),
    "08_ooo": (LETTER, UNCHANGED),
    "09_forwarded_by_person": (LETTER, UNCHANGED),
    "10_mdn": (LETTER, UNCHANGED),
    "11_spamblock": (REPORT, BLAMELESS),
    "12_bad_cte": (REPORT, HARD),
    "13_empty": (LETTER, None),
    "14_latin1_ctype": (LETTER, None),
    "15_8bit_diag": (REPORT, HARD),
    "16_8bit_both_parts_msgid": (REPORT, HARD),
    "20_global_recipient_escaped": (REPORT, HARD),
    "21_global_in_base64": (REPORT, HARD),
    "22_yandex_no_such_user": (REPORT, HARD),
    "23_mailru_user_not_found": (REPORT, HARD),
    "24_gmail_unknown": (REPORT, HARD),
    "25_gmail_over_quota": (REPORT, SOFT),
    "26_gmx_unavailable": (REPORT, HARD),
    "27_tonline_blocks_us": (REPORT, BLAMELESS),
    "28_tonline_unknown": (REPORT, HARD),
    "29_orange_invalid": (REPORT, HARD),
    "30_orange_full": (REPORT, SOFT),
    "31_orange_rejects_us": (REPORT, BLAMELESS),
    "32_nul_in_status": (REPORT, HARD),
    "33_raw8bit_final_recipient": (REPORT, HARD),
    "34_parentheses_without_end": (REPORT, HARD),
    "35_nothing_returned_but_in_reply_to": (REPORT, HARD),
    "36_of_another_mailbox": (REPORT, UNCHANGED),
    "37_microsoft_relayed": (REPORT, HARD),
    "40_exim_in_words": (REPORT, HARD),
    "41_exim_delay_in_words": (REPORT, UNCHANGED),
    "42_gmx_in_words": (REPORT, HARD),
    "43_mailru_in_words": (REPORT, HARD),
    "44_qmail_gave_up_waiting": (REPORT, SOFT),
    "45_person_quotes_a_bounce": (LETTER, UNCHANGED),
    "46_person_forwards_parts": (LETTER, UNCHANGED),
    "47_report_about_a_report": (REPORT, UNCHANGED),
    "48_receipt_that_says_failed": (LETTER, UNCHANGED),
    "49_autoresponder_of_a_postmaster": (LETTER, UNCHANGED),
    "50_delivered": (REPORT, DELIVERED),
    "51_keywords_with_comments": (REPORT, HARD),
    "52_offset_of_no_country": (REPORT, HARD),
    "53_written_in_the_year_one": (REPORT, HARD),
    "54_reason_in_encoded_words": (REPORT, HARD),
    "60_a_thousand_nested_parts": (BROKEN, None),
    "61_a_thousand_nested_mails": (BROKEN, None),
    "62_nothing_but_boundaries": (BROKEN, None),
}
# What the mail does not write as it is.
KEYS = {"21_global_in_base64": "invite-16021-1"}
ADDRESSES = {
    "20_global_recipient_escaped": "person20@fäll20.example",
    "21_global_in_base64": "person21@cust21.example",
    "36_of_another_mailbox": "person36@cust36.example",
    "49_autoresponder_of_a_postmaster": "person49@cust49.example",
}


@pytest.fixture
def folder(settings, tmp_path):
    settings.BOUNCE_DROP_DIR, settings.MESSAGE_ID_DOMAIN = str(tmp_path), "plumb.localhost"
    return tmp_path


def message_of(name, raw):
    """Make the message that a mail of the corpus speaks of, or any when it speaks of none."""
    key = re.search(rb"<(invite-\d+-1)@plumb\.localhost>", raw)
    address = re.search(rb"person\d+@cust\d+\.example", raw)
    return MessageFactory(
        idempotency_key=KEYS.get(name) or (key[1].decode() if key else "none"),
        to_address=ADDRESSES.get(name) or (address[0].decode() if address else "nobody@cust.example"),
        status="sent",
        sent_at=clock.now(),
    )


def test_every_case_says_what_should_become_of_it():
    assert sorted(path.stem for path in CASES.glob("*.eml")) == sorted(WANTED)


@pytest.mark.parametrize("name", WANTED)
def test_a_mail_is_sorted_and_its_message_told(folder, name):
    taken_for, fate = WANTED[name]
    raw = (CASES / f"{name}.eml").read_bytes()
    message = message_of(name, raw)
    (folder / "1.eml").write_bytes(raw)

    assert inbox.read_reports() == taken_for

    message.refresh_from_db()
    assert (message.status, message.bounce) == (fate or UNCHANGED)
    assert message.error.isprintable()
    assert not list(folder.glob("*.eml"))
    assert SetAsideRow.objects.count() == taken_for.set_aside


def test_the_whole_corpus_in_one_folder_is_read_to_its_end(folder):
    for name in WANTED:
        (folder / f"{name}.eml").write_bytes((CASES / f"{name}.eml").read_bytes())

    read = inbox.read_reports()

    kinds = [taken_for for taken_for, _fate in WANTED.values()]
    assert read == Read(kinds.count(REPORT), kinds.count(LETTER), kinds.count(BROKEN))
    assert not list(folder.glob("*.eml"))
    assert Message.objects.count() == 0
