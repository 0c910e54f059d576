"""The report on the screen: what it says first, what it recommends and why, and to whom."""

import re
from datetime import timedelta
from html import unescape

import pytest

from accounts import clock
from responses.models import Response
from tests.analytics.answers import NOW, answer, scores
from tests.analytics.reports.conftest import JUNE, LAST, LATE, MAY, names
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_it_begins_with_the_numbers_and_who_stands_out_by_name(report, company):
    page = report()

    order = [page.html.index(f'id="{key}"') for key in ("headlines", "recommendations", "trend", "scores", "breakdowns",
                                                         "complaints", "praise", "followups", "reading")]  # fmt: skip
    assert order == sorted(order)
    assert page.html.index('data-figure="number"') < order[0]
    said = names(page, "headlines")
    assert {"Viktor (manager)", "Partner (channel)", "Delivery (topic)"} <= set(said)
    assert re.search(r"NPS went from \d+\.\d to −?\d+\.\d: −\d+\.\d \(between −", page.text)
    assert re.search(r"1 Jun 2026 – 30 Jun 2026 against 1 May 2026 – 31 May 2026", page.text)


def test_what_it_recommends_stands_with_its_rule_and_its_reason(report, company):
    page = report()

    said = names(page, "recommendations")
    assert said[0] == "Viktor: read these answers together and agree on what is to change."
    assert "Begin with the topic “Delivery”." in map(unescape, said)
    assert "Partner: decide whether this change of its share is wanted." in said
    section = page.html.split('id="recommendations"')[1].split("</section>")[0]
    assert section.count("Rule: ") == len(said)
    assert "Rule: it lies below the rest by more than chance explains." in section
    assert re.search(r"NPS −?\d+\.\d, \d+ answers\.", section)


@pytest.mark.parametrize("more", ["managers_find=Rasa", "managers_page=2", "channels=name", "products=-answers"])
def test_what_was_looked_for_in_a_table_of_another_page_leaves_no_row_out(report, company, more):
    whole, asked = report(), report(f"{LAST}&{more}")

    assert asked.html.split('id="breakdowns"')[1] == whole.html.split('id="breakdowns"')[1]
    assert more not in asked.html.split('id="breakdowns"')[1]


def test_a_quiet_company_is_recommended_nothing(report, version):
    answer(version, [8], at=JUNE - timedelta(days=70))
    for name in ("Rasa", "Taras"):
        who = UserFactory(name=name, team=TeamFactory())
        for moment in (MAY, JUNE):
            answer(version, scores(60, 25, 15), at=moment, manager=who, team=who.team)

    page = report()

    assert "Nothing stands out: what differs may be chance." in page.text
    assert "No rule asks for anything here." in page.text


def test_few_answers_are_no_ground_to_decide_on(report, version):
    answer(version, scores(3, 2, 1), at=JUNE)

    assert names(report(), "recommendations") == [
        "Decide nothing by this number yet: choose a longer period or fewer filters."
    ]


@pytest.mark.parametrize("query", [LAST, "period=6m", "period=own&start=2026-05-01&end=2026-06-30", ""])
def test_every_number_leads_to_exactly_the_answers_that_it_counts(client, report, company, query):
    page = report(query)
    ways = re.findall(r'<a href="(/answers/\?[^"]*)">([\d,]+)</a>', page.html)

    assert len(ways) >= 5
    for way, number in ways:
        assert client.get(unescape(way)).context["all"] == int(number), way


def test_complaints_and_praise_lead_to_their_answers(client, report, company):
    page = report()
    section = page.html.split('id="complaints"')[1].split("</section>")[0]
    way, number = re.search(r'<a href="([^"]*)">Delivery</a></strong>\s+Detractors: (\d+) of', section).groups()

    assert client.get(unescape(way)).context["all"] == int(number)
    assert names(page, "praise") == ["Quality"]
    assert LATE in section


def test_without_a_period_it_is_of_whole_months_that_are_over(report, company):
    page = report("")

    assert "1 Jul 2025 – 30 Jun 2026" in page.text
    assert "last-12m" in page.selected
    # Nothing was counted before April, so its last month is what may be judged.
    assert "1 Jun 2026 – 30 Jun 2026 against 1 May 2026 – 31 May 2026" in page.text
    assert "Viktor (manager)" in names(page, "headlines")


def test_a_manager_reads_of_the_own_team_only_and_the_report_says_so(report, manager, team, version):
    for name, whose in (("Ours", team), ("Theirs", TeamFactory(name="East"))):
        who = UserFactory(name=name, team=whose)
        answer(version, scores(60, 25, 15), at=JUNE, manager=who, team=whose, comment=f"Words of {name} customers")

    page = report(user=manager)

    assert f"Team: {team.name}." in page.text
    assert "Ours" in page.text
    assert "Theirs" not in page.html
    assert "East" not in page.html


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_read_no_report(report, request, who):
    report(user=request.getfixturevalue(who), status=403)


@pytest.mark.parametrize("query", ["period=never", "period=own&start=2026-13-01", "manager=999999"])
def test_what_is_wrong_is_refused_with_a_word(report, version, query):
    page = report(query, status=400)

    assert "These numbers cannot be shown." in page.text
    assert "data-fingerprint" not in page.html


def test_a_period_without_answers_says_so(report, version):
    page = report()

    assert "No answers in this period" in page.text
    assert "report.pdf" not in page.html


def fingerprint(page):
    return re.search(r'data-fingerprint="([0-9a-f ]+)"', page.html)[1]


def test_the_same_answers_have_the_same_fingerprint_whatever_the_clock_says(report, company, monkeypatch):
    before = fingerprint(report("period=own&start=2026-06-01&end=2026-06-30"))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=45, hours=5))

    assert fingerprint(report("period=own&start=2026-06-01&end=2026-06-30")) == before
    Response.objects.filter(answered_at=JUNE, score=10)[:1].get().delete()
    assert fingerprint(report("period=own&start=2026-06-01&end=2026-06-30")) != before


def test_more_answers_take_no_more_queries(client, report, company, version, django_assert_max_num_queries):
    report()
    with django_assert_max_num_queries(45) as first:
        report()
    answer(version, scores(60, 20, 20), at=JUNE, comment=LATE)
    say_again = len(first.captured_queries)
    with django_assert_max_num_queries(say_again):
        report()
