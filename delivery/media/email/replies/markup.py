"""HTML mail as plain text: never shown as HTML, whatever it holds."""

import re
from collections.abc import Iterator
from html import unescape

from delivery.media.email.replies.quotations import CUT

# What is read of it at most, in characters.
LONGEST = 131_072
UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe"})
BLOCKS = frozenset(
    {"address", "article", "blockquote", "div", "dl", "dt", "dd", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)  # fmt: skip
# Around what mail programs quote, by class or id.
QUOTES = re.compile(
    r"\b(?:gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|divRplyFwdMsg|appendonsend"
    r"|OLK_SRC_BODY_SECTION|mailru-blockquote)\b"
)


TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b([^<>]{0,4000})>|<!--|<[!?][^<>]{0,4000}>")
# Their content is skipped up to their end.
RAW = frozenset({"script", "style", "title"})


def text_of(html: str) -> str:
    """Return what a reader sees of `html`, in lines; a quotation begins with quotations.CUT.

    Time grows with its length, whatever it holds; for some mails the standard library's parser needs its square.
    """
    text = "".join(_pieces(html[:LONGEST].replace(CUT, "")))
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(html: str) -> Iterator[str]:
    """Give the text between the tags, and the line ends that these stand for."""
    place, unseen = 0, Unseen()
    while place < len(html):
        tag = TAG.search(html, place)
        if not unseen:
            yield unescape(html[place : tag.start() if tag else len(html)].replace("\r", "").replace("\n", " "))
        if tag is None:
            return
        place = _after(html, tag)
        name = (tag[2] or "").lower()
        unseen.meet(name, is_end=bool(tag[1]))
        if not unseen:
            yield _stands_for(name, tag[3] or "", is_end=bool(tag[1]))


def _after(html: str, tag: re.Match[str]) -> int:
    """Return where to go on after a tag: after all of a comment, or at the end of a script."""
    name = (tag[2] or "").lower()
    if tag[0] == "<!--":
        end = html.find("-->", tag.end())
        return end + 3 if end >= 0 else len(html)
    if name in RAW and not tag[1]:
        closing = re.compile(f"</{name}", re.IGNORECASE).search(html, tag.end())
        return closing.start() if closing else len(html)
    return tag.end()


class Unseen:
    """Whether what stands at some place of HTML is seen by nobody; true inside such a tag."""

    def __init__(self) -> None:
        self._name, self._depth = "", 0

    def __bool__(self) -> bool:
        return self._depth > 0

    def meet(self, name: str, *, is_end: bool) -> None:
        if self._depth == 0:
            if name in UNSEEN and not is_end:
                self._name, self._depth = name, 1
        elif name == self._name:
            self._depth += -1 if is_end else 1
        elif name == "body" and self._name == "head":
            # A head that is never closed hides no body.
            self._depth = 0


def _stands_for(name: str, attributes: str, *, is_end: bool) -> str:
    if is_end:
        return "\n" if name in BLOCKS else " " if name in ("td", "th") else ""
    line_end = "\n" if name in BLOCKS or name == "br" else ""
    return f"{line_end}\n{CUT}\n" if _quotes(name, attributes) else line_end


def _quotes(name: str, attributes: str) -> bool:
    is_citation = name == "blockquote" and re.search(r"""type=["']?cite""", attributes) is not None
    return is_citation or QUOTES.search(attributes) is not None
