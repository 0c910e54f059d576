"""The files of a draft as its pages read them: the beginning of each, and the whole only when that is asked for."""

import io
from collections.abc import Callable
from functools import cache, partial
from typing import BinaryIO

from django.db.models import BinaryField, Expression, F
from django.db.models.functions import Substr

from crm.imports.csv_rows import MOST_CHARACTERS
from crm.imports.files import Files
from crm.models import ImportFile, ImportRun

# More than the longest row has in any encoding.
BEGINNING = 4 * MOST_CHARACTERS


def beginnings(run: ImportRun) -> Files:
    """Return the files as far as the first rows are found in them: no more than that is fetched of each."""
    return _opened(run, Substr("content", 1, BEGINNING, output_field=BinaryField()))


def wholes(run: ImportRun) -> Files:
    """Return the files, each of which is fetched when it is opened first."""
    return _opened(run, F("content"))


def _opened(run: ImportRun, part: Expression | F) -> Files:
    @cache
    def content(pk: int) -> bytes:
        return bytes(ImportFile.objects.annotate(part=part).values_list("part", flat=True).get(pk=pk))

    return {name: partial(_open, content, pk) for pk, name in run.files.values_list("pk", "name")}


def _open(content: Callable[[int], bytes], pk: int) -> BinaryIO:
    return io.BytesIO(content(pk))
