"""Letters of customers, file by file: what each says, what is folded, and whether a person wrote it."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from delivery.media.email.replies import mail

CASES = Path(__file__).resolve().parent.parent / "cases" / "replies"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
# What the person wrote, and words of what is folded.
SAID = {
    "01_gmail_en": ("The delivery was two weeks late.\nPlease call me.", "wrote:"),
    "02_gmail_uk": ("Добрий день! Доставка запізнилася.", "пише:"),
    "03_gmail_ru": ("Спасибо, всё решили.", "23 нояб."),
    "04_gmail_lt": ("Ačiū, jau viskas gerai.", "rašė:"),
    "05_thunderbird_de_below": ("Die Lieferung kam zu spät.", "Einkauf"),
    "06_outlook_en": ("Please send me the invoice again.\n\nBest regards\nOna", "Sent: Monday"),
    "07_outlook_uk": ("Надішліть рахунок, будь ласка.", "Надіслано: понеділок"),
    "08_outlook_lt_original": ("Sutinku.", "Pradinis laiškas"),
    "09_mailru": ("Не доставили вторую коробку.", "Понедельник"),
    "10_inline": ("The colour.\n\nThe packing.", "What should we change?"),
    "11_iphone": ("Yes please", "Sent from my iPhone"),
    "12_html_only": ("The roof leaks again & nobody calls.", "On Mon, Plumb wrote:"),
    "13_attachments": ("Дах протікає, фото додаю.", ""),
    "34_stop_in_a_sentence": ("Please stop sending the wrong size.", ""),
    "35_stop_from_elsewhere": ("stop", ""),
    "40_nine": ("9/10", "wrote:"),
    "41_eleven": ("11", ""),
    "42_nine_of_us": ("We are 9 people.", ""),
    "50_elsewhere": ("I take over from Ona.", ""),
    "60_nothing_written": ("", "How likely?"),
    "61_nul_and_overrides": ("All good!", ""),
    "62_unknown_charset": ("Gerai.", ""),
    "63_deep": ("Deep.", ""),
    "30_stop_en": ("STOP", "wrote:"),
    "31_stop_uk": ("«Відписатися»", "wrote:"),
    "32_stop_ru": ("Отписаться!", "wrote:"),
    "33_stop_lt": ("atsisakyti.", "wrote:"),
}
AUTOMATIC = [
    "20_away_header", "21_away_uk", "22_away_ru", "23_away_lt", "24_away_en", "25_precedence", "26_exchange_suppress",
    "27_null_sender", "28_our_own",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _domain(settings):
    settings.MESSAGE_ID_DOMAIN = "plumb.localhost"


def read(name):
    return mail.read((CASES / f"{name}.eml").read_bytes(), now=NOW)


def test_every_case_says_what_should_become_of_it():
    assert sorted(path.stem for path in CASES.glob("*.eml")) == sorted([*SAID, *AUTOMATIC])


@pytest.mark.parametrize("name", SAID)
def test_what_was_written_is_parted_from_what_is_quoted(name):
    text, folded = SAID[name]

    found = read(name)

    assert found.text == text
    assert folded in found.folded
    assert bool(found.folded) == bool(folded)
    assert not found.is_automatic
    assert found.answers.keys == ("@@KEY@@",)


@pytest.mark.parametrize("name", AUTOMATIC)
def test_what_a_machine_wrote_is_known(name):
    assert read(name).is_automatic


def test_nothing_of_html_is_left():
    found = read("12_html_only")

    assert "stolen" not in found.text + found.folded
    assert "<" not in found.text + found.folded
    assert [file["type"] for file in found.attachments] == []


def test_attachments_are_named_and_judged_by_how_they_begin():
    assert read("13_attachments").attachments == [
        {"name": "дах.png", "type": "image/png", "size": 108, "looks_like": ""},
        {"name": "invoice.pdf", "type": "application/pdf", "size": 52, "looks_like": "application/x-msdownload"},
    ]


def test_a_mail_has_one_digest_however_it_came_and_another_text_has_another():
    raw = (CASES / "42_nine_of_us.eml").read_bytes()
    by_another_way = b"Received: from mx.example\n" + raw

    assert mail.read(raw, now=NOW).digest == mail.read(by_another_way, now=NOW).digest
    assert mail.read(raw.replace(b"We are 9", b"We are 8"), now=NOW).digest != mail.read(raw, now=NOW).digest


@pytest.mark.parametrize(
    "raw",
    [
        b"<!--" * 60_000,
        b"<div " * 50_000,
        b"<blockquote>" * 20_000,
        b"&#x110000;&" * 20_000,
        b"<script>" * 30_000,
        b"</" * 100_000,
        b"<![CDATA[" * 25_000,
    ],
)
def test_hostile_html_is_read_in_no_time(raw):
    began = datetime.now(UTC)

    mail.read(b"Content-Type: text/html\n\n" + raw, now=NOW)

    assert (datetime.now(UTC) - began).total_seconds() < 3


@pytest.mark.parametrize(
    "line", ["On 1 wrote " * 20, "1 <a@b> " * 30, "From: " + "x" * 250, "_" * 300, "___ 1 написа" * 20, "> " * 120]
)
def test_hostile_text_is_parted_in_no_time(line):
    began = datetime.now(UTC)

    mail.read(b"\n" + "\n".join([line] * (250_000 // len(line))).encode(), now=NOW)

    assert (datetime.now(UTC) - began).total_seconds() < 3


@pytest.mark.parametrize(
    ("subject", "is_machine"),
    [
        ("Out of office: Ona", True),
        ("Automatic reply: How did we do?", True),
        ("Автоматична відповідь: Як ми впоралися?", True),
        ("У відпустці до 5 грудня", True),
        ("Автоматическое сообщение", True),
        ("Я в отпуске с 1 по 14 декабря", True),
        ("Automatinis pranešimas", True),
        ("Šiuo metu atostogauju iki gruodžio 5 d.", True),
        ("В отпуске испортили всё", False),
        ("У відпустці нас ніхто не зустрів", False),
        ("Atostogose sugedo jūsų prietaisas", False),
        ("Відсутня друга коробка", False),
        ("Re: How did we do?", False),
    ],
)
def test_only_who_says_that_they_are_away_is_taken_for_a_machine(subject, is_machine):
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "ona@shop.example", subject

    assert mail.read(letter.as_bytes(), now=NOW).is_automatic is is_machine


@pytest.mark.parametrize("sender", ["noreply", "no-reply", "no_reply", "no.reply", "donotreply", "MAILER-DAEMON"])
def test_an_address_that_nobody_reads_is_a_machines(sender):
    assert mail.read(f"From: <{sender}@shop.example>\n\nGone.".encode(), now=NOW).is_automatic
