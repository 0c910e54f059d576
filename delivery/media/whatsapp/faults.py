"""What Meta's codes of error mean for a message, its customer, its template and its number. Pure.

https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from datetime import timedelta
from enum import Enum


class Blame(Enum):
    """Whose fault it is that a message does not go."""

    # Too much at once, or Meta is not well: the number is left alone for a while.
    MOMENT = "moment"
    # This customer has had enough for now; others may be written to.
    PAIR = "pair"
    # The phone is not in WhatsApp, or its owner never agreed to its terms.
    PHONE = "phone"
    # The person told Meta that they want no more.
    PERSON = "person"
    # The template is not there, not approved any more, or wants other words.
    TEMPLATE = "template"
    # The last words of the customer are more than a day old.
    WINDOW = "window"
    # The token, the account, its money or its rights: somebody has to set that right.
    NUMBER = "number"
    # Something in the message itself; it would be refused again.
    MESSAGE = "message"


_OF_MOMENT = {4, 80007, 130429, 131000, 131016, 131048, 131057, 133016}
_OF_PAIR = {131056, 131049}
_OF_PHONE = {131026}
_OF_PERSON = {131050}
_OF_WINDOW = {131047}
_OF_NUMBER = {
    3, 10, 190, 368, 2388103, 131005, 131031, 131037, 131042, 131045, 131064, 133010,
}  # fmt: skip
# The status says it where there is no code: the token, the address.
_STATUSES_OF_NUMBER = {401, 402, 403, 404, 405, 407, 410}
TOO_MANY = 429
# “Object with this ID does not exist”: it is the phone number ID.
NO_SUCH_PLACE = 33
_RIGHTS = range(200, 300)
_OF_TEMPLATES = range(132000, 133000)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# For how long a message waits at least, by code; what is not named waits for a minute.
PAUSES = {
    # Meta: wait a day before the same customer gets another marketing message.
    131049: DAY + HOUR,
    131048: HOUR,
    80007: timedelta(minutes=10),
}
# How often a message goes again that Meta took first and failed later.
MOST_TRIES = 4
# For how long a number rests that somebody has to set right.
REST = timedelta(minutes=10)


def blame(code: int, *, status: int = 400, subcode: int = 0) -> Blame:
    """Return whose fault an error is; where there is no code of Meta's, the `status` of HTTP has to do."""
    if code == 0:
        if status == TOO_MANY:
            return Blame.MOMENT
        return Blame.NUMBER if status in _STATUSES_OF_NUMBER or status < 400 else Blame.MESSAGE
    if subcode == NO_SUCH_PLACE:
        return Blame.NUMBER
    table = {
        Blame.MOMENT: _OF_MOMENT,
        Blame.PAIR: _OF_PAIR,
        Blame.PHONE: _OF_PHONE,
        Blame.PERSON: _OF_PERSON,
        Blame.WINDOW: _OF_WINDOW,
        Blame.NUMBER: _OF_NUMBER,
    }
    for whose, codes in table.items():
        if code in codes:
            return whose
    if code in _RIGHTS:
        return Blame.NUMBER
    return Blame.TEMPLATE if code in _OF_TEMPLATES else Blame.MESSAGE


def pause(code: int) -> timedelta:
    """Return for how long what an error put off waits at least."""
    return PAUSES.get(code, MINUTE)
