"""What a button tells us when it is pressed: an action, its value, and the link of the ask that it is about.

At most 64 bytes, and nothing of the person: `s9:TOKEN`, `t12+:TOKEN`, `q13+:TOKEN`, `d:TOKEN`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    SCORE = "s"
    # A topic is meant, or not meant any more: pressed twice it stays as it is.
    WITH_TOPIC = "t+"
    WITHOUT_TOPIC = "t-"
    # So is an option of a further question, by the place of the question and the number of the option.
    WITH_OPTION = "q+"
    WITHOUT_OPTION = "q-"
    # What comes next is the further question at a place.
    GO_ON = "g"
    DONE = "d"
    CHANGE = "c"
    # Whoever presses it wants no more messages, or wants them again.
    STOP = "n"
    AGAIN = "a"


# What is pressed about a further question.
OF_FURTHER: frozenset[str] = frozenset({Action.WITH_OPTION, Action.WITHOUT_OPTION, Action.GO_ON})
WITH_VALUE: frozenset[str] = OF_FURTHER | {Action.SCORE, Action.WITH_TOPIC, Action.WITHOUT_TOPIC}
# What is pressed while a question stands in the chat, and leaves one there, but for the last further question.
ASKING: frozenset[str] = WITH_VALUE | {Action.CHANGE}
# What is said of all messages, and so names no ask.
OF_NO_ASK: frozenset[str] = frozenset({Action.STOP, Action.AGAIN})
# As long as what a button says may be in Telegram, which takes the least.
LONGEST_DATA = 64


@dataclass(frozen=True, slots=True)
class Pressed:
    action: Action
    value: int | None
    token: str


DATA = re.compile(r"(?P<action>[a-z])(?P<value>\d{1,18})?(?P<sign>[+-])?(:(?P<token>[A-Za-z0-9_-]{1,40}))?", re.ASCII)


def data(action: Action, token: str = "", value: int | None = None) -> str:
    """Return what a button says."""
    number = "" if value is None else str(value)
    return f"{action.value[0]}{number}{action.value[1:]}" + (f":{token}" if token else "")


def read(written: str) -> Pressed | None:
    """Return what a press says, or None where no button of ours says that."""
    found = DATA.fullmatch(written)
    if found is None:
        return None
    try:
        action = Action(found["action"] + (found["sign"] or ""))
    except ValueError:
        return None
    needs_value = action in WITH_VALUE
    if needs_value != (found["value"] is not None) or (action in OF_NO_ASK) == bool(found["token"]):
        return None
    return Pressed(action, int(found["value"]) if needs_value else None, found["token"] or "")
