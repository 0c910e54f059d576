"""One call to a gateway, and what its outcome means before anybody has read the answer."""

import json
import string
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

from django.conf import settings

from accounts.plaintext import clean
from delivery.media import web
from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.sms.gateway import OutOfOrder
from delivery.media.web import Answer, Connections

# As much of an answer is read, in bytes: one receipt is some hundred of them, and there are up to a hundred.
LONGEST_ANSWER = 200_000
LONGEST_REASON = 200
LONGEST_PAUSE = timedelta(hours=6)
# An account, its balance or the address of the gateway is not right.
OUT_OF_ORDER = frozenset({401, 402, 403, 404, 405, 407, 410})
TIMED_OUT, TOO_MANY, NOT_NOW = 408, 429, 503
IN_A_HEADER = frozenset(string.printable) - frozenset("\r\n\v\f")


def send(connections: Connections, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
    """Return the answer to a text handed over. Raises PutOff when nothing left us, Unclear when nobody knows."""
    try:
        return _call(connections, method, url, content, headers)
    except web.NotAnswered as error:
        raise Unclear(str(error)) from error


def ask(connections: Connections, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
    """Return the answer to a question, which may be asked again. Raises PutOff."""
    try:
        return _call(connections, method, url, content, headers)
    except web.NotAnswered as error:
        raise PutOff(str(error)) from error


def _call(connections: Connections, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
    for name, value in headers.items():
        # What the library says of such a header holds its value, which may be the secret.
        if not IN_A_HEADER.issuperset(value):
            raise OutOfOrder(f"The header {name} holds letters that no header can hold: look at the secret.")
    if not url.isascii():
        raise OutOfOrder("The address of the gateway holds letters that no address can hold.")
    try:
        return connections.request(
            method, url, content, headers=headers, seconds=settings.SMS_TIMEOUT, longest=LONGEST_ANSWER
        )
    except web.Forbidden as error:
        raise OutOfOrder(str(error)) from error
    except web.NotReached as error:
        raise PutOff(str(error)) from error


def judge(answer: Answer, reason: str) -> None:
    """Raise what the status alone means: OutOfOrder, PutOff, Unclear or Refused; nothing where all is well."""
    status, pause = answer.status, web.pause_of(answer, longest=LONGEST_PAUSE)
    if 200 <= status < 300:
        return
    if status == TOO_MANY or (status == NOT_NOW and pause is not None):
        raise PutOff(reason, after=pause)
    if status in OUT_OF_ORDER or status < 400:
        raise OutOfOrder(reason)
    if status == TIMED_OUT or status >= 500:
        raise Unclear(reason)
    raise Refused(reason)


def read(answer: Answer) -> Any:
    """Return the JSON of an answer, or None when it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def reason(*words: object, secrets: Iterable[str]) -> str:
    """Return what a gateway says as one line that holds none of the secrets, even where it repeats what it was sent."""
    line = " ".join(str(word) for word in words if word not in (None, ""))
    for secret in filter(None, secrets):
        for written in {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}:
            line = line.replace(written, "•••")
    return clean(line, limit=LONGEST_REASON)
