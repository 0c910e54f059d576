import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics import spread
from analytics.arithmetic import ARITHMETIC
from analytics.clusters import ClusterSums, Spread
from analytics.counts import Counts
from analytics.crossed import table
from analytics.dashboard.row_pages import ROWS
from analytics.spread import Answers
from crm.models import Profile
from tests.analytics.answers import NOW, answer, manager_called, version_of
from tests.analytics.reading import csv_rows
from tests.factories import ChannelFactory, CompanyFactory, ContactFactory, ProductFactory, SurveyFactory

pytestmark = pytest.mark.django_db
LINKS = re.compile(r'<a class="crossed__way" href="([^"]*)">.*?<span class="crossed__n">.*?</span>([\d,]+)</span></a>')


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('crossed')}?{urlencode(query, doseq=True)}")
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return look


def lines(response):
    found = response.context["table"]
    return {
        line.name: (line.whole.value, line.whole.answers, [(cell.value, cell.answers) for cell in line.cells])
        for line in found.lines
    }


def test_two_facts_are_crossed_with_margins_and_the_rule_of_five(look, version):
    ona, jonas = manager_called("Ona"), manager_called("Jonas")
    web, phone = ChannelFactory(name="Web"), ChannelFactory(name="Phone")
    answer(version, [10] * 5 + [3], manager=ona, channel=web)
    answer(version, [3] * 4, manager=ona, channel=phone)
    answer(version, [10] * 5, manager=jonas, channel=web)
    answer(version, [8] * 5)

    page = look(rows="manager", columns="channel")

    assert [name for name, _cell in page.context["table"].columns] == ["Web", "Phone", "not known"]
    assert [cell.answers for _name, cell in page.context["table"].columns] == ["11", "4", "5"]
    assert lines(page) == {
        "Ona": ("0", "10", [("67", "6"), ("–", "4"), ("–", "0")]),
        "Jonas": ("100", "5", [("100", "5"), ("–", "0"), ("–", "0")]),
        "not known": ("0", "5", [("–", "0"), ("–", "0"), ("0", "5")]),
    }
    assert page.context["table"].whole.answers == "20"


def test_every_fact_tells_answers_apart(look, version):
    profile = Profile.objects.create(
        region="LT-KL", size_band="50-249", industry="Retail", tenure_band="0-90", age_band="65+", lifecycle="at_risk"
    )
    ona = manager_called("Ona")
    facts = {
        "manager": ona,
        "team": ona.team,
        "channel": ChannelFactory(name="Web"),
        "product": ProductFactory(name="GTX"),
    }
    answer(version, [9] * 5, profile=profile, campaign="Spring", medium="sms", touchpoint_kind="our_own", **facts)
    names = {
        "touchpoint": "our_own", "team": ona.team.name, "manager": "Ona", "channel": "Web", "product": "GTX",
        "campaign": "Spring", "region": "LT-KL", "size_band": "50-249", "industry": "Retail",
        "tenure_band": "customer for up to 90 days", "age_band": "65 years old or older", "lifecycle": "At risk",
        "language": "English",
        "medium": "SMS", "kind": "transactional", "survey": version.survey.name, "origin": "invited",
        "version": f"{version.survey.name} · {version.number}",
    }  # fmt: skip

    found = {fact: list(lines(look(rows=fact))) for fact in names}

    assert {fact: [name.casefold() for name in each] for fact, each in found.items()} == {
        fact: [name.casefold()] for fact, name in names.items()
    }
    assert set(look().context["form"].facts) == {*names, "brand"}


@pytest.mark.parametrize(
    "query",
    [
        {"rows": "manager", "columns": "product"},
        {"rows": "touchpoint", "columns": "region", "period": "30d"},
        {"rows": "survey", "columns": "manager"},
        {"rows": "kind", "columns": "survey"},
        {"rows": "version"},
        {"rows": "team", "columns": "medium", "manager": "{ona}"},
    ],
)
def test_every_number_leads_to_exactly_the_answers_that_it_counts(client, look, version, query):
    ona, product = manager_called("Ona"), ProductFactory()
    profile = Profile.objects.create(region="LT-KL")
    yearly, other = version_of(SurveyFactory(kind="relational")), version_of(SurveyFactory(kind="relational"))
    facts = {"manager": ona, "team": ona.team, "product": product, "profile": profile, "touchpoint_kind": "renewal"}
    answer(version, [0, 3, 8, 9, 10, 10, 9], medium="sms", **facts)
    answer(version, [1, 2], at=NOW - timedelta(days=60))
    customer = ContactFactory()
    for days, score, asked in ((200, 2, yearly), (20, 9, other), (3, 10, yearly)):
        answer(asked, [score], at=NOW - timedelta(days=days), contact=customer, manager=ona, team=ona.team)
    answer(yearly, [7, 6], manager=ona, team=ona.team)
    answer(other, [5], manager=ona, team=ona.team)

    page = look(**{name: value.format(ona=ona.pk) for name, value in query.items()}).content.decode()
    ways = LINKS.findall(page)

    assert len(ways) >= 3
    for way, number in ways:
        assert client.get(unescape(way)).context["all"] == int(number), way


