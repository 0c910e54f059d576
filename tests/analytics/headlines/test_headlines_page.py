import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.headlines import topic
from analytics.models import MonthlySpread
from analytics.services import refresh_rollups
from responses.models import Response, ResponseTopic, Topic
from tests.analytics.answers import NOW, answer, at, manager_called, scores
from tests.factories import ChannelFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

JUNE, MAY, APRIL, JULY = (at(f"2026-{month}-10T10:00") for month in ("06", "05", "04", "07"))
LAST = "?period=last-month"


@pytest.fixture
def company(version):
    """Two months: in June one manager is far below the others, and a weak channel has grown."""
    answer(version, [8], at=at("2026-04-02T10:00"))
    partner, web = (ChannelFactory(name=name) for name in ("Partner", "Web"))
    usual, bad = manager_called("Rasa"), manager_called("Viktor")
    for moment, partners in ((MAY, 1), (JUNE, 6)):
        answer(version, scores(60, 20, 20), at=moment, manager=usual, channel=web)
        answer(version, scores(60, 20, 20), at=moment, manager=manager_called("Taras"), channel=web)
        answer(version, scores(5 * partners, 5 * partners, 20 * partners), at=moment, channel=partner)
    answer(version, scores(60, 20, 20), at=MAY, manager=bad, channel=web)
    answer(version, scores(15, 20, 65), at=JUNE, manager=bad, channel=web)
    answer(version, scores(6, 2, 2), at=JULY, manager=bad, channel=web)
    return bad


def section(page):
    return page.html.split('id="headlines"')[1].split("</section>")[0]


def test_what_stands_out_is_told_by_name_and_is_sure(show, company):
    said = section(show(LAST))

    assert 'data-headline="down"' in said
    # Web is where Viktor sells, and nothing else fell there: an echo of him.
    assert re.findall(r'data-problem="(\w+)"', said) == ["Partner", "Viktor", "Web"]
    assert re.findall(r'data-shift="(\w+)"', said) == ["Partner"]
    assert said.count(">sure<") == 5


def test_days_that_run_are_told_by_their_last_whole_months(show, company):
    running, closed = (section(show(query)) for query in ("?period=30d", LAST))

    for name in ("problem", "shift", "headline"):
        assert re.findall(rf'data-{name}="(\w+)"', running) == re.findall(rf'data-{name}="(\w+)"', closed)
    assert "1 Jun 2026 – 30 Jun 2026" in running


@pytest.mark.parametrize("query", ["", "?period=30d", LAST, "?period=30d&channel={channel}"])
def test_every_number_leads_to_exactly_the_answers_that_it_counts(client, show, company, query):
    channel = Response.objects.filter(manager=company).values_list("channel", flat=True)[0]
    said = section(show(query.format(channel=channel)))
    ways = re.findall(r'<a href="(/answers/[^"]*)">([\d,]+)(?: answers?)?</a>', said)

    assert len(ways) >= 3
    for way, number in ways:
        assert client.get(unescape(way)).context["all"] == int(number), way


def test_a_name_leads_to_the_page_that_says_the_same(client, show, company):
    said = section(show("?period=30d"))
    way = re.search(r'data-problem="Viktor"><a href="/dashboard/(\?[^"]*)">', said)[1]
    value, number = re.search(r"Viktor</a> \(manager\): <strong>(\S+)</strong>, <a [^>]*>(\d+) answers<", said).groups()

    page = show(unescape(way))

    assert (page.figures["value"], page.figures["answers"]) == (value, number)


def test_a_quiet_company_is_told_so(show, version):
    answer(version, [8], at=at("2026-04-02T10:00"))
    for name in ("Rasa", "Taras", "Emma"):
        manager = manager_called(name)
        for moment in (MAY, JUNE):
            answer(version, scores(60, 25, 15), at=moment, manager=manager)

    said = section(show(LAST))

    assert "Nothing stands out: what differs may be chance." in said
    assert "cannot tell yet" in said
    assert ">sure<" not in said


