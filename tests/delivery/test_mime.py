"""What a skeleton fills in is what `email` builds, and what `email` reads is what was meant."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.media.email import mime
from delivery.media.email.skeletons import TOKEN, Skeleton, as_html, mark

REAL = "0123456789_-0123456789abcABCDEFG"
NAMES = [
    "",
    "Ona",
    "Ona Petraitė",
    "Petraitė, Ona",
    'Ona "Onutė" Petraitė',
    "O'Neill (Sales) <boss>",
    "Олександра Нечуй-Левицька-Коваленко",
    "Сергей",
    "=?utf-8?q?sneaky?=",
    "Ž" * 100,
    "long " * 39,
    "a\\b",
    "Ann\r\nBcc: victim@shop.example",
    "👩‍💻 Zoë",
]
TEXTS = ["", "plain", "<b>&\"'</b>", "=20 = and ė", ".", "x" * 200, "два\n\nабзаца", "trailing \t", "ąčęėįšųūž " * 30]


def headers(to, subject):
    return {
        "To": to,
        "Subject": subject,
        "Message-ID": "<invite-1-1@plumb.example>",
        "From": mime.address("Ąžuolas & Co", "surveys@plumb.example"),
        "List-Unsubscribe": f"<https://a-rather-long-host-name.plumb.example/some/prefix/u/{TOKEN}/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def both_ways(language, name, text, base="https://nps.example.org"):
    """Return the bytes that a skeleton makes and those that `email` makes of the same letter."""
    plain = f"{mark('greeting')}\n\n{base}/s/{TOKEN}/\n{mark('greeting')} ė {TOKEN} tail\n\nend\n"
    html = f"<p>\n{mark('greeting')}\n</p>\n" + "\n".join(
        f'{"x" * width}<a href="{base}/s/{TOKEN}/?score={width}">ė</a>' for width in range(0, 80, 3)
    )
    whole = headers(mark("to"), mark("subject"))
    to, subject = mime.address(name, "ona@shop.example"), mime.one_line(text)
    values = {"to": to, "subject": subject, "greeting": text}
    skeleton = Skeleton(headers=whole, text=plain, html=html, language=language)
    filled = {key: value.replace(TOKEN, REAL) for key, value in headers(to, subject).items()}
    built = mime.build(
        headers=filled,
        text=plain.replace(mark("greeting"), text).replace(TOKEN, REAL),
        html=html.replace(mark("greeting"), as_html(text)).replace(TOKEN, REAL),
        language=language,
    )
    return skeleton.fill(values, token=REAL), built


@pytest.mark.parametrize("language", ["en", "lt", "uk", "ru"])
@pytest.mark.parametrize("name", NAMES)
def test_a_filled_skeleton_is_byte_for_byte_what_email_builds(language, name):
    for text in TEXTS:
        filled, built = both_ways(language, name, text)

        assert filled == built


@settings(max_examples=150, deadline=None)
@given(
    name=st.text(max_size=120),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    base=st.from_regex(r"https://[a-z]{1,60}\.example", fullmatch=True),
    language=st.sampled_from(["en", "uk"]),
)
def test_any_text_gives_the_same_bytes_in_short_ascii_lines(name, text, base, language):
    filled, built = both_ways(language, name, text, base)

    assert filled == built
    assert filled.isascii()
    assert max(map(len, filled.split(b"\r\n"))) <= 998
    assert b"\n" not in filled.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", NAMES)
def test_what_email_reads_is_what_was_meant(name):
    filled, _built = both_ways("lt", name, "Ačiū, Ona!")

    message = message_from_bytes(filled, policy=policy.default)

    # The newer parser of `email` puts spaces between the words of a long name, against RFC 2047, 6.2.
    written = message_from_bytes(filled, policy=policy.compat32)["To"]
    assert mime.read_address(written) == mime.address(name, "ona@shop.example")
    assert message["To"].addresses[0].display_name.replace(" ", "") == mime.one_line(name).replace(" ", "")
    assert [each.addr_spec for each in message["To"].addresses] == ["ona@shop.example"]
    assert message["Subject"] == "Ačiū, Ona!"
    assert message["From"].addresses[0].display_name == "Ąžuolas & Co"
    assert message["Bcc"] is None
    assert message["List-Unsubscribe"] == f"<https://a-rather-long-host-name.plumb.example/some/prefix/u/{REAL}/>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.get_body(("plain",)).get_content().startswith("Ačiū, Ona!")


@pytest.mark.parametrize(("language", "encoding"), [("lt", "quoted-printable"), ("uk", "base64")])
def test_plain_text_is_encoded_as_its_script_asks(language, encoding):
    filled, _built = both_ways(language, "Ona", "text")

    plain, html = message_from_bytes(filled, policy=policy.default).iter_parts()

    assert (plain["Content-Transfer-Encoding"], html["Content-Transfer-Encoding"]) == (encoding, "quoted-printable")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_subject_is_read_back_and_never_ends_its_header(subject):
    subject = mime.one_line(subject)

    message = message_from_bytes(mime.header("Subject", subject) + b"X: y\r\n\r\n", policy=policy.default)

    assert message["X"] == "y"
    assert str(message["Subject"]) == subject


def test_a_letter_carries_the_pictures_that_it_shows():
    picture = mime.InlineImage("trend", bytes(range(256)) * 3)
    letter = {
        "headers": headers("ona@shop.example", "ė"),
        "text": "ė",
        "html": '<img src="cid:trend">',
        "language": "lt",
    }

    raw = mime.build(**letter, images=[picture])

    assert mime.build(**letter, images=[picture]) == raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 200
    whole = message_from_bytes(raw, policy=policy.default)
    assert [part.get_content_type() for part in whole.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
    ]  # fmt: skip
    *_others, image = whole.walk()
    assert (image["Content-ID"], image.get_content_disposition()) == ("<trend>", "inline")
    assert image.get_content() == picture.png
    assert whole.get_body(("html",)).get_content().strip() == '<img src="cid:trend">'
