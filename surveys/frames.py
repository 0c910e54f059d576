"""The frame of a letter: everything in it that is the same for many recipients, built once."""

from dataclasses import dataclass
from functools import lru_cache

import css_inline
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from delivery.skeletons import TOKEN, Skeleton, mark
from surveys.colours import ink_on

HEADERS = {"To": "to", "Subject": "subject", "Message-ID": "message_id", "Date": "date"}
MARKS = ("subject", "preheader", "greeting", "body", "question", "low", "high", "button", "signature")
# Six and five: one row where there is room, two rows on a phone.
HALVES = (range(6), range(6, 11))
# Keep a mail client from showing the letter itself after the preheader.
GAPS = range(24)

Reviews = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Look:
    """Everything beside the words that makes one frame differ from another."""

    template: str
    language: str
    brand: str
    colour: str
    from_: str
    reply_to: str
    base_url: str
    reviews: Reviews = ()


@lru_cache(maxsize=128)
def frame(look: Look) -> Skeleton:
    """Return both parts of a letter rendered with marks, CSS inlined, headers folded."""
    context = {
        "language": look.language,
        "brand": look.brand,
        "colour": look.colour,
        "ink": ink_on(look.colour),
        "marks": {name: mark(name) for name in MARKS},
        "link": look.base_url + reverse("survey", args=[TOKEN]),
        "unsubscribe": look.base_url + reverse("unsubscribe", args=[TOKEN]),
        "reviews": look.reviews,
        "halves": HALVES,
        "gaps": GAPS,
    }
    with translation.override(look.language):
        text = render_to_string(f"emails/{look.template}.txt", context)
        html = render_to_string(f"emails/{look.template}.html", context)
    headers = {name: mark(value) for name, value in HEADERS.items()}
    headers |= {"From": look.from_} | ({"Reply-To": look.reply_to} if look.reply_to else {})
    headers |= unsubscribing(look.base_url, TOKEN)
    return Skeleton(headers=headers, text=text.strip() + "\n", html=inlined(html), language=look.language)


def inlined(html: str) -> str:
    """Return the HTML with its CSS in the tags; each address begins a line, which keeps the encoded lines alike."""
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(html).replace(' href="', '\nhref="')


def unsubscribing(base_url: str, token: str) -> dict[str, str]:
    """Return the headers of RFC 8058: mail providers show them as a button that posts without cookies."""
    return {
        "List-Unsubscribe": f"<{base_url}{reverse('unsubscribe', args=[token])}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
