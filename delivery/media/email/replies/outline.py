"""A large mail made small: of what is attached in base64 the beginning is left, with how much more there was.

Pure. Time grows with the length of the mail, whatever it holds.
"""

import re
from collections.abc import Iterator
from itertools import groupby

LINE = re.compile(rb"[A-Za-z0-9+/]{40,998}\r?\n")
# So many lines are enough to see what a file begins with; fewer may be anything.
KEPT = 40
LEFT_OUT = re.compile(r"^#(\d{1,9})#\r?\n", re.MULTILINE)


def of(raw: bytes) -> bytes:
    """Return a mail without the middle of what is attached; `parted` reads what stands there instead."""
    lines = groupby(raw.splitlines(keepends=True), key=lambda line: LINE.fullmatch(line) is not None)
    return b"".join(piece for is_content, run in lines for piece in (_shortened(run) if is_content else run))


def parted(payload: str) -> tuple[str, int]:
    """Return the content that is left of a file, still encoded, and how many bytes were left out."""
    return LEFT_OUT.sub("", payload), sum(map(int, LEFT_OUT.findall(payload)))


def _shortened(run: Iterator[bytes]) -> Iterator[bytes]:
    letters = 0
    for number, line in enumerate(run):
        if number < KEPT:
            yield line
        else:
            letters += len(line.rstrip())
    if letters:
        yield b"#%d#\n" % (letters * 3 // 4)
