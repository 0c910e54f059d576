"""Reading the dashboard as a person would: the figures that stand on it and the rows of its tables."""

import csv
import io
import re
from html.parser import HTMLParser

FIGURES = {
    "data-value",
    "data-answers",
    "data-rate",
    "data-verdict",
    "data-rate-verdict",
    "data-forecast",
    "data-growing",
}


class Page(HTMLParser):
    def __init__(self, response):
        super().__init__()
        self.figures, self.tables, self.links = {}, {}, {}
        self.sorted, self.selected, self.text = set(), [], ""
        self._cells = self._sink = None
        self.html = response.content.decode()
        self.feed(self.html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.figures |= {name.removeprefix("data-"): value for name, value in given.items() if name in FIGURES}
        if tag == "table" and "data-table" in given:
            self._rows = self.tables.setdefault(given["data-table"], [])
        elif tag == "tr":
            self._cells = []
        elif tag in {"td", "th"}:
            self._sink = []
            self.sorted |= {given["aria-sort"]} if "aria-sort" in given else set()
        elif tag == "a" and self._sink is not None:
            self._href = given["href"]
        elif tag == "option" and "selected" in given:
            self.selected.append(given["value"])

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self._cells is not None:
            self._cells.append(" ".join("".join(self._sink).split()))
            self._sink = None
        elif tag == "tr" and self._cells is not None:
            self._rows.append(self._cells)
            self._cells = None
        elif tag == "a" and self._sink is not None:
            self.links["".join(self._sink).strip(" ↓↑\n")] = self._href

    def handle_data(self, text):
        self.text += text
        if self._sink is not None:
            self._sink.append(text)

    def rows(self, table):
        """The rows of a table without its headings."""
        return self.tables[table][1:]

    def names(self, table):
        return [re.sub(r" (few answers|▲.*|▼.*)$", "", row[0]) for row in self.rows(table)]

    def row(self, table, name):
        return next(row for row in self.rows(table) if row[0].startswith(name))


def csv_rows(response):
    """The rows of a table that was taken along, each by the names of its columns."""
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
