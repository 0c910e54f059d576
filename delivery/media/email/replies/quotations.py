"""What somebody wrote, parted from what their mail program put below or around it: our letter quoted, a signature.

Pure. Nothing is lost: what is not shown at once is folded. Lines that begin with “>” are quoted, with the line that
announces them; after a separator, a block of headers or an announcement without such lines everything is. Programs
write these in their own languages: here English, Ukrainian, Russian, Lithuanian, German, Polish and French.
"""

import re
from typing import NamedTuple

# Put where HTML says that a quotation begins.
CUT = "\ue000"
# An announcement may be broken into so many lines, and is no longer than so many characters.
MOST_LINES, LONGEST = 3, 300

SAYS = r"(?:wrote|schrieb|пише|пишет|писав|писала|написа[влоа]+(?:\([аa]\))?|rašė|parašė|pisze|napisał\S*|a écrit)"
# “On Mon, 23 Nov 2026 at 10:00, Plumb <…> wrote:”, or without the verb: “… от Plumb <…>:”
ANNOUNCES = re.compile(rf"(?=.*\d)\W?\w.*(?:\b{SAYS}\b[^:]{{0,80}}|<[^<>\s]+@[^<>\s]+>\s?):\s*", re.IGNORECASE)
SEPARATES = re.compile(r"\s*(?:-{3,}\s?\w[^-\n]{3,60}\w\s?-{3,}|_{20,})\s*")
FROM = re.compile(r"\W{0,3}(?:from|von|від|от|nuo|od|de)\W{0,3}:\W{0,3}\s?\S.*", re.IGNORECASE)
OTHERS = re.compile(
    r"\W{0,3}(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|надіслано|дата|кому|копія|тема|отправлено|копия"
    r"|išsiųsta|data|kam|kopija|tema|wysłano|do|temat|envoyé|à|objet)\W{0,3}:.*",
    re.IGNORECASE,
)
SIGNS = re.compile(
    r"--\s?|(?:sent (?:from|with) |get outlook for |von meinem .* gesendet|надіслано (?:з|із|за допомогою) "
    r"|отправлено (?:из|с|со) |išsiųsta iš |siųsta iš |wysłane z |envoyé (?:de|depuis) ).{0,80}",
    re.IGNORECASE,
)


class PartedWords(NamedTuple):
    """`text`: what the person wrote; `folded`: the quotations and the signature, in their order."""

    text: str
    folded: str


def parted(text: str) -> PartedWords:
    """Part a mail's text; each line goes to one of the two. Time grows with the lines."""
    lines = text.replace(CUT, f"\n{CUT}\n").split("\n")
    end = _end(lines)
    written: list[str] = []
    folded: list[str] = []
    is_signature = False
    number = 0
    while number < end:
        announced = _announcement(lines, number, end)
        if announced or lines[number].startswith(">"):
            is_signature = False
            folded += lines[number : number + max(announced, 1)]
            number += max(announced, 1)
            continue
        is_signature |= SIGNS.fullmatch(lines[number].strip()) is not None
        (folded if is_signature else written).append(lines[number])
        number += 1
    return PartedWords(_joined(written), _joined([*folded, *lines[end:]]))


def _end(lines: list[str]) -> int:
    """Return the number of the line from which on all is somebody else's."""
    for number, line in enumerate(lines):
        if line == CUT or SEPARATES.fullmatch(line[:LONGEST]) or _is_header_block(lines, number):
            return number
        length = _announces(lines, number)
        if length and not _is_quoted_after(lines, number + length):
            return number
    return len(lines)


def _announcement(lines: list[str], number: int, end: int) -> int:
    """Return how many lines before `end` announce a quotation there; 0 when these do not."""
    length = _announces(lines, number)
    return length if number + length <= end else 0


def _announces(lines: list[str], number: int) -> int:
    """Return over how many lines an announcement goes that begins here, 0 for none."""
    first = lines[number]
    if not first.strip() or first.startswith(">"):
        return 0
    for length in range(1, MOST_LINES + 1):
        said = lines[number : number + length]
        whole = " ".join(line.strip() for line in said)
        if len(said) < length or len(whole) > LONGEST or not said[-1].strip() or said[-1].startswith(">"):
            return 0
        if whole.endswith(":") and ANNOUNCES.fullmatch(whole):
            return length
    return 0


def _is_quoted_after(lines: list[str], number: int) -> bool:
    after = next((line for line in lines[number : number + MOST_LINES] if line.strip()), "")
    return after.startswith(">")


def _is_header_block(lines: list[str], number: int) -> bool:
    """Say whether Outlook's copy of the headers begins here: who wrote, and at least two of the others."""
    if not FROM.fullmatch(lines[number][:LONGEST]):
        return False
    return sum(OTHERS.fullmatch(line[:LONGEST]) is not None for line in lines[number + 1 : number + 6]) >= 2


def _joined(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines if line != CUT)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
