"""Any gateway that takes a text by one HTTP request, described in TextGateway.settings.

`url method headers format body`: the request; `headers` by name, `format` json, form or query, `body` JSON or lines of
name=value, all of them templates (see `templates`). `ok_path ok_value`: what a taken text is told by, several paths
from the outside in; the outermost speaks of the account. `id_path error_path`: where the answer has these (see
`paths`). `errors_account errors_dead errors_stop`: what the error is called when the account is not right, when the
number is none, when it is on a stop list. `status_url status_body status_path status_id_path`: how to ask what became
of texts; `pushed_id pushed_status`: where a receipt that is pushed has these. `status_delivered status_failed
status_dead`: what the states are called; dead: the number is none. `reply_from reply_to reply_text reply_id`: where a
text from a customer has these.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import Any

import structlog
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.plaintext import quoted
from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.sms import calls, paths, templates
from delivery.media.sms.faults import JSON, OF_A_QUESTION, QUERY, TYPES, check
from delivery.media.sms.gateway import OutOfOrder, Receipt, Reply, Unreadable
from delivery.media.sms.parcel import TextParcel
from delivery.media.web import Answer, Connections
from delivery.models import Message

__all__ = ["GenericGateway", "check", "id_in"]

log = structlog.get_logger(__name__)

INTERNATIONAL = re.compile(r"\+?(?:00)?([1-9][0-9]{6,14})")


@dataclass(frozen=True, kw_only=True)
class GenericGateway:
    """One account with somebody whose language `settings` describes. `callback`: our door for receipts."""

    secret: str = field(repr=False)
    sender: str
    settings: Mapping[str, Any]
    callback: str = field(default="", repr=False)
    connections: Connections = field(default_factory=Connections, repr=False, compare=False)

    @property
    def polls(self) -> bool:
        return bool(self._said("status_url"))

    def send(self, parcel: TextParcel) -> str:
        values = {
            "to": parcel.to,
            "digits": parcel.to.removeprefix("+"),
            "text": parcel.text,
            "reference": parcel.reference,
            "number": str(parcel.message),
            "callback": f"{self.callback}?message={parcel.message}" if self.callback else "",
        }
        answer = calls.send(self.connections, *self._written("url", "body", values))
        self._judge(answer)
        try:
            return id_in(self.settings, answer.body)
        except ValueError:
            # It was taken; only nobody will hear what became of it.
            log.warning("a gateway took a text and gave no ID", path=self._said("id_path"))
            return ""

    def receipts(self, provider_ids: Sequence[str]) -> list[Receipt]:
        together = self._said("format") == JSON and _is_repeated(self._said("status_body"))
        groups = [list(provider_ids)] if together else [[one] for one in provider_ids]
        return [receipt for ids in groups if ids for receipt in self._answered(ids, is_alone=len(groups) == 1)]

    def _answered(self, ids: Sequence[str], *, is_alone: bool) -> list[Receipt]:
        """Return what is said of these; one of many of which nothing can be heard leaves the others."""
        try:
            return self._asked(ids)
        except OutOfOrder:
            raise
        except PutOff:
            if is_alone:
                raise
            return []

    def receipt_of(self, request: HttpRequest, url: str) -> Receipt | None:
        """See Gateway. Nothing is signed: that our door's address is known is the proof."""
        if not self._said("pushed_status"):
            return None
        told = _pushed(request)
        number = request.GET.get("message", "")
        message = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
        sid = self._pushed_at(told, "pushed_id")
        status = self._pushed_at(told, "pushed_status")
        if not status or not (sid or message):
            raise Unreadable("A receipt names its text and a state.")
        return self._receipt(sid, status, message)

    def reply_of(self, request: HttpRequest, url: str) -> Reply | None:
        if not self._said("reply_from") or not self._said("reply_text"):
            return None
        told = _pushed(request)
        sender = self._pushed_at(told, "reply_from")
        if not sender:
            raise Unreadable("A text names who wrote it.")
        number = INTERNATIONAL.fullmatch(re.sub(r"[\s().-]", "", sender))
        if number is None and not any(character.isdecimal() for character in sender):
            return None
        return Reply(
            provider_id=self._pushed_at(told, "reply_id"),
            from_number=f"+{number[1]}" if number else sender,
            to_number=self._pushed_at(told, "reply_to"),
            text=self._pushed_at(told, "reply_text"),
        )

    def _reason(self, *words: object) -> str:
        return calls.reason(*words, secrets=(self.secret, self.callback))

    def _said(self, name: str) -> str:
        return str(self.settings.get(name) or "")

    def _written(
        self, url_name: str, body_name: str, values: Mapping[str, str], ids: Sequence[str] = ()
    ) -> tuple[str, str, bytes | None, dict[str, str]]:
        """Return method, address, content and headers. Raises OutOfOrder where the templates make no request."""
        known = {"sender": self.sender, "secret": self.secret, **values}
        kind, method = self._said("format") or JSON, self._said("method") or "POST"
        try:
            url = templates.address(self._said(url_name), known)
            headers = {
                name: templates.plain(value, known) for name, value in (self.settings.get("headers") or {}).items()
            }
            body = self._said(body_name)
            if kind == QUERY:
                query = templates.as_form(body, known).decode()
                return method, f"{url}{'&' if '?' in url else '?'}{query}" if query else url, None, headers
            content = templates.as_json(body, known, ids) if kind == JSON else templates.as_form(body, known)
        except KeyError as error:
            raise OutOfOrder(f"The template asks for something unknown: {error}") from None
        except (ValueError, AttributeError, RecursionError):
            # What they say may hold the text or the secret.
            raise OutOfOrder("The template makes no request.") from None
        return method, url, content, {"Content-Type": TYPES.get(kind, TYPES[JSON]), **headers}

    def _judge(self, answer: Answer) -> None:
        """Raise what an answer means other than that the text was taken."""
        told = calls.read(answer)
        error = paths.text(paths.at(told, self._said("error_path"))) if self._said("error_path") else ""
        reason = calls.reason(
            "The gateway answered:", answer.status, error or answer.body, secrets=(self.secret, self.callback)
        )
        if answer.status >= HTTPStatus.BAD_REQUEST and error:
            self._judge_error(error, reason)
        calls.judge(answer, reason)
        required = self._said("ok_path").replace(",", " ").split()
        if (required or self._said("id_path")) and not (told and isinstance(told, (dict, list))):
            raise Unclear(reason)
        if not required and not answer.body.strip().startswith(self._said("ok_value")):
            self._judge_error(error, reason)
            raise Unclear(reason)
        for place, path in enumerate(required):
            found = paths.at(told, path)
            if not self._is_ok(found):
                self._judge_error(error, reason)
                if found is None and not error:
                    # It says neither yes nor no: who knows what it took.
                    raise Unclear(reason)
                raise OutOfOrder(reason) if place == 0 and len(required) > 1 else Refused(reason)

    def _is_ok(self, value: Any) -> bool:
        """Say whether it is as wanted; where nothing is said of that, whether there is anything."""
        wanted = self._said("ok_value")
        return paths.text(value) == wanted if wanted else bool(value)

    def _judge_error(self, error: str, reason: str) -> None:
        if self._is_one_of("errors_stop", error):
            raise Refused(reason, objection=Message.Objection.UNSUBSCRIBED)
        if self._is_one_of("errors_dead", error):
            raise Refused(reason, bounce=Message.Bounce.HARD)
        if self._is_one_of("errors_account", error):
            raise OutOfOrder(reason)

    def _is_one_of(self, name: str, word: str) -> bool:
        """Say whether a word is one of a list as a whole, in capitals or not."""
        return word.strip().casefold() in {str(one).strip().casefold() for one in self.settings.get(name) or ()}

    def _asked(self, ids: Sequence[str]) -> list[Receipt]:
        answer = calls.ask(self.connections, *self._written("status_url", "status_body", {"id": ids[0]}, ids))
        reason = self._reason("The gateway answered:", answer.status, answer.body)
        try:
            calls.judge(answer, reason)
        except (Refused, Unclear) as error:
            raise PutOff(str(error)) from error
        told = calls.read(answer)
        if told is None:
            raise PutOff(reason)
        found = ((sid, self._receipt(sid, status, None)) for sid, status in self._states(told, ids))
        return [receipt for sid, receipt in found if receipt and sid in ids]

    def _states(self, told: Any, ids: Sequence[str]) -> Iterable[tuple[str, str]]:
        path, id_path = self._said("status_path"), self._said("status_id_path")
        if paths.EACH in path and id_path:
            return [(paths.text(sid), paths.text(status)) for sid, status in paths.each(told, (id_path, path))]
        if templates.ONE_ID in templates.placeholders(path):
            # An ID may hold a dot, so it is no path once it is put in.
            before, _id, after = path.partition("{id}")
            box = paths.at(told, before.rstrip("."))
            inner = box if isinstance(box, dict) else {}
            return [(one, paths.text(paths.at(inner.get(one), after.lstrip(".")))) for one in ids]
        return [(ids[0], paths.text(paths.at(told, path)))]

    def _receipt(self, sid: str, status: str, message: int | None) -> Receipt | None:
        if self._is_one_of("status_delivered", status):
            return Receipt(provider_id=sid, message=message, delivered=True)
        is_dead = self._is_one_of("status_dead", status)
        if not is_dead and not self._is_one_of("status_failed", status):
            return None
        return Receipt(
            provider_id=sid,
            message=message,
            undeliverable=self._reason("The gateway:", status),
            bounce=Message.Bounce.HARD if is_dead else Message.Bounce.SOFT,
        )

    def _pushed_at(self, told: Any, name: str) -> str:
        path = self._said(name)
        if not path:
            return ""
        # The name of a field of a form may hold dots.
        return paths.text(told[path] if isinstance(told, dict) and path in told else paths.at(told, path))


