from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What an activity says about itself: {"from": …, "to": …, "state": its names}, {"message": id}, {"letter": id},
# {"call": …}.
Change = dict[str, str | int | bool | dict[str, str]]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a verb does to one follow-up: which columns it sets, and what its activity says.

    One row and a thousand are worked by the same deeds: a verb does its own at once, `followups.bulk` does many.
    """

    kind: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    change: Change = field(default_factory=dict)
