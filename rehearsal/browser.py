"""A browser without JavaScript: keeps cookies, reads forms, submits them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

VOID_INPUTS = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """One form of a page: where it goes and what it would send as it stands."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        return all(name in self.fields or name in self.choices for name in names)


@dataclass
class Link:
    href: str
    text: str = ""


class PageReader(HTMLParser):
    """Collects the forms, links and visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[Link] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._textarea = ""
        self._link: Link | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in {"script", "style", "title"}:
            self._hidden += 1
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and given.get("href"):
            self._link = Link(given["href"])
            self.links.append(self._link)
        elif self._form is not None:
            self._read_control(tag, given)

    def _read_control(self, tag: str, given: dict[str, str]) -> None:
        form, name = self._form, given.get("name", self._select if tag == "option" else "")
        if form is None or not name or "disabled" in given:
            return
        if tag == "select":
            self._select = name
            form.choices[name] = []
        elif tag == "option":
            form.choices[name].append(given.get("value", ""))
            if "selected" in given or name not in form.fields:
                form.fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            form.fields[name] = ""
        elif tag in {"input", "button"}:
            self._read_input(form, name, given, tag)

    def _read_input(self, form: Form, name: str, given: dict[str, str], tag: str) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        value = given.get("value", "on" if kind in {"checkbox", "radio"} else "")
        if kind in {"checkbox", "radio"} or kind in VOID_INPUTS:
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields[name] = value
        else:
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "title"}:
            self._hidden -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            self._form.fields[self._textarea] += data
        elif not self._hidden:
            self.words.append(data)
            if self._link is not None:
                self._link.text += data


@dataclass
class Page:
    """An answer of the server, read."""

    url: str
    status: int
    html: str
    headers: dict[str, str]

    def __post_init__(self) -> None:
        reader = PageReader()
        reader.feed(self.html)
        self.forms, self.links = reader.forms, reader.links
        self.text = re.sub(r"\s+", " ", " ".join(reader.words)).strip()

    def form_with(self, *names: str) -> Form | None:
        """Return the first form that has all these fields."""
        return next((form for form in self.forms if form.has(*names)), None)

    def form_to(self, ending: str) -> Form | None:
        """Return the first form whose address, without its query and fragment, ends so."""
        return next((form for form in self.forms if urlsplit(form.action).path.endswith(ending)), None)


class Browser:
    """One person's browser."""

    def __init__(self, base: str, *, authorities: str | bool = True) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = authorities
        self.session.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    def get(self, address: str) -> Page:
        return self._read(self.session.get(urljoin(self.base, address), timeout=15))

    def submit(self, page: Page, form: Form, **answers: str) -> Page:
        """Send a form as the page holds it, with these answers filled in."""
        address = urljoin(page.url, form.action or page.url)
        touched = {"scripted": "1", "gesture": "pointer"} if form.has("gesture") else {}
        content = form.fields | touched | answers
        if form.method == "get":
            return self._read(self.session.get(address, params=content, timeout=15))
        referer = {"Referer": page.url, "Origin": self.base}
        return self._read(self.session.post(address, data=content, headers=referer, timeout=15))

    def _read(self, answer: requests.Response) -> Page:
        return Page(answer.url, answer.status_code, answer.text, dict(answer.headers))
