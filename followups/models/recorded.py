from typing import Any

from django.db import models

from accounts.models import User
from followups.models.activity import Activity
from followups.models.deed import Change, Deed


class Recorded(models.Model):
    """A row whose every change leaves an activity."""

    class Meta:
        abstract = True

    def lock_row(self) -> None:
        """Read the row again and keep others from changing it until the transaction ends."""
        self.refresh_from_db(from_queryset=type(self)._default_manager.select_for_update())

    def save_state(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))

    def do(self, deed: Deed, *, by: User) -> Activity:
        if deed.changes:
            self.save_state(**deed.changes)
        return self.record(deed.kind, by=by, text=deed.text, change=deed.change)

    def record(self, kind: str, *, by: User | None, text: str = "", change: Change | None = None) -> Activity:
        return Activity.objects.create(followup_id=self.pk, kind=kind, by=by, text=text, change=change or {})
