"""What is told with a call, and what of it is refused: texts, keyboards, addresses."""

import ipaddress
import json
import re
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.provider import form_of
from tests.fakes.telegram.refusals import bad

LONGEST_TEXT = 4096
MOST_BUTTONS = 100
LONGEST_DATA = 64
PORTS = {443, 80, 88, 8443}


def parameters_of(url, headers, body):
    """Return the parameters of a call: of its query, and of a body of JSON or of a form."""
    told = dict(parse_qsl(url.query))
    if not body:
        return told
    if not headers.get("Content-Type", "").startswith("application/json"):
        return told | form_of(body)
    try:
        content = json.loads(body)
    except ValueError:
        raise bad("can't parse request JSON object") from None
    if not isinstance(content, dict):
        raise bad("can't parse request JSON object")
    return told | content


def whole(told, name, default=0):
    value = told.get(name, default)
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def is_true(told, name):
    return str(told.get(name, "")).lower() in ("true", "1")


def structure(told, name):
    """Return an object or a list that may have come as JSON in a string; None where there is none."""
    value = told.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def text_of(told, longest=LONGEST_TEXT):
    text = told.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("message text is empty")
    if told.get("parse_mode"):
        # This stand-in reads plain text only.
        raise bad("unsupported parse_mode")
    if len(text) > longest:
        raise bad("message is too long")
    # As Telegram does with the ends of a text.
    return text.strip()


def keyboard_of(told):
    """Return the rows of inline buttons; none for other kinds of markup."""
    markup = structure(told, "reply_markup")
    if markup is None:
        return []
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" must be of type Array of Arrays')
    rows = [row for row in rows if row]
    for row in rows:
        for button in row:
            _check_button(button)
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return rows


def _check_button(button):
    wrong = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad("inline keyboard button must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad(f'{wrong}Field "text" must be of type String')
    if "url" in button and "callback_data" in button:
        raise bad(f"{wrong}Exactly one of the optional fields must be used")
    if button.get("url"):
        _check_link(button["url"])
        return
    data = button.get("callback_data")
    if not data:
        raise bad(f"{wrong}Text buttons are unallowed in the inline keyboard")
    if not isinstance(data, str):
        raise bad(f'{wrong}Field "callback_data" must be of type String')
    if len(data.encode()) > LONGEST_DATA:
        raise bad("BUTTON_DATA_INVALID")


def _check_link(url):
    wrong = f"inline keyboard button URL '{url}' is invalid"
    parts = _parts(url)
    if parts is not None and parts.scheme not in ("", "http", "https"):
        raise bad(f"{wrong}: Unsupported URL protocol")
    if parts is None or not parts.scheme or not ("." in (parts.hostname or "") or ":" in (parts.hostname or "")):
        raise bad(f"{wrong}: Wrong HTTP URL")


def check_webhook(url):
    """Refuse an address that Telegram would not call; this machine may be called in plain HTTP and at any port."""
    parts = _parts(url)
    if parts is None or not parts.hostname:
        raise bad("bad webhook: invalid URL specified")
    address = _address(parts.hostname)
    if parts.hostname == "localhost" or (address and address.is_loopback):
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if address and not address.is_global:
        raise bad(f"bad webhook: IP address {address} is reserved")
    if not address and "." not in parts.hostname:
        raise bad("bad webhook: Failed to resolve host: Name or service not known")


def check_secret(secret):
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")


def _parts(url):
    try:
        parts = urlsplit(url)
        _port = parts.port
    except (ValueError, TypeError, AttributeError):
        return None
    return parts


def _address(host):
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
