"""Colleagues who are mentioned in a note: @ and a name, as one writes it by hand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from followups.models import Followup

# An @ within a word is of an e-mail address; one before anything but a letter mentions nobody.
MARK = re.compile(r"(?<![\w@])@(?=[^\W\d_])")
WORD = re.compile(r"[\w.’'-]*\w")


@dataclass(frozen=True)
class Mentioned:
    """Whom a note mentions, each once, and the words after an @ that are nobody's name, or several people's."""

    people: tuple[User, ...] = ()
    unknown: tuple[str, ...] = ()


def in_note(text: str, *, also: Iterable[User] = ()) -> Mentioned:
    """Return whom a note mentions among all colleagues who may log in, and `also` them."""
    read = found(text, colleagues()) if MARK.search(text) else Mentioned()
    return Mentioned(tuple({person.pk: person for person in (*read.people, *also)}.values()), read.unknown)


def missed(named: Mentioned, followup: Followup) -> list[str]:
    """Say who of those named was not told of a follow-up, and why."""
    unseeing = [str(person) for person in named.people if not followup.is_visible_to(person)]
    said = []
    if unseeing:
        said.append(_("Not told, for they may not see this follow-up: %(names)s.") % {"names": ", ".join(unseeing)})
    return said + not_understood(named)


def not_understood(named: Mentioned) -> list[str]:
    """Say which words after an @ are nobody's name."""
    if not named.unknown:
        return []
    unknown = ", ".join(f"@{word}" for word in named.unknown)
    return [_("Nobody was told for %(words)s: write the whole name or the address.") % {"words": unknown}]


def colleagues() -> list[User]:
    """Return everybody who may log in, by name."""
    everybody = User.objects.filter(is_active=True).prefetch_related("groups").order_by("name", "pk")
    return [person for person in everybody if person.may_log_in]


def found(text: str, colleagues: Iterable[User]) -> Mentioned:
    """Return whom of `colleagues` a text mentions: by whole name, by address, or by a first name that only one has."""
    known = list(colleagues)
    people: dict[int, User] = {}
    unknown: dict[str, None] = {}
    for mark in MARK.finditer(text):
        rest = text[mark.end() :]
        meant = meant_by(rest, known)
        if len(meant) == 1:
            people[meant[0].pk] = meant[0]
        else:
            unknown[WORD.match(rest).group()] = None  # type: ignore[union-attr] # a letter is there
    return Mentioned(tuple(people.values()), tuple(unknown))


def meant_by(said: str, known: Sequence[User]) -> list[User]:
    """Return those whose name, address or first name `said` begins with: one, none, or several of the same name."""
    return _by_whole_name(said, known) or _by_first_name(said, known)


def _by_whole_name(rest: str, known: Sequence[User]) -> list[User]:
    """Return who has the longest name, or address, with which `rest` begins."""
    said = rest.casefold()
    begun = [
        (len(name), person)
        for person in known
        for name in (person.name.casefold(), (person.email or "").casefold())
        if name and said.startswith(name) and not said[len(name) : len(name) + 1].isalnum()
    ]
    longest = max((length for length, _person in begun), default=0)
    return [person for length, person in begun if length == longest]


def _by_first_name(rest: str, known: Sequence[User]) -> list[User]:
    word = WORD.match(rest)
    said = word.group().casefold() if word else ""
    return [person for person in known if said and person.name.casefold().split()[:1] == [said]]
