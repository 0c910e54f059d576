"""Buttons and pages are called what people scan for."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CATALOGUE = Path(settings.BASE_DIR, "locale", "uk", "LC_MESSAGES", "django.po").read_text()
SAID = set(re.findall(r'^msgid "(.+)"$', CATALOGUE, re.MULTILINE))


@pytest.mark.parametrize(
    ("charming", "plain"),
    [
        ("Keep it", "Save"),
        ("Go on", "Resume"),
        ("Open the card", "Contact"),
        ("Run it dry", "Dry run"),
        ("Everything between us", "History"),
        ("Its whole life", "History"),
        ("As fits", "Automatic"),
        ("The call is kept.", "The call is saved."),
        ("The note is kept.", "The note is saved."),
    ],
)
def test_a_thing_has_the_name_that_one_looks_for(charming, plain):
    assert charming not in SAID
    assert plain in SAID
