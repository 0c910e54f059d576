"""The report as PDF and spreadsheet: the same bytes for the same answers, and nothing in them runs."""

import io
import re
import zipfile
from datetime import timedelta
from urllib.parse import urlencode

import pypdf
import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from accounts import clock, fonts
from accounts.models import SecurityEvent
from analytics.reports import content, pdf
from crm.models import Channel
from responses.models import Response, Topic
from tests.analytics.answers import NOW, answer, scores
from tests.analytics.reports.conftest import JUNE, facts_of, say
from tests.factories import ChannelFactory

pytestmark = pytest.mark.django_db

JUNE_DAYS = {"period": "own", "start": "2026-06-01", "end": "2026-06-30"}
HOSTILE = '#panic("x") *bold* $a$ <b>&amp; \\ @re `raw` // gone? #import "x" [a] _b_ = title'


@pytest.fixture
def take(client, ceo):
    """Take the report along as somebody, as the bytes of a file."""

    def take(kind, user=None, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse(f'report_{kind}')}?{urlencode(query or JUNE_DAYS)}")
        assert response.status_code == 200, response.content[:500]
        assert response["Content-Disposition"] == f'attachment; filename="report-2026-06-01-2026-06-30.{kind}"'
        return b"".join(response.streaming_content)

    return take


def read(made):
    return pypdf.PdfReader(io.BytesIO(made))


def squeezed(text):
    return re.sub(r"\s", "", text)


def words_of(made, page=None):
    pages = read(made).pages
    return squeezed("".join(leaf.extract_text() for leaf in (pages if page is None else [pages[page]])))


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_the_same_answers_make_the_same_bytes_whatever_the_clock_says(take, company, monkeypatch, kind):
    first = take(kind)
    later = NOW + timedelta(days=45, hours=5)
    monkeypatch.setattr(clock, "now", lambda: later)

    with time_machine.travel(later):
        assert take(kind) == first
    Response.objects.filter(answered_at=JUNE, score=10)[:1].get().delete()
    assert take(kind) != first


def test_who_stands_out_stands_by_name_on_the_first_sheet_of_paper(take, company):
    first = words_of(take("pdf"), page=0)

    for name in ("Viktor(manager)", "Partner(channel)", "Delivery(topic)", "Rule:itliesbelowtherest"):
        assert name in first


def test_it_is_tagged_titled_and_speaks_the_language_of_its_reader(company, ceo):
    with translation.override("uk"):
        document = content.whole(facts_of(ceo, QueryDict("period=last-month")))
        paper = read(pdf.written(document))

    catalogue = paper.trailer["/Root"]
    assert catalogue["/Lang"] == "uk"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data()
    assert "Звіт" in paper.metadata.title
    assert paper.metadata.creation_date is None
    assert document.fingerprint in " ".join(paper.pages[0].extract_text().split())


def structure(node):
    """Every element of the structure that a screen reader walks."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for each in node:
            yield from structure(each)
    elif isinstance(node, pypdf.generic.DictionaryObject) and ("/S" in node or node.get("/Type") == "/StructTreeRoot"):
        yield node
        if "/K" in node:
            yield from structure(node["/K"])


def test_charts_are_told_in_words_and_tables_have_headings(take, company):
    elements = list(structure(read(take("pdf")).trailer["/Root"]["/StructTreeRoot"]))
    kinds = [element.get("/S") for element in elements]

    alts = [str(element["/Alt"]) for element in elements if element.get("/S") == "/Figure" and "/Alt" in element]
    assert [alt.split(".")[0] for alt in alts] == [
        "NPS over time with its 95% interval",
        "How often each score from 0 to 10 was given",
    ]
    assert kinds.count("/Table") >= 5
    assert kinds.count("/TH") >= 20
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 9


@pytest.mark.parametrize("text", [HOSTILE, "你好 👩‍💻 مرحبا", "q\u200bq \u202e rtl \x07 bell", "ąčęėįšųūž їєґ"])
def test_what_customers_wrote_is_printed_as_it_is_and_breaks_nothing(take, version, text):
    answer(version, [3] * 5 + [9] * 30, at=JUNE, comment="")
    Response.objects.filter(score=3).update(comment=text)
    say("delivery", score__lte=6)

    said = words_of(take("pdf"))

    assert squeezed(fonts.readable(text)) in said


def test_words_that_are_longer_than_a_line_are_broken(take, version):
    answer(version, [3] * 5 + [9] * 30, at=JUNE, comment="", channel=ChannelFactory(name="Ж" * 24))
    Response.objects.filter(score=3).update(comment="я" * 200)
    say("delivery", score__lte=6)

    lines = "\n".join(leaf.extract_text() for leaf in read(take("pdf")).pages).replace("\u200b", "").split("\n")

    assert sum(line.count("я") for line in lines if "яя" in line) == 200
    assert max(line.count("я") for line in lines) < 130
    assert max(line.count("Ж") for line in lines) < 24


def test_names_of_things_are_no_markup_either(take, version):
    answer(version, scores(30, 10, 5), at=JUNE, channel=ChannelFactory(name="#sys.inputs *x*"))
    Topic.objects.filter(slug="delivery").update(names={"en": "$x$ #eval"})
    say("delivery", score__gte=0)

    said = words_of(take("pdf"))

    assert "#sys.inputs*x*" in said
    assert "$x$#eval" in said


def test_whatever_the_reader_s_language_the_paper_is_made(company, ceo):
    for language in ("en", "uk", "ru", "lt"):
        with translation.override(language):
            made = pdf.written(content.whole(facts_of(ceo, QueryDict("period=last-month"))))
        assert fonts.BOX not in words_of(made), language


def sheets_of(book):
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        titles = re.findall(r'<sheet name="([^"]*)"', packed.read("xl/workbook.xml").decode())
        return dict(
            zip(
                titles,
                (packed.read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(1, len(titles) + 1)),
                strict=True,
            )
        )


def test_the_spreadsheet_holds_every_table_with_its_numbers_and_runs_nothing(take, company):
    Channel.objects.filter(name="Partner").update(name="=HYPERLINK(1)")

    sheets = sheets_of(take("xlsx"))

    assert list(sheets) == [
        "Report", "Managers", "Channels", "Products", "Points", "Scores", "Topics", "Follow-ups", "Root causes",
    ]  # fmt: skip
    assert "<f>" not in "".join(sheets.values())
    assert "=HYPERLINK(1)" in sheets["Channels"]
    assert "Viktor (manager)" in sheets["Report"]
    assert re.search(r"<v>-50</v>", sheets["Managers"])


def company_answers():
    return Response.objects.filter(answered_at=JUNE).count()


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_whoever_takes_it_along_is_noted(take, company, ceo, kind):
    take(kind)

    event = SecurityEvent.objects.latest("pk")
    assert (event.kind, event.subject) == ("exported", f"report.{kind}")
    assert event.details == {"rows": company_answers(), "filters": JUNE_DAYS}


def test_filters_that_are_wrong_lead_to_the_page_that_says_so(client, ceo):
    client.force_login(ceo)

    assert client.get("/dashboard/report/report.pdf?period=never").url == "/dashboard/report/?period=never"
