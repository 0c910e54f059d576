"""What a text says that came back: a number is the answer only where it can be nothing else."""

import pytest

from delivery.stopwords import asks_to_stop, asks_to_stop_texts
from responses.texts.said import TextReading, read
from surveys.metrics import SCALES

NPS, CSAT, CES = SCALES["nps"], SCALES["csat"], SCALES["ces"]


@pytest.mark.parametrize(
    ("text", "score", "words"),
    [
        ("9", 9, ""),
        ("0", 0, ""),
        (" 10! ", 10, ""),
        ("10/10", 10, ""),
        ("9 з 10", 9, ""),
        ("8 out of 10, thanks", 8, "thanks"),
        ("9 дякую, все супер", 9, "дякую, все супер"),
        ("9дякую", 9, "дякую"),
        ("9\nВсе добре", 9, "Все добре"),
        ("9 - добре", 9, "добре"),
        ("оцінка 8", 8, ""),
        ("Моя оцінка: 8.", 8, ""),
        ("Оцінка:8", 8, ""),
        ("mano įvertinimas 7", 7, ""),
        ("9 балів", 9, ""),
        ("8 points! Great", 8, "Great"),
        ("9 👍", 9, "👍"),
        ("👍 9", 9, ""),
        ("１０", 10, ""),
        ("٩", 9, ""),
        ("9️⃣", 9, ""),
        ("1️⃣0️⃣", 10, ""),
        ("🔟", 10, ""),
        ("\u200f9\u200e", 9, ""),
        ("\x009\x00", 9, ""),
        ("9, доставка за 2 дні", 9, "доставка за 2 дні"),
        ("9. 9!", 9, ""),
        ("9 9", 9, ""),
        ("10+", 10, ""),
        ("(9)", 9, ""),
        ("Дякую, 10", 10, ""),
        ("спасибо 10", 10, ""),
        ("Hi 9", 9, ""),
        ("good 9", 9, ""),
        ("I'd give 9", 9, ""),
        ("оцінюю на 9", 9, ""),
        ("9 із 10", 9, ""),
        ("9 balų iš 10", 9, ""),
        ("10 балів з 10", 10, ""),
        ("9 балів з 10, молодці", 9, "молодці"),
        ("9 молодці", 9, "молодці"),
        ("9 пожалуйста", 9, "пожалуйста"),
        ("10 рекомендую", 10, "рекомендую"),
        ("5 так собі", 5, "так собі"),
        ("9'; DROP TABLE responses_response; --", 9, "DROP TABLE responses_response; --"),
        ("9: " + "щ" * 1990, 9, "щ" * 1990),
        ("9 Always in time", 9, "Always in time"),
        ("8 балів за доставку", 8, "за доставку"),
    ],
)
def test_a_number_is_the_answer_and_the_rest_its_comment(text, score, words):
    assert read(text, NPS) == TextReading(score, words)


@pytest.mark.parametrize(
    "text",
    [
        "8 або 9", "9-10", "9/5", "5/5", "11", "-1", "−1", "+5", "100", "09", "8,5", "8.5", "9:30", "9?", "9 ?",
        "+380671234567", "0671234567", "380 67 123 45 67", "не 9", "was 9 before", "чекав 3 дні, ставлю 8", "4G", "№9",
        "2-й", "b2", "$9", "9/10/2026", "дзвоніть о 10", "9 10", "9" * 2000, "1 of 3 parcels came",
        "9 грудня зателефонуйте", "2 замовлення не приїхали", "1 питання: коли доставка", "3 orders missing",
        "9 pm call me",
        "9 балів з 5", "7 slow delivery", "Good day, 9 parcels", "cancel 9", "stop 9 orders", "1 point (2)",
        "5 менеджерів, жоден не відповів", "1) where is it", "8 cancel", "0 отказ",
    ],
)  # fmt: skip
def test_a_number_that_may_be_something_else_is_left_to_a_person(text):
    said = read(text, NPS)

    assert (said.score, said.is_unclear, said.words) == (None, True, text.strip())


@pytest.mark.parametrize(
    "text", ["Дякую!", "3 дні чекав кур'єра", "2 рази дзвонив", "waited 5 hours", "100% задоволений", "10 eurų", "👍"]
)
def test_words_are_words_though_they_count_days_and_money(text):
    assert read(text, NPS) == TextReading(words=text)


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\u200b\u200e", "\ufeff"])
def test_nothing_is_nothing(text):
    assert read(text, NPS).is_empty


@pytest.mark.parametrize(
    ("text", "csat", "ces"),
    [
        ("5", 5, 5),
        ("5/5", 5, None),
        ("5/7", None, 5),
        ("6", None, 6),
        ("0", None, None),
        ("10/10", None, None),
        ("8", None, None),
    ],
)
def test_each_scale_takes_its_own_numbers(text, csat, ces):
    assert (read(text, CSAT).score, read(text, CES).score) == (csat, ces)
    assert read(text, CSAT).is_unclear == (csat is None)


@pytest.mark.parametrize(
    ("text", "csat", "is_unclear"),
    [
        ("⭐⭐⭐⭐", 4, False), ("★ ★ ★", 3, False), ("⭐️⭐️", 2, False), ("⭐⭐⭐⭐⭐ ", 5, False),
        ("⭐⭐⭐⭐⭐⭐", None, True), ("⭐", None, False), ("⭐⭐⭐⭐ thanks", None, False),
    ],
)  # fmt: skip
def test_stars_alone_are_counted_where_there_are_few(text, csat, is_unclear):
    found = read(text, CSAT)

    assert (found.score, found.is_unclear) == (csat, is_unclear)
    assert read(text, NPS) == TextReading(words=text.strip())


STOPS = [
    "STOP", "Stop.", "stop!!!", "«Стоп»", "СТОП.", "CTOП", "стoп", "stоp", "STOP 🛑", "ＳＴＯＰ", "\u200eSTOP\u200f",
    "відписатися", "Відписатись", "стоп розсилку", "отписаться", "Отпишите меня", "atsisakyti", "NETRUKDYTI",
    "nebesiųskite", "nebesiuskite", "Nerasykite", "unsubscribe", "cancel", "END", "quit", "/stop",
    "Please stop", "stop sms please", "don't text me", "Don’t text me!", "не пишіть", "Відпишіться",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_word_alone_is_a_no(text):
    assert asks_to_stop_texts(text)
    assert read(text, NPS) == TextReading(asks_to_stop=True)


@pytest.mark.parametrize(
    "text", ["don't stop", "стопа", "the end of it", "cancel my order", "stopped", "STOP" * 500, ""]
)
def test_a_stop_word_in_a_sentence_is_none(text):
    assert not asks_to_stop_texts(text)


@pytest.mark.parametrize("text", ["3 STOP", "STOP 3", "Стоп. 3!"])
def test_a_number_with_a_stop_is_both(text):
    assert read(text, NPS) == TextReading(3, asks_to_stop=True)


@pytest.mark.parametrize(("text", "of_letter"), [("cancel", False), ("end", False), ("stop", True), ("CTOП", True)])
def test_a_letter_takes_fewer_words_for_a_no_than_a_text(text, of_letter):
    assert asks_to_stop(text) == of_letter
