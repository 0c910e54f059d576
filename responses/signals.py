"""News of answers, sent on commit."""

from django.dispatch import Signal

responses_settled = Signal()
"""Responses settled: the person finished or a few minutes passed. Arguments: `response_ids` (list of int)."""
