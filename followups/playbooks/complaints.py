"""Whom an answer complains of: that person is never given the work of it.

A complaint is any answer that is not of the best category. It is about the customer's manager where it names a topic
that is flagged so, and about anybody whose name stands in the comment.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import User
from followups.playbooks.names import is_named
from responses.models import Response
from surveys.metrics import Tier


class Grievance(StrEnum):
    """Why somebody counts as complained of."""

    TOPIC = "topic"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What an answer says of people: about which `manager` (a key, if any) by its topics, and in which words."""

    manager: int | None = None
    comment: str = ""

    @classmethod
    def of(cls, response: Response, topics: Collection[int], about_manager: Collection[int]) -> "Complaint":
        """Read an answer that names `topics`; `about_manager`: those flagged so. Who is content complains not."""
        if response.tier is Tier.GOOD:
            return cls()
        is_about_manager = not set(about_manager).isdisjoint(topics)
        return cls(response.manager_id if is_about_manager else None, response.comment)

    def against(self, person: User | None) -> Grievance | None:
        """Return why it is about a person, or None where it is not."""
        if person is None:
            return None
        if self.manager == person.pk:
            return Grievance.TOPIC
        return Grievance.NAME if is_named(person.name, self.comment) else None
