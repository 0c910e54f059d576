"""Charts that leave the page look as they do on it."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.http import QueryDict

from analytics.reports import drawings
from tests.analytics.reports.conftest import facts_of

STYLES = Path(settings.BASE_DIR) / "static" / "css"


def test_the_colours_are_the_light_ones_of_the_pages():
    light = set(re.findall(r"light-dark\((#[0-9a-f]{6})", (STYLES / "tokens.css").read_text()))

    used = set(re.findall(r"#[0-9a-f]{6}", drawings.STYLE))
    assert len(used) >= 8
    assert used <= light


@pytest.mark.django_db
def test_every_part_of_a_chart_has_its_rule_and_nothing_needs_a_style_sheet(ceo, company):
    found = facts_of(ceo, QueryDict("period=last-month"))

    for chart in (drawings.over_time(found), drawings.scores(found)):
        for svg in filter(None, (chart.svg, chart.narrow)):
            alone = drawings.dressed(svg)
            root = ElementTree.fromstring(alone)
            assert float(root.get("width")) > 300
            classes = {name for element in root.iter() for name in (element.get("class") or "").split()}
            assert classes
            assert {name for name in classes if f".{name} " not in drawings.STYLE} <= {"chart__year"}
            assert "<title" not in alone


@pytest.mark.django_db
def test_a_chart_is_told_in_words(ceo, company):
    found = facts_of(ceo, QueryDict("period=own&start=2026-05-01&end=2026-06-30&by=month"))

    assert drawings.over_time(found).alt.startswith("NPS over time with its 95% interval. From 28.3 (May 2026) to −")
    assert drawings.scores(found).alt.startswith("How often each score from 0 to 10 was given. 0: 0; 1: 0; 2: 0; 3: ")
