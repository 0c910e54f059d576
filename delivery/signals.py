"""News of messages, sent on commit to whoever made them."""

from django.dispatch import Signal

messages_settled = Signal()
"""Messages changed state. Arguments: `message_ids` (list of int), `can_wait` (only where they arrived; true)."""

letters_arrived = Signal()
"""Customers wrote back. Arguments: `letter_ids` (list of int)."""

chats_moved = Signal()
"""Somebody did something in a chat with us."""

texts_arrived = Signal()
"""Customers sent a text back. Arguments: `text_ids` (list of int)."""

domains_resumed = Signal()
"""Asking goes on from sending domains that were paused. Arguments: `names` (list of str)."""
