"""The files of a draft as its pages read them: the beginning of each, and the whole only when that is asked for."""

import io
import json
from collections.abc import Callable
from functools import cache, partial
from hashlib import blake2b
from typing import BinaryIO, NamedTuple

from django.db import transaction
from django.db.models import BinaryField, Expression, F
from django.db.models.functions import Substr

from crm.imports.csv_rows import MOST_CHARACTERS
from crm.imports.files import Files
from crm.models import ImportFile, ImportRun

# More than the longest row has in any encoding.
BEGINNING = 4 * MOST_CHARACTERS


def mark_of(run: ImportRun) -> str:
    """Return what tells a draft, as a page shows it, from the same one after somebody has changed it."""
    return blake2b(f"{_chosen(run)}{run.mapping}".encode(), digest_size=8).hexdigest()


@transaction.atomic
def drop(run: ImportRun) -> bool:
    """Delete a draft with its files; return False, deleting nothing, for what a worker has begun."""
    draft = ImportRun.objects.select_for_update().filter(pk=run.pk, status=ImportRun.Status.DRAFT).first()
    if draft is not None:
        draft.delete()
    return draft is not None


class KeptDraft(NamedTuple):
    """Whether what was chosen is saved, and the mark of the draft as it stands now."""

    is_kept: bool
    mark: str


@transaction.atomic
def keep(run: ImportRun, *, seen: str) -> KeptDraft:
    """Save what was chosen for a draft, unless it is not what was `seen` any more, or no draft.

    What was found of other choices by looking at all rows is forgotten, so that nothing but what was looked at starts.
    """
    drafts = ImportRun.objects.filter(pk=run.pk, status=ImportRun.Status.DRAFT)
    kept = drafts.select_for_update(no_key=True).first()
    if kept is None:
        return KeptDraft(is_kept=False, mark="")
    if _chosen(kept) == _chosen(run):
        return KeptDraft(is_kept=True, mark=mark_of(kept))
    if mark_of(kept) != seen:
        return KeptDraft(is_kept=False, mark=mark_of(kept))
    run.mapping, run.task = "", ImportRun.Task.TAKE
    run.save(update_fields=["plan", "source", "mapping", "task"])
    return KeptDraft(is_kept=True, mark=mark_of(run))


def _chosen(run: ImportRun) -> str:
    return json.dumps([run.plan, run.source], sort_keys=True)


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
