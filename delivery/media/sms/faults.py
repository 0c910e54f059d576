"""What is wrong with the description of a gateway, in sentences for whoever writes it; see `generic`."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.plaintext import quoted
from delivery.media import web
from delivery.media.sms import calls, paths, templates

JSON, FORM, QUERY = "json", "form", "query"
TYPES = {JSON: "application/json; charset=utf-8", FORM: "application/x-www-form-urlencoded; charset=utf-8"}
METHODS = ("POST", "GET")
OF_A_TEXT = frozenset({"to", "digits", "text", "sender", "secret", "reference", "number", "callback"})
OF_A_QUESTION = frozenset({"id", "sender", "secret"})
PATHS = ("id_path", "error_path", "pushed_id", "pushed_status", "reply_from", "reply_to", "reply_text", "reply_id")
LISTS = ("errors_account", "errors_dead", "errors_stop", "status_delivered", "status_failed", "status_dead")
TEXTS = ("url", "method", "format", "body", "ok_path", "ok_value", "status_url", "status_body", "status_path",
         "status_id_path", *PATHS)  # fmt: skip
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
OPENS_WITH_HOST = re.compile(r"https?://[^/?#{}]+[/?]")


def check(settings: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each thing that is wrong with a description of a gateway."""
    if not isinstance(settings, dict):
        return [_("Write it as a JSON object.")]
    known = {*TEXTS, *LISTS, "headers", "base"}
    faults = [
        _("“%(name)s” is not known here.") % {"name": quoted(str(name))} for name in settings if name not in known
    ]
    faults += [
        _("“%(name)s” must be a text.") % {"name": name}
        for name in TEXTS
        if not isinstance(settings.get(name) or "", str)
    ]
    faults += [
        _("“%(name)s” must be a list of texts.") % {"name": name} for name in LISTS if not _is_list(settings, name)
    ]
    if faults:
        return faults
    return [*_faults_of_request(settings), *_faults_of_question(settings), *_faults_of_paths(settings)]


def _faults_of_request(settings: Mapping[str, Any]) -> list[str]:
    faults = []
    if settings.get("method", "POST") not in METHODS:
        faults.append(_("The method is POST or GET."))
    if settings.get("format", JSON) not in {*TYPES, QUERY}:
        faults.append(_("The format is json, form or query."))
    if settings.get("method") == "GET" and settings.get("format") != QUERY:
        faults.append(_("GET carries no body: use the format query with it."))
    faults += _faults_of_headers(settings.get("headers") or {})
    faults += _faults_of_template(settings, "url", "body", OF_A_TEXT)
    used = _used(settings, "url", "body")
    if not used & {"to", "digits"}:
        faults.append(_("Nowhere does it say who gets the text: use {to} or {digits}."))
    if "text" not in used:
        faults.append(_("Nowhere does it say what is sent: use {text}."))
    return faults


def _faults_of_question(settings: Mapping[str, Any]) -> list[str]:
    if not settings.get("status_url"):
        return []
    faults = _faults_of_template(settings, "status_url", "status_body", OF_A_QUESTION)
    if "id" not in _used(settings, "status_url", "status_body"):
        faults.append(_("The question for the state of a text does not say which one: use {id}."))
    if not settings.get("id_path"):
        faults.append(_("Without id_path no text has an ID by which its state could be asked for."))
    if not settings.get("status_path"):
        faults.append(_("Say with status_path where the answer has the state."))
    if not settings.get("status_delivered"):
        faults.append(_("Say with status_delivered what a text that arrived is called."))
    return faults


def _faults_of_template(
    settings: Mapping[str, Any], url_name: str, body_name: str, allowed: frozenset[str]
) -> list[str]:
    """Return what is wrong with an address and a body, filled in with something."""
    url, body = str(settings.get(url_name) or ""), str(settings.get(body_name) or "")
    faults = []
    if "{" in url and not OPENS_WITH_HOST.match(url):
        faults.append(_("%(name)s may hold placeholders only after its host.") % {"name": url_name})
    try:
        web.checked(templates.PLACEHOLDER.sub("x", url))
    except web.Forbidden as error:
        faults.append(f"{url_name}: {error}")
    headers = settings.get("headers") or {}
    written = [url, body, *(str(value) for value in headers.values())] if isinstance(headers, dict) else [url, body]
    unknown = set().union(*(templates.placeholders(one) for one in written)) - allowed
    faults += [
        _("%(name)s: there is no {%(placeholder)s}; there are %(known)s.")
        % {"name": body_name, "placeholder": one, "known": ", ".join(f"{{{each}}}" for each in sorted(allowed))}
        for one in sorted(unknown)
    ]
    return [*faults, *_faults_of_body(str(settings.get("format") or JSON), body_name, body)]


def _faults_of_body(kind: str, name: str, body: str) -> list[str]:
    try:
        if kind == JSON:
            json.loads(body)
        else:
            templates.pairs(body)
    except json.JSONDecodeError as error:
        place = {"name": name, "line": error.lineno, "column": error.colno}
        return [_("%(name)s is no JSON: look at line %(line)d, column %(column)d.") % place]
    except (ValueError, RecursionError):
        return [_("%(name)s: write one name=value in each line.") % {"name": name}]
    return []


def _faults_of_headers(headers: Any) -> list[str]:
    if not isinstance(headers, dict):
        return [_("The headers are a JSON object: a text for each name.")]
    return [
        _("“%(name)s” is no header.") % {"name": quoted(str(name))}
        for name, value in headers.items()
        if not HEADER_NAME.fullmatch(str(name)) or not isinstance(value, str) or not calls.IN_A_HEADER.issuperset(value)
    ]


def _faults_of_paths(settings: Mapping[str, Any]) -> list[str]:
    """Return the paths that lead nowhere in any answer."""
    found = [(name, path) for name in PATHS for path in [settings.get(name)] if path]
    found += [("ok_path", path) for path in str(settings.get("ok_path") or "").replace(",", " ").split()]
    faults = [_nowhere(name, path) for name, path in found if not _is_path(path) or paths.EACH in path]
    pair = [str(settings.get(name) or "") for name in ("status_id_path", "status_path")]
    stars = [path.partition(f"{paths.EACH}.") for path in pair]
    if not all(_is_path(path.replace("{id}", "x")) for path in pair if path):
        faults.append(_nowhere("status_path", " ".join(pair)))
    elif any(paths.EACH in path for path in pair) and not (stars[0][0] == stars[1][0] and stars[0][2] and stars[1][2]):
        faults.append(_("status_path and status_id_path must be the same up to the *."))
    return faults


def _nowhere(name: str, path: str) -> str:
    return _("%(name)s leads nowhere: “%(path)s” is no path such as data.0.id.") % {"name": name, "path": quoted(path)}


def _is_path(path: str) -> bool:
    try:
        return bool(paths.segments(path))
    except ValueError:
        return False


def _is_list(settings: Mapping[str, Any], name: str) -> bool:
    listed = settings.get(name) or []
    return isinstance(listed, list) and all(isinstance(one, str) for one in listed)


def _used(settings: Mapping[str, Any], *names: str) -> set[str]:
    return set().union(*(templates.placeholders(str(settings.get(name) or "")) for name in names))
