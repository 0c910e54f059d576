"""News of invitations, sent on commit."""

from django.dispatch import Signal

invitations_asked = Signal()
"""Messages for invitations were queued. Arguments: `invitation_ids` (list of int)."""
