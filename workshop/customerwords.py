"""Write down which of the translated texts customers read, so that a company may bring them in a language of its own.

    python -m workshop.customerwords

Reads the sources of customers' pages and letters with GNU gettext and writes accounts/customerlanguages/words.json.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import template

from workshop.home import PROJECT

WORDS = PROJECT / "accounts/customerlanguages/words.json"
# The sources of what customers read, by where they read it. A text that stands in several belongs to the first.
SOURCES = {
    "page": (
        "templates/survey/base.html", "templates/survey/step.html", "templates/survey/score.html",
        "templates/survey/why.html", "templates/survey/thanks.html", "templates/survey/_foot.html",
        "templates/survey/_legal.html", "templates/survey/busy.html", "templates/survey/closed.html",
        "templates/survey/expired.html", "templates/survey/unknown.html", "templates/survey/withdrawn.html",
                "responses/page/*.py", "surveys/wording/points.py", "templates/survey/_chat_invitation.html",
        "responses/chats/*.py", "surveys/letters/chat_messages.py",
        "templates/survey/_introduction.html", "templates/survey/confirm.html", "templates/emails/confirm.*",
        "responses/open_links/page.py", "responses/open_links/introductions.py", "responses/open_links/cards.py",
        "responses/open_links/confirmation.py", "responses/open_links/staff_pages.py",
        "templates/kiosk/score.html", "templates/kiosk/why.html", "templates/kiosk/thanks.html",
        "templates/kiosk/closed.html", "templates/kiosk/countdown.html", "templates/kiosk/page.html",
        "templates/followups/calls/_opening.html",
        "responses/widgets/contents.py",
        "templates/survey/_further.html", "surveys/wording/calling.py",
    ),
    "letters": (
        "templates/emails/ask*", "templates/emails/letter.*", "templates/emails/thanks.*",
        "templates/emails/_decoy.html",
        "templates/surveys/*.html", "surveys/letters/frames.py", "surveys/letters/branded.py",
        "surveys/letters/kinds.py", "surveys/letters/text_messages.py", "accounts/vocatives.py",
    ),
    "afterwards": (
        "templates/survey/*.html", "templates/emails/closing.*", "templates/closing/*.html",
        "templates/followups/mailings/offers_end*.html", "followups/closing/page.py", "followups/closing/letters.py",
        "followups/closing/wording.py", "followups/letters/subjects.py", "followups/models/gift.py",
        "followups/referrals/landing_page.py",
        "followups/referrals/leads.py", "followups/referrals/own_page.py", "followups/referrals/thanks.py",
        "followups/testimonials/page.py", "followups/testimonials/consent.py",
        "followups/testimonials/confirmation.py", "followups/improvements/letters.py", "followups/mailings/letters.py",
        "followups/mailings/offers_end.py",
    ),
}  # fmt: skip
# What `gettext_noop` marks is kept in a row for staff to read.
KEYWORDS = (
    "gettext", "gettext_lazy", "ngettext:1,2", "ngettext_lazy:1,2", "pgettext:1c,2",
    "pgettext_lazy:1c,2", "npgettext:1c,2,3", "npgettext_lazy:1c,2,3", "_",
)  # fmt: skip


def collected() -> list[dict[str, str]]:
    """Return the texts in the order of their sources: `text`, `place`, and `context` where there is one."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for place, patterns in SOURCES.items():
        files = [path for pattern in patterns for path in sorted(PROJECT.glob(pattern))]
        for word in _texts_of(files):
            found.setdefault((word["text"], word.get("context", "")), {**word, "place": place})
    return list(found.values())


def written(words: list[dict[str, str]]) -> str:
    """Return the file as it is committed."""
    return json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _texts_of(files: list[Path]) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as directory:
        readable = [_readable(path, Path(directory), number) for number, path in enumerate(files)]
        told = subprocess.run(
            ["xgettext", "--language=Python", "--from-code=UTF-8", "--output=-", "--no-wrap", "--keyword",
             *(f"--keyword={name}" for name in KEYWORDS), *map(str, readable)],
            capture_output=True, check=True,
        ).stdout  # fmt: skip
    for message in read_po(BytesIO(told)):
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            raise ValueError(
                f"Say this to customers without counting, which each language does in its way: {message.id}"
            )
        word = {"text": str(message.id)}
        if message.context:
            word["context"] = str(message.context)
        yield word


def _readable(path: Path, directory: Path, number: int) -> Path:
    """Return a file that xgettext reads as Python: of a template only its texts are left."""
    if path.suffix == ".py":
        return path
    copy = directory / f"{number}.py"
    copy.write_text(template.templatize(path.read_text(), origin=str(path)))
    return copy


def main() -> int:
    settings.configure()
    WORDS.write_text(written(collected()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
