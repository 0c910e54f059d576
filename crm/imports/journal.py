"""What an import changed, written in the transaction that changes it, so that it can be undone."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from crm.models import Contact, ImportChange, ImportRun
from crm.records.kinds import RECORDS
from crm.upsert import RowOutcome, RowResult

# An import of more changes cannot be undone; it says so.
MOST_CHANGES = 500_000
# What is worked out from the rest, or never put back: a no of a person stays a no.
NOT_PUT_BACK = (
    "id", "source", "external_id", "created_at", "updated_at", "profile_id", "folded", "amount_base", "merged_into_id",
    "do_not_contact_at", "do_not_contact_reason",
)  # fmt: skip
CONSENT = ("medium", "use", "status", "origin", "evidence", "changed_at")


class Journal:
    """Notes down for one batch of one kind what each row was before and what became of it."""

    def __init__(self, run: ImportRun, kind: str, source: str) -> None:
        self.run, self.kind, self.source = run, kind, source
        self.model = RECORDS[kind].model
        self.before: dict[int, dict[str, Any]] = {}

    def look(self, external_ids: Iterable[str]) -> None:
        """Remember the rows as they are now; the caller holds the lock of those who write them."""
        if self.model is None or not self.run.is_journalled:
            return
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                # Only the name of our own table is put into the text.
                f"SELECT id, to_jsonb(t) - %s::text[] FROM {table} t WHERE source = %s AND external_id = ANY(%s)",  # noqa: S608
                [list(NOT_PUT_BACK), self.source, list(external_ids)],
            )
            self.before = {pk: _as_dict(row) for pk, row in cursor.fetchall()}
        if self.model is Contact and self.before:
            self._look_at_contacts()

    def _look_at_contacts(self) -> None:
        contacts = Contact.objects.filter(pk__in=self.before).prefetch_related("addresses", "consents")
        for contact in contacts:
            addresses = sorted(contact.addresses.all(), key=lambda one: (not one.is_preferred, one.pk))
            self.before[contact.pk] |= {
                "+addresses": [[one.medium, one.value] for one in addresses],
                "+consents": [[getattr(one, name) for name in CONSENT] for one in contact.consents.all()],
            }

    def recall(self, results: Sequence[RowResult]) -> None:
        """Let rows count as what an earlier attempt of the run has made of them, which this one finds as they are."""
        if self.model is None or self.run.attempts <= 1 or not self.run.is_journalled:
            return
        ids = [result.id for result in results if result.id]
        made = models.ExpressionWrapper(models.Q(before__isnull=True), models.BooleanField())
        noted = ImportChange.objects.filter(run=self.run.pk, kind=self.kind, row__in=ids)
        known = dict(noted.annotate(is_new=made).values_list("row", "is_new"))
        for result in results:
            if result.id in known and not result.is_rejected:
                result.outcome = RowOutcome.CREATED if known[result.id] else RowOutcome.UPDATED

    def note(self, results: Sequence[RowResult]) -> int:
        """Write down which rows were created or changed, and what they were; of one that changed twice the first.

        Return how many they are.
        """
        changed = [result for result in results if result.has_changed and result.id]
        if self.model is None or not changed or not self.run.is_journalled:
            return 0
        created = {result.id for result in changed if result.outcome == RowOutcome.CREATED}
        ids = [result.id for result in changed if result.id]
        befores = [None if pk in created else _json(self.before.get(pk, {})) for pk in ids]
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                # Only the name of our own table is put into the text.
                f"""
                INSERT INTO crm_importchange (run, kind, "row", before, written_at)
                SELECT %s, %s, t.id, b.before, t.updated_at
                FROM unnest(%s::bigint[], %s::jsonb[]) AS b (id, before) JOIN {table} t USING (id)
                ON CONFLICT (run, kind, "row") DO UPDATE SET written_at = EXCLUDED.written_at
                """,  # noqa: S608
                [self.run.pk, self.kind, ids, befores],
            )
        return len(ids)


def kept_of(run: ImportRun) -> int:
    """Return how many changes are written down: an import that begins again has some."""
    return ImportChange.objects.filter(run=run.pk).count()


@transaction.atomic
def close_when_full(run: ImportRun, changes: int) -> None:
    """Keep nothing of an import that changes too much: half of it undone would be worse than none."""
    if run.is_journalled and changes > MOST_CHANGES:
        ImportChange.objects.filter(run=run.pk).delete()
        run.is_journalled = False
        run.save(update_fields=["is_journalled"])


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)


def _as_dict(row: Any) -> dict[str, Any]:
    return dict(json.loads(row)) if isinstance(row, str) else dict(row)
