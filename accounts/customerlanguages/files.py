"""The words of a language as a gettext file (.po), which translators and their agencies work with."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.customerlanguages import words
from accounts.plaintext import clean

# More than twenty times what all words take.
LARGEST_FILE = 1_000_000
STOOD = "as it stood: "


HEAD = r"""msgid ""
msgstr ""
"Language: {tag}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


class WordsFileRefused(Exception):
    """Nothing of a file can be taken; says why, for people."""


@dataclass
class TakenWords:
    """What a file says: `words` by key, and what was left out with the reason of each."""

    words: dict[str, str] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    unknown: int = 0


def written(tag: str, said: Mapping[str, str], reader: str) -> bytes:
    """Return the file of a language with every text, said or not; comments tell it in the reader's language."""
    catalogue = Catalog(project="Plumb", charset="utf-8", fuzzy=False)
    with translation.override(reader):
        for word in words.all_words():
            known = translation.pgettext(word.context, word.text) if word.context else translation.gettext(word.text)
            comments = [str(words.PLACES[word.place]), *([f"{reader}: {known}"] if known != word.text else [])]
            if stands := said.get(word.key):
                comments.append(_as_it_stood(stands))
            catalogue.add(word.text, said.get(word.key, ""), context=word.context or None, auto_comments=comments)
    file = BytesIO()
    write_po(file, catalogue, width=0, omit_header=True)
    return HEAD.format(tag=tag).encode() + file.getvalue()


def read(content: bytes, tag: str) -> TakenWords:
    """Return what a file of this language says. Raises WordsFileRefused."""
    if len(content) > LARGEST_FILE:
        raise WordsFileRefused(_("The file is larger than 1 MB. Download one here and fill that in."))
    try:
        if not content.rstrip().endswith(b'"'):
            raise ValueError(_("it breaks off."))
        catalogue = read_po(BytesIO(content), abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as error:
        said = _("This is no gettext file (.po). Download one here and fill that in. It says: %(error)s")
        raise WordsFileRefused(said % {"error": clean(str(error), limit=200)}) from None
    named = str(catalogue.locale_identifier or "").replace("_", "-")
    if named and named.lower() != tag.lower():
        said = _("This file is of another language: it names %(other)s, and this is %(tag)s.")
        raise WordsFileRefused(said % {"other": clean(named, limit=50), "tag": tag})
    return _taken(catalogue)


def _as_it_stood(said: str) -> str:
    """Return the comment by which a text that comes back as it went is known: it undoes nothing that changed here."""
    return f"{STOOD}{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _taken(catalogue: Catalog) -> TakenWords:
    found = TakenWords()
    known = {word.key: word for word in words.all_words()}
    for message in catalogue:
        if not message.id or isinstance(message.id, tuple):
            continue
        word = known.get(f"{message.context}\x04{message.id}" if message.context else str(message.id))
        said = " ".join(clean(str(message.string or ""), lines=True).split())
        if word is None:
            found.unknown += 1
        elif _as_it_stood(said) in message.auto_comments:
            continue
        elif said and message.fuzzy:
            found.left_out.append((word.text, _("It is marked as fuzzy: check it and take the mark away.")))
        elif said and (why := words.fault(word, said)):
            found.left_out.append((word.text, why))
        elif said:
            found.words[word.key] = said
    return found
