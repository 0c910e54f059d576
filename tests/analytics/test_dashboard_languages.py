import re

import pytest
from django.utils import translation

from analytics.dashboard import numbers
from tests.analytics.answers import answer, scores

# A decimal comma in a coordinate makes browsers drop the shape.
COORDINATE = re.compile(r'\s(?:x|y|x1|x2|y1|y2|cx|cy|r|width|height)="([^"]*)"')


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_shapes_are_drawn_in_every_language(show, ceo, version, language):
    answer(version, scores(promoters=68, passives=52, detractors=30))
    ceo.language = language
    ceo.save()

    drawings = re.findall(r"<svg.*?</svg>", show().html, re.DOTALL)

    coordinates = COORDINATE.findall("".join(drawings))
    assert len(coordinates) > 50
    assert [value for value in coordinates if not re.fullmatch(r"-?\d+(\.\d+)?", value)] == []


@pytest.mark.parametrize(
    ("language", "many", "share", "fall"),
    [
        ("en", "12,345", "45.3%", "−1.2"),
        ("uk", "12\xa0345", "45,3%", "−1,2"),
        ("ru", "12\xa0345", "45,3\xa0%", "−1,2"),
        ("lt", "12\xa0345", "45,3\xa0%", "−1,2"),
    ],
)
def test_numbers_are_written_as_readers_of_the_language_write_them(language, many, share, fall):
    with translation.override(language):
        assert numbers.thousands(12_345) == many
        assert numbers.percent(45.3) == share
        assert numbers.signed(-1.2) == fall


def test_thousands_of_answers_stand_on_the_page_in_lithuanian(show, ceo, version):
    answer(version, [10] * 1234)
    ceo.language = "lt"
    ceo.save()

    page = show()

    assert "1\xa0234" in page.html
    assert "1.234" not in page.html