def name_topics(score_of):
    """Let the answers of June name topics, by their scores."""
    for slug, own in score_of.items():
        named = Topic.objects.create(slug=slug, names={"en": slug.capitalize()})
        for response in Response.objects.filter(answered_at=JUNE, score__in=own):
            ResponseTopic.objects.create(response=response, topic=named, source="tapped")


def test_the_topic_that_costs_most_stands_by_name_and_leads_to_its_answers(client, show, company):
    name_topics({"parking": [3], "smell": [8, 10]})

    said = section(show("?period=30d"))
    way, number = re.search(
        r'data-topic="Parking">.*?</strong>, <a href="([^"]*)">(\d+) answers</a>', said, re.DOTALL
    ).groups()

    assert client.get(unescape(way)).context["all"] == int(number)
    assert "Other topics: " in said
    assert "Smell" not in said


def test_of_very_many_answers_topics_are_left_to_their_own_page(show, company, monkeypatch):
    name_topics({"parking": [3], "smell": [8, 10]})
    monkeypatch.setattr(topic, "READ_AT_ONCE", 100)

    assert "data-topic" not in section(show(LAST))


def test_topics_of_few_answers_among_very_many_are_left_to_their_own_page(show, company, monkeypatch):
    name_topics({"parking": [3], "smell": [8, 10]})
    kept = dict.fromkeys(("clusters", "total", "squares", "products", "sizes", "worths"), 1)
    of_all = {"metric": "nps", "dimension": "all", "member_id": 0, "measured_at": NOW}
    run = MonthlySpread.objects.create(
        **of_all, **kept, first=date(2026, 6, 1), last=date(2026, 6, 1), answers=topic.LOOKED_THROUGH
    )
    assert "data-topic" in section(show("?period=30d"))

    MonthlySpread.objects.filter(pk=run.pk).update(answers=topic.LOOKED_THROUGH + 1)
    assert "data-topic" not in section(show("?period=30d"))


@pytest.mark.parametrize("query", ["", LAST])
def test_without_a_past_nothing_is_told(show, version, query):
    answer(version, scores(60, 20, 20), at=JUNE, manager=manager_called("Rasa"))
    answer(version, scores(0, 0, 60), at=JUNE, manager=manager_called("Viktor"))

    said = section(show(query))

    assert "Cannot tell yet" in said
    assert "Viktor" not in said


def test_a_manager_reads_of_the_own_team_only(show, manager, team, version):
    answer(version, [8], at=at("2026-04-02T10:00"), team=team)
    for name, whose, now in (
        ("Ours", team, scores(60, 25, 15)),
        ("Bad", team, scores(5, 25, 70)),
        ("Theirs", TeamFactory(), scores(0, 0, 100)),
    ):
        who = UserFactory(name=name, team=whose)
        answer(version, scores(60, 25, 15), at=MAY, manager=who, team=whose)
        answer(version, now, at=JUNE, manager=who, team=whose)

    said = section(show(LAST, user=manager))

    assert 'data-problem="Bad"' in said
    assert "Theirs" not in said


def statements(client, query):
    client.get(f"/dashboard/?{urlencode(query)}")
    with CaptureQueriesContext(connection) as found:
        assert client.get(f"/dashboard/?{urlencode(query)}").status_code == 200
    return [each["sql"] for each in found.captured_queries]


def of_answers(sql):
    """Statements that count answers: from the rollups, and one by one."""
    return ["FROM analytics_rollup" in sql and "cells" in sql, "AS account" in sql]


def test_the_sentences_read_the_rollups_once_more_at_most_and_never_the_answers(client, ceo, company):
    refresh_rollups()
    client.force_login(ceo)
    closed, running = (statements(client, {"period": name}) for name in ("last-month", "30d"))

    assert len(running) <= len(closed) + 4
    for found, times in ((closed, 1), (running, 2)):
        assert sum(of_answers(sql)[0] and "face" in sql for sql in found) == times
        assert sum(of_answers(sql)[1] for sql in found) == 1
