"""What was pasted of people, line by line: an address, with a name or without. No database."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

SEPARATORS = (";", "\t", ",")


@dataclass(frozen=True)
class WrittenLine:
    """One person as written: the line itself, the address in it, whatever it is, and the name."""

    text: str
    address: str
    name: str


def read(pasted: str) -> Iterator[WrittenLine]:
    """Yield every line that holds anything.

    Read are `ona@shop.example`, `Ona Petraitė <ona@shop.example>` and both in two columns, in either order, parted by a
    comma, a semicolon or a tab. Without a name the address gives one: `ona.petraite@…` is Ona Petraite.
    """
    for written in pasted.splitlines():
        text = written.strip().strip(",;").strip()
        if text:
            address, name = _parts(text)
            yield WrittenLine(text, address, " ".join(name.split()) or _name_of(address))


def _parts(text: str) -> tuple[str, str]:
    if "<" in text:
        name, address = parseaddr(text)
        return (address or text), name
    for separator in SEPARATORS:
        if separator in text:
            columns = [column.strip().strip('"') for column in text.split(separator)]
            address = next((column for column in columns if "@" in column), columns[0])
            return address, " ".join(column for column in columns if column != address)
    words = text.split()
    address = next((word for word in words if "@" in word), text)
    return address, " ".join(word for word in words if word != address) if address != text else ""


def _name_of(address: str) -> str:
    words = address.partition("@")[0].replace(".", " ").replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words)
