"""The codes of a pool: taken in from a file, then given one by one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock, company_clock
from accounts.plaintext import clean
from accounts.secrets import fingerprints
from followups.models import CodePool, PoolCode

LONGEST, MOST_ROWS, BATCH = 64, 100_000, 1_000
# What may stand between the code and other columns, which are passed over.
COLUMNS = re.compile(r"[;,\t]")
# What the column of codes is called in the first row, if it is named there.
HEADINGS = frozenset({"code", "codes", "voucher", "coupon", "код", "коди", "коды", "kodas", "kodai"})


class NoCodeLeft(Exception):
    """The pool is used up, has expired or is switched off."""


@dataclass(frozen=True)
class TakenIn:
    """What became of a file: so many codes are new; rows, by their number, that were there before or are no codes.

    `bad` says what is wrong with each row; no code stands in it.
    """

    taken: int = 0
    repeated: Sequence[int] = ()
    bad: Mapping[int, str] = field(default_factory=dict)


@transaction.atomic
def take_in(pool: CodePool, text: str) -> TakenIn:
    """Put the codes of a text into a pool, one a row, and say what became of each row; bad rows stop no others.

    The first column of a CSV is the code. The same text again adds nothing. Raises ValueError beyond MOST_ROWS rows.
    """
    lines = text.splitlines()
    if len(lines) > MOST_ROWS:
        raise ValueError(_("Send at most %(most)d rows at once.") % {"most": MOST_ROWS})
    CodePool.objects.select_for_update().get(pk=pool.pk)
    bad: dict[int, str] = {}
    repeated: list[int] = []
    rows: dict[str, int] = {}
    for number, code in _cells(lines):
        if fault := _fault(code):
            bad[number] = fault
        elif code in rows:
            repeated.append(number)
        else:
            rows[code] = number
    taken = 0
    for part in _parts(list(rows)):
        known = _known(part)
        new = [code for code in part if code not in known]
        repeated += [rows[code] for code in known]
        taken += _add(pool, new)
    return TakenIn(taken, sorted(repeated), bad)


@transaction.atomic
def claim(pool: CodePool) -> PoolCode:
    """Take the next code of a pool for good, passing over those that others are taking now. Raises NoCodeLeft.

    It is taken when the caller's transaction commits, together with the record of what it was given for.
    """
    now = clock.now()
    is_giving = CodePool.objects.giving(company_clock.today(now)).filter(pk=pool.pk).exists()
    free = PoolCode.objects.filter(pool=pool, given_at__isnull=True).order_by("pk")
    code = free.select_for_update(skip_locked=True).first() if is_giving else None
    if code is None:
        raise NoCodeLeft(pool.pk)
    code.given_at = now
    code.save(update_fields=["given_at"])
    return code


def _cells(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the number and the first column of each row that is not empty, without a heading."""
    for number, line in enumerate(lines, start=1):
        cell = COLUMNS.split(line, maxsplit=1)[0].strip().strip('"').strip()
        is_heading = number == 1 and cell.lstrip("\ufeff").casefold() in HEADINGS
        if line.strip() and not is_heading:
            yield number, cell.lstrip("\ufeff")


def _fault(code: str) -> str:
    """Return what is wrong with a code, "" when nothing is."""
    if not code:
        return _("no code in the first column")
    if len(code) > LONGEST:
        return _("longer than %(most)d characters") % {"most": LONGEST}
    if clean(code) != code or len(code.split()) != 1:
        return _("white space or characters that cannot be seen inside")
    return ""


def _parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    return (codes[start : start + BATCH] for start in range(0, len(codes), BATCH))


def _known(codes: Sequence[str]) -> set[str]:
    """Return which of these codes are in a pool already, under whichever key they were sealed."""
    prints = {each: code for code in codes for each in fingerprints(code)}
    found = PoolCode.objects.filter(fingerprint__in=list(prints)).values_list("fingerprint", flat=True)
    return {prints[bytes(each)] for each in found}


def _add(pool: CodePool, codes: Sequence[str]) -> int:
    """Add codes and return how many; what another upload adds at this moment is passed over."""
    before = pool.codes.count()
    now = clock.now()
    PoolCode.objects.bulk_create((PoolCode.of_text(pool, code, at=now) for code in codes), ignore_conflicts=True)
    return pool.codes.count() - before
