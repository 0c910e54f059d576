"""Whose words may go into a report: it is printed, sent and passed on, so nobody must be known by them.

What customers wrote stands in a report without a name, and only where

* at least five customers wrote of the topic as this tier did, within what the reader sees: a filter that leaves two
  people would tell who said it (k-anonymity, Sweeney 2002, with k = 5, the least of which numbers are shown);
* the company does not hide it from the reader (responses/word_access.py);
* the customer has not asked to be left alone;
* the text names neither its writer nor their company, and holds no address, link or number by which they are reached;
* a complaint does not name the employee who served the customer either: what to do about it is between few people.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from accounts.folded import fold
from analytics.counts import FEW
from analytics.rollups.cells import Selection
from analytics.topics import quotes
from responses.models import Response
from responses.word_access import WordAccess
from surveys.metrics import Tier

SHOWN = 2
LONGEST = 240
# So many of the newest comments are looked at.
READ = 60
READ_FIELDS = (
    "metric", "score", "counted_score", "comment", "language", "answered_at", "contact__first_name",
    "contact__last_name", "contact__do_not_contact_at", "company__name", "manager__name",
)  # fmt: skip
# An address, a link, a handle, or as many digits as a telephone, a customer or an order has.
REACHES_SOMEBODY = re.compile(r"\S@\S|://|\bwww\.|(?<!\w)@\w{3,}|(?:\d[\s().+/-]*){6,}", re.IGNORECASE)
WORD = re.compile(r"\w+")
# Of names so long the beginning is looked for, of shorter ones the whole word.
SHORTEST_NAME = 3
# What other endings take the place of: Petras, Petro; Павел, Павла; Кравець, Кравця. Elsewhere that is one letter.
ENDING = re.compile(r"(?:ius|[aiyu]s|[еоє][лкнрц]ь?)$")


def of_topic(
    selection: Selection, topic: int, tier: Tier, access: WordAccess, besides: Collection[str] = frozenset()
) -> Sequence[Response]:
    """Return the newest comments of a tier about a topic that may be quoted, two at most; one statement.

    Nobody is quoted twice with the same words: those of `besides` were quoted already.
    """
    found = quotes.comments(selection, topic, tier, access).select_related("contact", "company", "manager")
    read = list(found.only(*READ_FIELDS)[:READ])
    if len({response.contact_id for response in read if response.contact_id}) < FEW:
        return []
    said = {response.comment: response for response in reversed(read) if may_be_quoted(response)}
    newest = sorted(said.values(), key=read.index)
    return [response for response in newest if response.comment not in besides][:SHOWN]


def may_be_quoted(response: Response) -> bool:
    """Say whether a comment may be quoted without telling who wrote it; its contact, company and manager are read."""
    contact = response.contact
    if contact is not None and contact.do_not_contact_at is not None:
        return False
    said = fold(response.comment)
    return not REACHES_SOMEBODY.search(response.comment) and not any(_is_named(name, said) for name in _names(response))


def shortened(comment: str) -> str:
    """Return a comment on one line, of 240 characters at most."""
    line = " ".join(comment.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _names(response: Response) -> Iterator[str]:
    """Yield the words by which somebody would be known, folded; of a company the longest: seldom its legal form."""
    if response.contact:
        yield from _words(response.contact.first_name)
        yield from _words(response.contact.last_name)
    if response.company:
        yield max(_words(response.company.name), key=len, default="")
    if response.manager and response.tier is Tier.BAD:
        yield from _words(response.manager.name)


def _words(name: str) -> list[str]:
    words: list[str] = WORD.findall(fold(name))
    return words


def _is_named(name: str, said: str) -> bool:
    """Say whether a folded text names somebody; an inflected name begins like the name itself."""
    if len(name) < SHORTEST_NAME:
        return len(name) > 1 and name in WORD.findall(said)
    return bool(re.search(rf"(?<!\w){re.escape(_stem(name))}", said))


def _stem(name: str) -> str:
    without = ENDING.sub("", name) if ENDING.search(name) else name[:-1]
    return without if len(without) >= SHORTEST_NAME else name[: max(SHORTEST_NAME, len(name) - 1)]
