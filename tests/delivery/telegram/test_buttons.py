import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.media.messenger.buttons import LONGEST_DATA, Action, Pressed, data, read
from delivery.media.messenger.view import ChatButton, ChatView
from delivery.media.telegram.content import LONGEST_TEXT, content

TOKEN = "x" * 32


@pytest.mark.parametrize(
    ("action", "value", "token"),
    [
        (Action.SCORE, 10, TOKEN),
        (Action.WITH_TOPIC, 2**53, TOKEN),
        (Action.WITHOUT_TOPIC, 1, TOKEN),
        (Action.WITH_OPTION, 48, TOKEN),
        (Action.WITHOUT_OPTION, 1, TOKEN),
        (Action.GO_ON, 0, TOKEN),
        (Action.DONE, None, TOKEN),
        (Action.CHANGE, None, TOKEN),
        (Action.STOP, None, ""),
        (Action.AGAIN, None, ""),
    ],
)
def test_a_button_says_what_is_read_from_it(action, value, token):
    written = data(action, token, value)

    assert len(written.encode()) <= LONGEST_DATA
    assert read(written) == Pressed(action, value, token)


@pytest.mark.parametrize(
    "written",
    ["", "s", "s9", f"s:{TOKEN}", f"s٩:{TOKEN}", f"x:{TOKEN}", "d", f"d1:{TOKEN}", f"q12:{TOKEN}",
     f"q+:{TOKEN}", f"g:{TOKEN}", f"g1+:{TOKEN}", f"s9+:{TOKEN}", f"t5:{TOKEN}",
     f"s9:{TOKEN}\n", f"s{'9' * 19}:{TOKEN}", f"a:{TOKEN}", f"n:{TOKEN}", "n9", "s9:" + "x" * 41],
)  # fmt: skip
def test_no_button_of_ours_says_anything_else(written):
    assert read(written) is None


@given(st.text())
def test_whatever_is_told_is_read(written):
    read(written)


@given(st.text(alphabet="a𝄞😀é", min_size=4000, max_size=5000))
def test_a_text_is_never_longer_than_telegram_takes(text):
    cut = content(ChatView(text))["text"]

    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert cut == text or cut.endswith("…")


def test_a_label_is_cut():
    shown = content(ChatView("?", ((ChatButton("ї" * 100, "d:x"),),)))

    assert len(shown["reply_markup"]["inline_keyboard"][0][0]["text"]) == 64
