import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import Organisation
from tests.analytics.answers import answer, at, manager_called, version_of
from tests.analytics.reading import Page
from tests.factories import ChannelFactory, ProductFactory, SurveyFactory

pytestmark = pytest.mark.django_db

JUNE, MAY, APRIL = (at(f"2026-{month}-10T10:00") for month in ("06", "05", "04"))
WORDS = {"csat": ["Satisfied", "Undecided", "Dissatisfied"], "ces": ["Easy", "So-so", "Hard"]}


@pytest.fixture
def look(client, ceo):
    def look(name, user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse(name)}?{urlencode(query)}")
        assert response.status_code == status, response.content.decode()[:2000]
        page = Page(response)
        page.context = response.context
        return page

    return look


def survey(metric, **facts):
    return version_of(SurveyFactory(metric=metric, **facts))


def main(page):
    """What stands on the page itself, without the ways to the other pages."""
    html = re.sub(r"<nav.*?</nav>", "", page.html, flags=re.DOTALL).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_csat_is_the_share_of_the_satisfied_with_its_wilson_interval(look):
    """70 of 100 satisfied: Wilson's interval is 60.4 to 78.1."""
    answer(survey("csat"), [1] * 5 + [2] * 8 + [3] * 17 + [4] * 40 + [5] * 30, metric="csat")

    page = look("csat")

    assert page.figures["value"] == "70.0%"
    assert "95% interval: 60.4% to 78.1%" in page.text
    assert [(row[0], row[2]) for row in page.rows("scores")] == [
        ("1", "5"), ("2", "8"), ("3", "17"), ("4", "40"), ("5", "30"),
    ]  # fmt: skip
    assert page.context["mean"] == "3.82"
    assert "Mean score: 3.82 of 5." in page.text


def test_ces_is_the_share_of_those_who_found_it_easy_and_has_a_mean(look):
    answer(survey("ces"), [1] * 3 + [2] * 4 + [3] * 6 + [4] * 12 + [5] * 20 + [6] * 30 + [7] * 25, metric="ces")

    page = look("ces")

    assert page.figures["value"] == "75.0%"
    assert "95% interval: 65.7% to 82.5%" in page.text
    assert "Mean score: 5.32 of 7." in page.text


@pytest.mark.parametrize("metric", ["csat", "ces"])
def test_the_change_of_whole_months_is_judged(look, metric):
    asked, good = survey(metric), 5
    answer(asked, [good], at=APRIL, metric=metric)
    answer(asked, [good] * 90 + [1] * 30, at=MAY, metric=metric)
    answer(asked, [good] * 50 + [1] * 70, at=JUNE, metric=metric)

    page = look(metric, period="last-month")

    assert page.figures["verdict"] == "down"
    assert "▼ −33.3" in page.text


@pytest.mark.parametrize("metric", ["csat", "ces"])
def test_managers_channels_and_products_have_their_tables(look, client, metric):
    ona, channel, product = manager_called("Ona"), ChannelFactory(name="Web"), ProductFactory(name="Desk")
    facts = {"manager": ona, "team": ona.team, "channel": channel, "product": product, "metric": metric}
    answer(survey(metric), [5] * 6 + [1] * 2, **facts)

    page = look(metric)

    for table, name in (("managers", "Ona"), ("channels", "Web"), ("products", "Desk")):
        assert page.row(table, name)[1] == "75.0%"
    assert look(metric, manager=ona.pk).figures["answers"] == "8"
    ways = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html)
    assert len(ways) >= 8
    for way, number in ways:
        assert f"metric={metric}" in way
        assert client.get(unescape(way)).context["all"] == int(number), way


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
@pytest.mark.parametrize("metric", ["csat", "ces"])
def test_no_page_of_another_metric_speaks_of_nps(look, ceo, version, metric, language):
    ceo.language = language
    ceo.save()
    answer(version, [9] * 6)
    answer(survey(metric), [5] * 6 + [1] * 2, metric=metric)

    for page in (look(metric), look(metric, period="last-year")):
        assert not re.search(r"NPS|Net Promoter|promoter|detractor|промоутер|критик", main(page), re.IGNORECASE)
        assert metric.upper() in main(page)


def test_what_the_address_says_of_the_metric_is_not_heard(look, version):
    answer(version, [9] * 6)
    answer(survey("csat"), [5] * 6, metric="csat")

    assert look("csat", metric="nps").figures["value"] == "100.0%"


def test_the_words_are_those_of_the_metric(look):
    for metric, words in WORDS.items():
        answer(survey(metric), [5] * 6, metric=metric)
        for word in words:
            assert word in look(metric).text


def test_pages_lead_to_each_other_where_such_surveys_are(look, show, version):
    assert "/dashboard/csat/" not in show().html

    asked = survey("csat")
    answer(asked, [5] * 6, metric="csat")

    assert '<a class="tabs__tab" href="/dashboard/csat/?period=90d">CSAT</a>' in show("?period=90d").html
    assert 'href="/dashboard/csat/">CSAT</a>' in show(f"?metric=nps&survey={version.survey_id}").html
    page = look("csat", survey=asked.survey_id)
    assert f'href="/dashboard/?survey={asked.survey_id}&amp;metric=csat">Overview</a>' in page.html
    assert f'href="/dashboard/csat/?survey={asked.survey_id}" aria-current="page">CSAT</a>' in page.html


def test_where_nobody_asks_the_page_says_so(look, version):
    page = look("ces")

    assert "No survey asks for CES yet" in page.text
    assert "data-table" not in page.html


def test_below_five_answers_only_counts_are_shown(look):
    answer(survey("csat"), [5, 4, 1], metric="csat")

    page = look("csat")

    assert "value" not in page.figures
    assert "A CSAT needs at least five answers." in page.text
    assert page.context["mean"] == "–"


def test_an_empty_period_says_so(look):
    survey("csat")

    assert "No answers in this period" in look("csat", period="last-year").text


def test_a_manager_sees_the_own_team_only(look, manager, team):
    asked, other = survey("csat"), manager_called("Teo")
    answer(asked, [5] * 6, metric="csat", team=team)
    answer(asked, [1] * 6, metric="csat", team=other.team, manager=other)

    page = look("csat", user=manager)

    assert page.figures["answers"] == "6"
    assert "Teo" not in page.html
    look("csat", user=manager, team=other.team_id, status=400)


def test_words_of_critics_are_hidden_from_whoever_they_rate(look, ceo):
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    asked = survey("csat")
    answer(asked, [1] * 2, metric="csat", manager=ceo, comment="Zebrafinch")
    answer(asked, [1] * 2, metric="csat", comment="Mockingbird")

    page = look("csat")

    assert "Mockingbird" in page.text
    assert "Zebrafinch" not in page.html
    assert len(page.context["comments"]) == 2


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_have_no_such_pages(look, request, who):
    for metric in WORDS:
        look(metric, user=request.getfixturevalue(who), status=403)