def test_intervals_know_that_answers_of_one_company_hang_together(look, version):
    company = CompanyFactory()
    ona = manager_called("Ona")
    answer(version, [10] * 20, manager=ona, company=company)
    answer(version, [3] * 10 + [10] * 10, manager=ona)

    (line,) = look(rows="manager").context["table"].lines

    worths = [("company", 1)] * 20 + [(number, -1) for number in range(10)] + [(number + 10, 1) for number in range(10)]
    together = Answers(Counts(good=30, bad=10), Spread.of(ClusterSums.of(worths)))
    expected = spread.interval(ARITHMETIC["nps"], together)
    assert line.whole.figures.interval == expected
    assert expected.high - expected.low > 40


def test_a_cell_is_shaded_when_it_differs_by_more_than_chance_explains(look, version):
    good, bad, few = manager_called("Good"), manager_called("Bad"), manager_called("Few")
    answer(version, [10] * 60, manager=good)
    answer(version, [0] * 60, manager=bad)
    answer(version, [0] * 29, manager=few)

    page = look(rows="manager")

    assert {line.name: line.whole.tone for line in page.context["table"].lines} == {
        "Good": "good-3", "Bad": "bad-3", "Few": "",
    }  # fmt: skip
    assert page.context["table"].compared == 2


def test_segments_stand_side_by_side_with_their_difference(look, version):
    good, bad, few = manager_called("Good"), manager_called("Bad"), manager_called("Few")
    for manager, scores in ((good, [10] * 40), (bad, [0] * 40), (few, [0] * 9)):
        answer(version, scores, manager=manager)

    page = look(rows="manager", segment=[bad.pk, good.pk, few.pk, "404"])
    first, second, third = page.context["table"].segments

    assert [one.name for one in (first, second, third)] == ["Bad", "Good", "Few"]
    assert (first.difference, second.difference, third.difference) == ("–", "+200.0", "–")
    assert second.is_clear
    assert second.low != "–"
    assert look(rows="manager", segment=[bad.pk]).context["table"].segments == []


def test_a_manager_crosses_what_they_may_see_and_no_more(look, manager, stranger, version):
    answer(version, [9] * 5, manager=manager, team=manager.team)
    answer(version, [9] * 7, manager=stranger, team=stranger.team)

    assert lines(look(user=manager, rows="manager")) == {manager.name: ("100", "5", [])}
    assert look(user=manager, team=stranger.team_id, status=400).context["form"].errors["team"]


def test_agents_cross_nothing(look, owner):
    look(user=owner, status=403)


def test_a_page_has_one_metric(look, version):
    answer(version, [9] * 5)
    satisfied = version_of(SurveyFactory(metric="csat"))
    answer(satisfied, [5] * 6, metric="csat")

    assert look(rows="survey", metric="nps").context["table"].whole.answers == "5"
    assert look(rows="survey", metric="csat").context["table"].whole.value == "100%"


def test_rows_are_not_their_own_columns(look, version):
    assert look(rows="manager", columns="manager", status=400).context["form"].errors["columns"]
    assert look(rows="moon", status=400).context["form"].errors["rows"]


def test_a_long_table_begins_with_the_largest_and_goes_on_page_by_page(look, version):
    for number in range(ROWS + 2):
        answer(version, [9] * (1 + (number > 1)), campaign=f"Campaign {number}")

    first = look(rows="campaign").context["table"]
    last = look(rows="campaign", crossed_page="7").context["table"]

    assert ({line.whole.answers for line in first.lines}, len(first.lines), first.pages.last) == ({"2"}, ROWS, 2)
    assert [(line.name, line.whole.answers) for line in last.lines] == [("Campaign 0", "1"), ("Campaign 1", "1")]
    assert first.whole.answers == last.whole.answers == str(2 * ROWS + 2)
    assert (first.pages.next_url, last.pages.previous_url) == (
        "?rows=campaign&crossed_page=2#crossed",
        "?rows=campaign&crossed_page=1#crossed",
    )


