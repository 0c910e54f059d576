"""A digest as a letter: what its message says, as text and as HTML with charts that have their numbers beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.media import Medium
from accounts.models import User
from analytics.dashboard.filters import teams_in_reach
from analytics.reports import pictures
from analytics.reports.digests import TEMPLATE
from delivery.composers import Unsendable, register, singly
from delivery.media.email.letter import Letter, of_ours
from delivery.media.email.mime import InlineImage
from delivery.models import Message
from surveys.letters.frames import inlined


def written(message: Message) -> Letter:
    """Return the letter of a digest. Raises Unsendable where its reader may not see these numbers any more."""
    if not may_be_told(message.context):
        raise Unsendable("This person asked for it no more, or sees other numbers now.", called_off=True)
    document = message.context["document"]
    charts = [chart for section in document["sections"] for chart in section["charts"]]
    with translation.override(message.language):
        page = _page(message, document)
        return of_ours(
            message,
            subject=f"{document['title']}, {document['days']}",
            text=render_to_string("emails/digest.txt", page),
            html=inlined(render_to_string("emails/digest.html", page)),
            images=[InlineImage(chart["key"], pictures.png(chart["narrow"] or chart["svg"])) for chart in charts],
            headers={"Auto-Submitted": "auto-generated"},
        )


def may_be_told(context: dict[str, Any]) -> bool:
    """Say whether the reader of a digest still wants it, and sees the teams that it was written of."""
    person = User.objects.filter(pk=context["person"], is_active=True).first()
    if person is None or not person.digest or not person.is_manager:
        return False
    teams = teams_in_reach(person)
    return bool(context["teams"] == (list(teams) if teams is not None else None))


def _page(message: Message, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "document": document,
        "sections": [(section["title"], list(_lines(section))) for section in document["sections"]],
        "language": message.language,
        "to": message.to_name,
        "report_url": f"{settings.BASE_URL}{reverse('report')}?{message.context['query']}",
        "settings_url": f"{settings.BASE_URL}{reverse('personal_settings')}",
        "why": _("You get this because you asked for it in your settings."),
    }


def _lines(section: dict[str, Any]) -> Iterator[str]:
    """Yield a section as lines of text: its sentences, and a line for each row of its tables."""
    for said in section["sentences"]:
        mark = f"[{said['mark']}]" if said["mark"] else ""
        name = said["name"]
        # What is a whole sentence needs no colon.
        name += ":" if name and not name.endswith(".") else ""
        yield " ".join(filter(None, (name, said["text"], mark, said["note"])))
    for table in section["tables"]:
        for row in table["rows"]:
            first, *others = map(_in_text, row)
            yield f"{first}: " + "; ".join(
                f"{head} {cell}" for head, cell in zip(table["heads"][1:], others, strict=True)
            )


def _in_text(cell: dict[str, str]) -> str:
    return f"{cell['text']} ({cell['note']})" if cell["note"] else cell["text"]


register(TEMPLATE, Medium.EMAIL, singly(written))
