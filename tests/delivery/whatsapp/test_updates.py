from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.media.messenger.buttons import Action, Pressed, data
from delivery.media.whatsapp.updates import PhonePress, PhoneWords, Preference, read
from tests.delivery.whatsapp import told

TOKEN = "x" * 22


def test_words_are_read_with_what_they_answer():
    at = datetime(2026, 11, 28, 12, 0, 5, tzinfo=UTC)

    assert read(told.text(" 9 ", at=at, name="wamid.a", answers="wamid.b")) == PhoneWords(
        name="wamid.a", phone="+380501112233", at=at, text="9", answers="wamid.b"
    )


@pytest.mark.parametrize("made", [told.reply, told.row, told.button])
def test_whatever_is_pressed_says_what_our_button_says(made):
    update = read(made(data(Action.SCORE, TOKEN, 9), name="wamid.a"))

    assert update == PhonePress(name="wamid.a", phone="+380501112233", at=None, pressed=Pressed(Action.SCORE, 9, TOKEN))


@pytest.mark.parametrize(("made", "said"), [(told.reply, "9"), (told.row, "Price"), (told.button, "No more messages")])
def test_a_button_that_is_not_ours_says_what_stands_on_it(made, said):
    assert read(made("order:77")).text == said


@pytest.mark.parametrize(
    ("kind", "about", "text"),
    [
        ("image", {"id": "1", "caption": "Broken"}, "📷 Broken"),
        ("audio", {"id": "1", "voice": True}, "🎤"),
        ("document", {"filename": "a.pdf"}, "📎"),
        ("sticker", {}, "🖼"),
        ("location", {"latitude": 1}, "📍"),
        ("contacts", [{"name": {}}], "👤"),
        ("video", None, "🎬"),
        ("unsupported", None, "❔"),
        ("something new", {"caption": "!"}, "❔ !"),
    ],
)
def test_what_came_without_words_says_what_it_is(kind, about, text):
    assert read(told.message(kind, about)).text == text


@pytest.mark.parametrize("kind", ["reaction", "request_welcome", "revoke", "edit", "system", "preference"])
def test_what_says_nothing_is_passed_over(kind):
    assert read(told.message(kind, {"emoji": "👍", "body": "9"})) is None


def test_changed_words_stand_in_the_place_of_the_earlier_ones():
    change = {"original_message_id": "wamid.a", "message": {"type": "text", "text": {"body": "8"}}}
    update = read(told.message("edit", change, name="wamid.b"))

    assert (update.name, update.text, update.replaces) == ("wamid.b", "8", "wamid.a")


def test_another_number_is_read_by_a_person():
    update = read(told.message("system", {"type": "user_changed_number", "wa_id": "37060000001"}))

    assert (update.phone, update.text) == ("+380501112233", "📱 → +37060000001")


@pytest.mark.parametrize(("value", "may_write"), [("stop", False), ("resume", True)])
def test_what_was_told_to_whatsapp_itself_is_a_preference(value, may_write):
    update = read(told.preference(value))

    assert isinstance(update, Preference)
    assert (update.phone, update.may_write) == ("+380501112233", may_write)


def test_a_number_of_a_kind_that_is_new_to_us_is_heard():
    assert read(told.text("9", phone="+38050911067")).phone == "+38050911067"


def test_whoever_keeps_the_number_to_themselves_is_heard():
    said = told.text("Hello") | {"from": "", "from_user_id": "US.13491208655302741918"}

    assert read(said).phone == "US.13491208655302741918"


@pytest.mark.parametrize(
    "change",
    [{"from": ""}, {"from": 380501112233}, {"from": "٣٨٠"}, {"from": "3805"}, {"from": "3" * 21}, {"id": ""},
     {"id": None}, {"id": "x" * 181}, {"id": "a\nb"}, {"type": None}, {"type": ["text"]}, {"text": {"body": " "}},
     {"text": "9"}, {"text": {"body": 9}}],
)  # fmt: skip
def test_what_has_another_shape_is_nothing(change):
    assert read(told.text("9") | change) is None


@pytest.mark.parametrize("said", ["", "x", "-5", "9" * 40, "99999999999", None, 1.5, "٩٩"])
def test_a_moment_that_is_none_is_not_believed(said):
    assert read(told.text("9") | {"timestamp": said}).at is None


def test_a_text_is_kept_to_its_end_without_what_nobody_sees():
    assert read(told.text("\u202e\x00Добре\x07" + "!" * 5000)).text == "Добре" + "!" * 4091


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
PARTS = ["from", "id", "type", "timestamp", "context", "text", "button", "interactive", "system", "edit", "image"]
KINDS = st.sampled_from(["text", "button", "interactive", "system", "edit", "image", "preference", "order"])


@given(st.dictionaries(st.sampled_from(PARTS), ANYTHING), KINDS)
def test_whatever_is_told_is_read(parts, kind):
    read(parts)
    read(told.message(kind, {"type": "x"}) | parts)
    read(told.text("9") | {"type": kind} | {name: part for name, part in parts.items() if name in (kind, "timestamp")})