def test_a_row_is_found_by_a_part_of_its_name(look, version):
    for number in range(ROWS + 1):
        answer(version, [9], campaign=f"Campaign {number}")
    answer(version, [9], campaign="Žąsų vasara")

    page = look(rows="campaign", crossed_find="zasu")

    assert list(lines(page)) == ["Žąsų vasara"]
    assert "1 of 27" in page.content.decode()
    assert "No row is called so." in look(rows="campaign", crossed_find="nobody").content.decode()


def test_rows_stand_side_by_side_from_different_pages(look, version):
    for number in range(ROWS + 1):
        answer(version, [9] * (ROWS + 1 - number), campaign=f"Campaign {number:02}")

    page = look(rows="campaign", crossed_page="2", segment=["Campaign 00", f"Campaign {ROWS}"])

    assert [segment.name for segment in page.context["table"].segments] == ["Campaign 00", f"Campaign {ROWS}"]
    assert '<input type="hidden" name="segment" value="Campaign 00">' in page.content.decode()


def taken(client, name, **query):
    return csv_rows(client.get(f"{reverse(name)}?{urlencode(query)}"))


def test_a_file_holds_every_number_of_a_crossing_and_of_what_its_page_has_no_room_for(client, look, version):
    answer(version, [10] * 30 + [3] * 10, campaign="=Spring", product=ProductFactory(name="GTX"))
    for number in range(table.MOST_COLUMNS + ROWS):
        answer(version, [9] * 4, campaign=f"Campaign {number}", product=ProductFactory(name=f"P{number}"))
    answer(version, [9])
    look()

    rows = taken(client, "crossed_csv", rows="campaign", columns="product")

    by_names = {(row["row_name"], row["column_name"]): row for row in rows}
    everything, cell, unknown = by_names["", ""], by_names["'=Spring", "GTX"], by_names["not known", "not known"]
    # Each campaign and each product has one cell of its own, and what is not known another.
    assert len(rows) == len(by_names) == 1 + 3 * (table.MOST_COLUMNS + ROWS + 2)
    assert everything["answers"] == str(41 + 4 * (table.MOST_COLUMNS + ROWS))
    assert (cell["row"], cell["value"], cell["good"], cell["bad"]) == ("'=Spring", "50.0", "30", "10")
    assert float(cell["low"]) < 50 < float(cell["high"])
    # Fewer than five are only counted.
    assert (unknown["row"], unknown["answers"], unknown["value"], unknown["low"]) == ("", "1", "", "")


def test_a_file_of_one_fact_has_no_columns_of_another(client, look, version):
    answer(version, [10] * 5, campaign="Spring")
    look()

    everything, spring = taken(client, "crossed_csv", rows="campaign")

    assert "column" not in spring
    assert (everything["row"], everything["row_name"], everything["value"]) == ("", "", "100.0")
    assert (spring["row"], spring["row_name"], spring["metric"], spring["answers"]) == ("Spring", "Spring", "nps", "5")


def test_who_takes_a_breakdown_along_is_noted_and_reads_no_more_than_the_page(client, manager, version):
    for person in (manager, manager_called("Jonas")):
        answer(version, [9] * 5, manager=person, team=person.team)
    client.force_login(manager)

    rows = taken(client, "crossed_csv", rows="manager")

    noted = SecurityEvent.objects.get(kind="exported")
    assert {row["row_name"] for row in rows} == {"", manager.name}
    assert (noted.subject, noted.details["rows"], noted.details["filters"]) == ("crossed.csv", 2, {"rows": "manager"})
    assert client.get(reverse("crossed_csv"), {"rows": "moon"}).url == "/dashboard/crossed/?rows=moon"
    assert zipfile.is_zipfile(io.BytesIO(b"".join(client.get(reverse("crossed_xlsx")).streaming_content)))


def test_a_page_costs_as_many_queries_with_many_values_as_with_few(look, version, django_assert_num_queries):
    answer(version, [9], campaign="One", product=ProductFactory())
    look(rows="campaign", columns="product")
    with django_assert_num_queries(31) as few:
        look(rows="campaign", columns="product")
    for number in range(5):
        answer(version, [9], campaign=f"Campaign {number}", product=ProductFactory())
    with django_assert_num_queries(len(few)):
        look(rows="campaign", columns="product")
