"""What a number counts: answers, or customers. Pure.

After something happened each answer tells of another event, so each counts. About the relationship as a whole a
customer has one opinion at a time, so of each customer the latest answer of a period counts.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from surveys.models import Survey


class Unit(Enum):
    ANSWERS = "answers"
    CUSTOMERS = "customers"
    # Surveys of both kinds in one number: each answer of the ones, the latest of each customer of the others.
    BOTH = "both"


def of_kinds(kinds: Collection[str]) -> Unit:
    """Return what is counted where surveys of these kinds are in a number."""
    if Survey.Kind.RELATIONAL not in kinds:
        return Unit.ANSWERS
    return Unit.BOTH if Survey.Kind.TRANSACTIONAL in kinds else Unit.CUSTOMERS
