from typing import Any


class Kept:
    """Answers and follow-ups name these rows for ever, so they are switched off or renamed, never deleted."""

    def has_delete_permission(self, *args: Any) -> bool:
        return False
