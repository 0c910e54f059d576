from hypothesis import given
from hypothesis import strategies as st

from delivery.media.messenger.view import ChatButton, ChatView, in_rows, length
from delivery.media.whatsapp.content import content


def interactive(view):
    said = content(view)
    assert said["type"] == "interactive"
    return said["interactive"]


def test_words_alone_are_a_text_without_a_preview():
    assert content(ChatView("Hello")) == {"type": "text", "text": {"body": "Hello", "preview_url": False}}


def test_few_short_buttons_stand_below_the_words():
    shown = interactive(ChatView("Why?", ((ChatButton("Done", "d:x"), ChatButton("Change my answer", "c:x")),)))

    assert (shown["type"], shown["body"]) == ("button", {"text": "Why?"})
    assert [button["reply"] for button in shown["action"]["buttons"]] == [
        {"id": "d:x", "title": "Done"},
        {"id": "c:x", "title": "Change my answer"},
    ]


def test_more_buttons_are_a_list():
    shown = interactive(ChatView("Why?", in_rows([ChatButton(str(n), f"s{n}:x") for n in range(1, 6)], 2), "Choose"))

    assert (shown["type"], shown["action"]["button"]) == ("list", "Choose")
    (section,) = shown["action"]["sections"]
    assert section["rows"] == [{"id": f"s{n}:x", "title": str(n)} for n in range(1, 6)]


def test_a_long_label_stands_whole_below_its_title():
    shown = interactive(ChatView("Why?", ((ChatButton("Customer support by telephone", "t+1:x"),),), "Choose"))

    (row,) = shown["action"]["sections"][0]["rows"]
    assert row == {"id": "t+1:x", "title": "Customer support by tel…", "description": "Customer support by telephone"}


def test_an_address_stands_in_the_text():
    shown = content(ChatView("Thanks!", ((ChatButton("Maps", url="https://a.example/r/1"),),)))

    assert shown["text"]["body"] == "Thanks!\n\nMaps:\nhttps://a.example/r/1"


@given(
    st.text(min_size=1, max_size=5000),
    st.lists(st.tuples(st.text(alphabet="aї😀 ", min_size=1, max_size=100), st.booleans()), max_size=30),
    st.text(max_size=40),
)
def test_nothing_is_larger_than_meta_takes(text, labels, choose):
    buttons = [
        ChatButton(label, "" if opens else f"t+{n}:x", url="https://a.example/" if opens else "")
        for n, (label, opens) in enumerate(labels)
    ]
    said = content(ChatView(text, in_rows(buttons, 2), choose))

    if said["type"] == "text":
        assert length(said["text"]["body"]) <= 4096
        return
    shown = said["interactive"]
    assert length(shown["body"]["text"]) <= 1024
    if shown["type"] == "button":
        titles = [button["reply"]["title"] for button in shown["action"]["buttons"]]
        assert len(titles) <= 3
        assert all(length(title) <= 20 for title in titles)
        return
    assert 0 < length(shown["action"]["button"]) <= 20
    (section,) = shown["action"]["sections"]
    assert len(section["rows"]) <= 10
    assert len({row["id"] for row in section["rows"]}) == len(section["rows"])
    assert all(length(row["title"]) <= 24 and length(row.get("description", "")) <= 72 for row in section["rows"])
