import re

import pytest

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
