"""What is printed on A4 is all that stood on the page, and nothing runs over an edge."""

import io
import re
import unicodedata

import pypdf
import pytest

from tests.e2e.test_dashboard import numbers  # noqa: F401 fixture
from tests.e2e.test_inbox import followup

# The width of A4 without its margins, in CSS pixels.
WIDTH = {"portrait": 718, "landscape": 1046}
SHEETS = pytest.mark.parametrize("sheet", WIDTH)
# Whatever is cut: boxes that hold more than they show, and text beyond the edge.
CUT = """
[...document.querySelectorAll("main *")].filter((element) => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  if (!box.width || element.closest("svg, .visually-hidden")) return false;
  const hides = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
  return hides || box.right > document.documentElement.clientWidth + 1;
}).map((element) => `${element.tagName} ${element.className} ${element.innerText.slice(0, 40)}`)
"""


def printed(page, sheet):
    """Return what can be read on paper, and what the page says in print; fail where something is cut."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH[sheet], "height": 1000})
    page.wait_for_function(f"innerWidth === {WIDTH[sheet]} && matchMedia('print').matches")
    assert page.evaluate(CUT) == []
    page.evaluate("document.querySelectorAll('.visually-hidden').forEach((unseen) => unseen.remove())")
    said = page.locator("main").inner_text()
    paper = pypdf.PdfReader(
        io.BytesIO(page.pdf(format="A4", landscape=sheet == "landscape", prefer_css_page_size=False))
    )
    for leaf in paper.pages:
        leaf.extract_text(visitor_text=lambda text, page, line, *_font, leaf=leaf: inside(text, page, line, leaf))
    return "\n".join(leaf.extract_text() for leaf in paper.pages), said


def inside(text, page, line, leaf):
    """Fail for text that begins beyond the edges; `page` and `line` are the matrices that place it."""
    across = line[4] * page[0] + line[5] * page[2] + page[4]
    assert not text.strip() or 0 <= across < leaf.mediabox.width, text


def words(text):
    return set(re.findall(r"[\w.,%−+]*\w", text))


def squeezed(text):
    """Return a text without its spaces, and with its ligatures taken apart."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@SHEETS
def test_the_dashboard_is_printed_whole(open_page, numbers, ceo, sheet):  # noqa: F811
    page = open_page("/dashboard/", user=ceo)

    paper, said = printed(page, sheet)

    missing = {word for word in words(said) if squeezed(word) not in squeezed(paper)}
    assert missing == set()
    for heading in ("Response rate", "Change", "95% interval", "Detractors"):
        assert squeezed(paper).count(squeezed(heading)) >= 3, heading
    rows = page.locator("#managers tbody tr").all()
    for row in rows:
        cells = [squeezed(cell) for cell in row.locator("th, td").all_inner_texts()]
        assert re.search(".{0,3}".join(map(re.escape, cells)), squeezed(paper)), cells
    assert "Show" not in words(paper)
    assert "Period: This month and the 11 before." in " ".join(paper.split())


@SHEETS
def test_a_followup_a_customer_and_the_inbox_are_printed_whole(open_page, live_server, owner, sheet):
    made = followup(owner)
    page = open_page("/inbox/", user=owner)

    for path in (
        "/inbox/",
        made.get_absolute_url(),
        made.response.contact_id and f"/contacts/{made.response.contact_id}/",
    ):
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        paper, said = printed(page, sheet)
        missing = {word for word in words(said) if squeezed(word) not in squeezed(paper)}
        assert missing == set(), path
        page.emulate_media(media="screen")
