"""What is printed to be filled in by hand has room for everything that a survey asks."""

import pytest
from django.urls import reverse

from tests.factories import OpenLinkFactory
from tests.responses.further.asked import QUESTIONS, version

LONG = "The words of this one are as long as they can be, and there are many of them here "
NO_ENDS = {"low": "", "high": ""}
LONGEST = [
    {
        **question,
        "kind": "many",
        "texts": {"en": {"question": (LONG * 3)[:200], "options": dict.fromkeys("12345678", LONG[:80])} | NO_ENDS},
    }
    for question in QUESTIONS
]  # fmt: skip


@pytest.mark.parametrize(
    ("questions", "sheets"), [(QUESTIONS[:2], 1), (QUESTIONS, 2), (LONGEST, 2)], ids=["few", "all", "longest"]
)
def test_nothing_is_cut_from_a_sheet(open_page, ceo, questions, sheets):
    link = OpenLinkFactory(version=version(questions))
    page = open_page(reverse("open_link_sheet", args=[link.pk, "form"]), user=ceo)

    found = page.locator(".sheet")
    assert found.count() == sheets
    assert found.evaluate_all("all => all.filter((one) => one.scrollHeight > one.clientHeight).length") == 0
    page.emulate_media(media="print")
    assert page.locator(".sheet__further section").count() == len(questions)
