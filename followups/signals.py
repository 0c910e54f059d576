"""News of follow-ups, sent on commit."""

from django.dispatch import Signal

followup_closed = Signal()
"""A follow-up was resolved or dismissed. Arguments: `followup_id` (int)."""
