"""The few calls of Meta's Graph API that WhatsApp needs: JSON both ways, one error shape.

https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes: {"error": {"message": …, "code": …,
"error_data": {"details": …}}}.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from accounts.plaintext import clean
from delivery.media import web
from delivery.media.web import Answer, Connections
from delivery.media.whatsapp import faults
from delivery.media.whatsapp.faults import Blame
from delivery.models import WhatsAppNumber

HOST = "https://graph.facebook.com"
# A page of a hundred templates with all their words.
LONGEST_ANSWER = 1 << 20
LONGEST_REASON = 200
LONGEST_PAUSE = timedelta(hours=6)
# “Unknown” and “temporarily unavailable”, of the Graph API itself: what it did before it failed, nobody knows.
NOBODY_KNOWS = frozenset({1, 2})


def stand_in(number: WhatsAppNumber) -> str:
    """Return where a stand-in speaks for Meta while somebody tries things out, "" in earnest."""
    return number.base if web.is_tried_out() else ""


class CloudRefusal(Exception):
    """Meta says no. `code`: Meta's own, 0 where it gives none; `status`: of HTTP; `after`: how long to be quiet."""

    def __init__(
        self, code: int, reason: str, *, status: int = 400, subcode: int = 0, after: timedelta | None = None
    ) -> None:
        super().__init__(f"{code} {reason}".strip() if code else reason)
        self.code, self.subcode, self.status = code, subcode, status
        self.reason, self.after = reason, after

    @property
    def blame(self) -> Blame:
        return faults.blame(self.code, status=self.status, subcode=self.subcode)


class CloudApi:
    """Speaks to Meta for one number. No text of an error holds the token, which travels in a header."""

    def __init__(self, number: WhatsAppNumber, connections: Connections | None = None) -> None:
        self._root = f"{stand_in(number) or HOST}/{settings.WHATSAPP_VERSION}/"
        self._token = number.token
        self._connections = connections

    def get(self, path: str, **parameters: str) -> dict[str, Any]:
        """Return what Meta says of an object, which may be asked again. Raises as `post` does."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._call("GET", quote(path) + query, None)

    def post(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to an act.

        Raises CloudRefusal; web.Forbidden and web.NotReached where nothing was sent; web.NotAnswered where nobody knows
        what became of it.
        """
        return self._call("POST", quote(path), json.dumps(content, ensure_ascii=False).encode())

    def _call(self, method: str, path: str, content: bytes | None) -> dict[str, Any]:
        if not self._token.isascii() or not self._token.isprintable():
            raise CloudRefusal(190, "The access token holds letters that no header can hold.", status=401)
        headers = {"Authorization": f"Bearer {self._token}", "User-Agent": "Plumb"}
        if content is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        ask = self._connections.request if self._connections else web.request
        answer = ask(
            method,
            self._root + path,
            content,
            headers=headers,
            seconds=settings.WHATSAPP_TIMEOUT,
            longest=LONGEST_ANSWER,
        )
        return self._told(answer)

    def _told(self, answer: Answer) -> dict[str, Any]:
        told = _object(answer.body)
        error = told.get("error")
        if isinstance(error, dict) and not (answer.status >= 500 and error.get("code") in NOBODY_KNOWS):
            raise self._refusal(answer, error)
        if 200 <= answer.status < 300:
            return told
        if answer.status >= 500:
            raise web.NotAnswered(f"Meta answered {answer.status}")
        pause = web.pause_of(answer, longest=LONGEST_PAUSE)
        raise CloudRefusal(0, f"Meta answered {answer.status}", status=answer.status, after=pause)

    def _refusal(self, answer: Answer, error: Mapping[str, Any]) -> CloudRefusal:
        return CloudRefusal(
            code_in(error),
            reason_in(error, secret=self._token),
            status=answer.status,
            subcode=code_in(error, "error_subcode"),
            after=web.pause_of(answer, longest=LONGEST_PAUSE),
        )


def code_in(error: Mapping[str, Any], name: str = "code") -> int:
    """Return the code of an error, 0 where it has none."""
    code = error.get(name)
    return code if isinstance(code, int) and not isinstance(code, bool) and abs(code) < 10**9 else 0


def reason_in(error: Mapping[str, Any], *, secret: str = "") -> str:
    """Return what an error of Meta's says as one line."""
    inner = error.get("error_data")
    details = inner.get("details") if isinstance(inner, dict) else ""
    said = [error.get("message") or error.get("title") or "", error.get("error_user_msg") or details or ""]
    line = ": ".join(dict.fromkeys(str(words) for words in said if words))
    return clean(line.replace(secret, "•••") if secret else line, limit=LONGEST_REASON)


def _object(body: str) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
