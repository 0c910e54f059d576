"""The frame of a letter: everything in it that is the same for many recipients, built once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import css_inline
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts import colours
from accounts.customerlanguages import spoken
from delivery.media.email import mime
from delivery.media.email.skeletons import TOKEN, Skeleton, as_html, mark
from surveys.letters import letter_logos
from surveys.metrics import SCALES, Metric, Presentation, Scale
from surveys.wording import points, texts

HEADERS = {"To": "to", "Subject": "subject", "Message-ID": "message_id", "Date": "date"}
# What differs from recipient to recipient.
PERSONAL = ("{name}", "{product}", "{manager}")
# So many buttons fit one row on a phone; more become two rows there.
PHONE_ROW = 5
# Keep a mail client from showing the letter itself after the preheader.
GAPS = range(24)

Reviews = tuple[tuple[str, str], ...]
# The texts of a letter by name (subject, greeting, body…), in a form that can be a key.
Words = tuple[tuple[str, str], ...]


class Legal(NamedTuple):
    """What the law requires below a letter; fields the brand has not filled in are empty."""

    postal_address: str = ""
    imprint: str = ""
    privacy: str = ""


NO_LEGAL_LINES = Legal()


class LetterButton(NamedTuple):
    """A score in a letter; `sign`: what stands above its number, `name`: what a screen reader says."""

    score: int
    sign: str
    name: str


class LetterPages(NamedTuple):
    """The names of the pages to which the links of a letter lead, each by its token."""

    answer: str = "survey"
    decoy: str = "survey-decoy"
    unsubscribe: str = "unsubscribe"


# The sheets of templates/emails/letter.html that words and buttons stand on.
SHEET, DARK_SHEET = "#ffffff", "#1a2128"
OF_CUSTOMERS = LetterPages()


@dataclass(frozen=True)
class Look:
    """Everything besides the words that makes one frame differ from another."""

    template: str
    language: str
    brand: str
    colour: str
    sender: str
    sender_address: str
    reply_to: str
    base_url: str
    reviews: Reviews = ()
    legal: Legal = NO_LEGAL_LINES
    metric: str = Metric.NPS.value
    presentation: str = Presentation.NUMBERS.value
    pages: LetterPages = OF_CUSTOMERS
    logo: str = ""


@dataclass(frozen=True)
class LetterFrame:
    """A letter with marks where recipients differ. `personal` are the texts that have to be filled in for each."""

    skeleton: Skeleton
    personal: Words


@lru_cache(maxsize=128)
def frame(look: Look, words: Words) -> LetterFrame:
    """Return both parts of a letter rendered, CSS inlined, headers folded."""
    personal = tuple(
        (name, text) for name, text in words if name == "subject" or any(mark in text for mark in PERSONAL)
    )
    shown = {name: texts.fill(text, {"brand": look.brand}) for name, text in words}
    shown |= {name: mark(name) for name in (*dict(personal), "signature")}
    # A button is named the same for everybody.
    ends = {end: "" if end in dict(personal) else shown.get(end, "") for end in ("low", "high")}
    with spoken.speaking(look.language):
        text = render_to_string(f"emails/{look.template}.txt", _context(look, shown, ends))
        html = render_to_string(f"emails/{look.template}.html", _context(look, _rich(shown), ends))
    headers = {name: mark(value) for name, value in HEADERS.items()}
    headers |= {"From": mime.address(look.sender, look.sender_address)} | (
        {"Reply-To": look.reply_to} if look.reply_to else {}
    )
    headers |= one_click(look.base_url + reverse(look.pages.unsubscribe, args=[TOKEN]))
    skeleton = Skeleton(
        headers=headers,
        text=text.strip() + "\n",
        html=inlined(html),
        language=look.language,
        images=letter_logos.images(look.logo),
    )
    return LetterFrame(skeleton, personal)


spoken.changed.connect(lambda **_signal: frame.cache_clear(), weak=False, dispatch_uid="surveys.letters.frames")


def _is_personal(text: str) -> bool:
    return any(placeholder in text for placeholder in PERSONAL)


def _rich(shown: Mapping[str, str]) -> dict[str, str]:
    return {name: mark_safe(as_html(text)) for name, text in shown.items()}  # noqa: S308 as_html() has escaped it


def dressed_in(colour: str) -> dict[str, str]:
    """Return what the frame of a letter reads about the brand's colour: text on it, and its buttons' edges."""
    return {
        "colour": colour,
        "ink": colours.text_on(colour),
        "edge": colours.edge(colour, SHEET),
        "edge_in_dark": colours.edge(colour, DARK_SHEET),
    }


def _context(look: Look, words: Mapping[str, str], ends: Mapping[str, str]) -> dict[str, object]:
    scale = SCALES[look.metric]
    return {
        "words": words,
        "language": look.language,
        "brand": look.brand,
        "logo": letter_logos.shown(look.logo),
        **dressed_in(look.colour),
        "link": look.base_url + reverse(look.pages.answer, args=[TOKEN]),
        "decoy": look.base_url + reverse(look.pages.decoy, args=[TOKEN]),
        "unsubscribe": look.base_url + reverse(look.pages.unsubscribe, args=[TOKEN]),
        "reviews": look.reviews,
        "legal": look.legal,
        "halves": _halves(_buttons(look, scale, ends)),
        "lowest": scale.lowest,
        "highest": scale.highest,
        "gaps": GAPS,
    }


def _buttons(look: Look, scale: Scale, ends: Mapping[str, str]) -> list[LetterButton]:
    """Return a button for each score, in the active language; numbers alone are named by their place."""
    if look.presentation == Presentation.NUMBERS:
        return [LetterButton(score, "", points.place(scale, score)) for score in scale.scores]
    return [
        LetterButton(score, points.sign(scale, score, look.presentation), points.name(scale, score, **ends))
        for score in scale.scores
    ]


def _halves(buttons: Sequence[LetterButton]) -> tuple[Sequence[LetterButton], ...]:
    """Return the buttons in halves: one row where there is room, two on a phone."""
    if len(buttons) <= PHONE_ROW:
        return (buttons,)
    middle = (len(buttons) + 1) // 2
    return (buttons[:middle], buttons[middle:])


def inlined(html: str) -> str:
    """Return the HTML with its CSS in the tags; each address begins a line, which keeps the encoded lines alike."""
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(html).replace(' href="', '\nhref="')


def one_click(link: str) -> dict[str, str]:
    """Return the headers by which a letter ends all letters to its mailbox (RFC 8058).

    Mail providers show them as a button that posts without cookies.
    """
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
