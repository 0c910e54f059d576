"""News from the CRM side, sent on commit."""

from django.dispatch import Signal

touchpoints_recorded = Signal()
"""Touchpoints became known. No arguments: planning finds them itself."""