def id_in(settings: Mapping[str, Any], body: str) -> str:
    """Return the ID in the answer to a text, "" where none is wanted. Raises ValueError when its path leads nowhere."""
    path = str(settings.get("id_path") or "")
    if not path:
        return ""
    try:
        found = paths.text(paths.at(json.loads(body), path))
    except (ValueError, RecursionError):
        found = ""
    if not found:
        raise ValueError(_("Nothing stands at %(path)s in the gateway's answer: %(answer)s")
                         % {"path": quoted(path), "answer": quoted(body, 200)})  # fmt: skip
    return found


def _is_repeated(body: str) -> bool:
    """Say whether one question can name several IDs: two of them make it longer."""
    known = dict.fromkeys(OF_A_QUESTION, "1")
    try:
        return templates.as_json(body, known, ["1", "1"]) != templates.as_json(body, known, ["1"])
    except (ValueError, KeyError, RecursionError):
        return False


def _pushed(request: HttpRequest) -> Any:
    """Return what was pushed: JSON where it says so, else its form, or its query where it has no form."""
    if request.content_type == "application/json":
        try:
            return json.loads(request.body)
        except (ValueError, RecursionError) as error:
            raise Unreadable("It is no JSON.") from error
    return dict(islice((request.POST or request.GET).items(), 200))
