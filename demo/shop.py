"""A shop of somebody else that asks by a web widget: a stand-in of this machine shows its pages."""

import json
from pathlib import Path

from django.conf import settings

from crm.models import Contact
from demo.data.plan import SURVEY
from responses.models import WebWidget
from surveys.models import Survey

NAME, SOURCE = "Birch & Moss", "birch"
# What the shop knows its customers by; nobody of them lives.
PEOPLE = {
    "1001": ("Ieva", "Beržaitė"),
    "1002": ("Taras", "Berezenko"),
    "1003": ("Maya", "Birch"),
    "1004": ("Oksana", "Mokh"),
    "1005": ("Paul", "Moss"),
}


def open_at(url: str, facts: str) -> WebWidget:
    """Let the shop at `url` ask, wherever it stood before, and write into a file what its administrator copies."""
    survey = Survey.objects.get(name=SURVEY)
    known = {"survey": survey, "origins": [url], "source": SOURCE, "delay_seconds": 1, "is_active": True}
    widget = WebWidget.objects.filter(entry__name=NAME).first() or WebWidget.objects.open(name=NAME, **known)
    for field, value in known.items():
        setattr(widget, field, value)
    widget.save()
    secret = widget.secret or widget.draw_secret()
    for number, (first, last) in PEOPLE.items():
        named = {"first_name": first, "last_name": last, "email": f"{first.lower()}.{number}@birch.example"}
        Contact.objects.update_or_create(source=SOURCE, external_id=number, defaults=named)
    people = [{"id": number, "name": " ".join(name)} for number, name in PEOPLE.items()]
    path = Path(facts)
    path.touch(mode=0o600)
    told = {"plumb": settings.BASE_URL, "key": widget.key, "secret": secret, "people": people}
    path.write_text(json.dumps(told, ensure_ascii=False))
    return widget
