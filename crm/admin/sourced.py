from typing import Any


class SourcedRows:
    """Rows that another system may feed: where they came from is shown, not edited; none is deleted, for answers
    and touchpoints name them for ever."""

    provenance = ("source", "external_id", "created_at", "updated_at")
    show_full_result_count = False
    list_per_page = 50

    def get_readonly_fields(self, *args: Any) -> Any:
        return self.provenance

    def has_delete_permission(self, *args: Any) -> bool:
        return False
