import csv
import io
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse

from accounts import company_clock
from accounts.models import SecurityEvent
from analytics.dashboard.filters import lists_for
from analytics.dashboard.forms import DashboardForm
from analytics.explorer import answers
from analytics.explorer.forms import AnswersForm, Vocabulary
from analytics.topics import telling_words
from analytics.topics.priorities import fix_first
from responses.models import Response, ResponseTopic, Topic
from responses.word_access import EVERYTHING
from tests.analytics.answers import NOW, answer, manager_called, version_of
from tests.factories import ContactFactory, ProductFactory, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, name="topics", **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse(name)}?{urlencode(query)}")
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return look


def say(version, scores, *slugs, **facts):
    answers = answer(version, scores, **facts)
    ids = list(Topic.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    ResponseTopic.objects.bulk_create(
        ResponseTopic(response=one, topic_id=topic, source="tapped") for one in answers for topic in ids
    )
    return answers


def line(page, name):
    (found,) = [each for each in [*page.context["lines"], page.context["untagged"]] if each.name == name]
    return found


def selection_of(user, **query):
    form = DashboardForm(query, lists=lists_for(user), teams=None, today=NOW.date())
    assert form.is_valid()
    return form.selection(company_clock.zone())


def counter(user):
    """Return what counts the answers behind an address, as the list of answers does."""
    lists, known = lists_for(user), Vocabulary.fetch()

    def count(address):
        query = QueryDict(address.partition("?")[2])
        form = AnswersForm(query, lists=lists, teams=None, today=NOW.date(), known=known, access=EVERYTHING)
        assert form.is_valid(), form.errors
        return answers.chosen(form, company_clock.zone()).count()

    return count


def worst_delivery(version, times=1, **facts):
    """Delivery is named by detractors, quality by promoters, price by both alike."""
    say(version, [3] * 40 * times + [9] * 10 * times, "delivery", **facts)
    say(version, [10] * 60 * times + [5] * 5 * times, "quality", **facts)
    say(version, [10] * 20 * times + [4] * 20 * times, "price", **facts)


def test_points_lost_and_won_add_up_to_the_number(look, version):
    say(version, [3, 3, 9, 10, 10], "delivery")
    say(version, [2, 10], "delivery", "price")
    answer(version, [9, 9, 1])

    page = look()

    assert page.context["value"] == "20.0"
    found = line(page, "Delivery")
    assert (found.answers.number, found.lost.value, found.gained.value) == (7, "−25.0", "+35.0")
    assert (found.lost.low, found.lost.high) == ("−54.7", "−9.2")
    assert [count.number for _tier, count in found.tiers] == [4, 0, 3]
    assert (line(page, "No topic").lost.value, line(page, "No topic").gained.value) == ("−10.0", "+20.0")


def test_below_five_answers_only_counts_are_shown(look, version):
    say(version, [3, 3, 3, 3], "delivery")
    say(version, [10] * 9, "price")

    found = line(look(), "Delivery")

    assert found.answers.number == 4
    assert {found.share, found.lost.value, found.gained.value, found.number, found.gap.value} == {"–"}
    assert line(look(), "Price").number == "100"


def test_how_many_comments_have_no_topic_is_always_said(look, version):
    answer(version, [3, 4], comment="Hm")
    say(version, [9], "price", comment="Cheap")
    answer(version, [10])

    assert '<a href="/answers/?period=12m&amp;comment=yes&amp;topic=0">2</a> of' in look().content.decode()
    assert (look().context["comments"].number, look().context["comments_without"].number) == (3, 2)


@pytest.mark.parametrize(
    "query", ["", "period=30d&by=week", "kind=relational&by=month", "kind=transactional", "manager={ona}", "period=24m"]
)
def test_every_number_leads_to_exactly_the_answers_that_it_counts(client, ceo, look, version, query):
    ona, product = manager_called("Ona"), ProductFactory()
    yearly, customer = version_of(SurveyFactory(kind="relational")), ContactFactory()
    worst_delivery(version, manager=ona, team=ona.team, product=product, comment="The van was late")
    say(version, [1, 9], "price", "website", at=NOW - timedelta(days=70), manager=ona, team=ona.team)
    for days, score, topic in ((200, 2, "price"), (20, 9, "delivery"), (3, 10, "quality"), (2, 6, "price")):
        say(yearly, [score], topic, at=NOW - timedelta(days=days), contact=customer, manager=ona, team=ona.team)
    answer(yearly, [7, 6], comment="So so", manager=ona, team=ona.team)
    (waits,) = say(version, [1], "price", comment="Robot")
    Response.objects.filter(pk=waits.pk).update(is_provisional=True)

    page = look(**dict(pair.split("=") for pair in query.format(ona=ona.pk).split("&") if pair))
    ways = re.findall(r'<a[^>]* href="(/answers/\?[^"]*)"[^>]*>([\d,]+)(?: answers?)?</a>', page.content.decode())

    assert len(ways) > 30
    count = counter(ceo)
    for way, number in ways:
        assert count(unescape(way)) == int(number.replace(",", "")), way
    assert client.get(unescape(ways[0][0])).context["all"] == int(ways[0][1])


def test_what_surely_costs_most_stands_first(look, ceo, version):
    worst_delivery(version, times=2, comment="The van was late")

    found = fix_first(selection_of(ceo))

    assert found.said == 2 * 155
    assert [each.topic.slug for each in found.priorities] == ["delivery"]
    assert found.first.topic.slug == "delivery"
    assert found.first.cost == pytest.approx(100 * 100 / 310 * (-0.6 - 55 / 105), abs=0.01)
    assert found.first.interval.low < found.first.cost < found.first.interval.high < 0
    page = look()
    assert [each.place for each in page.context["priorities"]] == ["1"]
    assert page.context["priorities"][0].quotes[0].comment == "The van was late"
    assert "Ona" not in page.content.decode().split("Fix first")[1].split("</section>")[0]


def test_what_cannot_be_told_apart_says_so(look, ceo, version):
    say(version, [3] * 30 + [9] * 10, "delivery")
    say(version, [3] * 31 + [9] * 9, "price")
    say(version, [10] * 200, "quality")

    found = fix_first(selection_of(ceo))

    assert [(each.topic.slug, each.place.first, each.place.last) for each in found.priorities] == [
        ("price", 1, 2),
        ("delivery", 1, 2),
    ]
    assert found.first is None
    assert "cannot be told apart" in look().content.decode()


def test_few_answers_never_stand_in_the_list(look, ceo, version):
    say(version, [0] * 29, "delivery")
    say(version, [10] * 200, "quality")

    assert fix_first(selection_of(ceo)).priorities == []
    assert "No topic surely lies below" in look().content.decode()


@pytest.mark.parametrize(("of_accounts", "found"), [(False, ["delivery"]), (True, [])])
def test_answers_of_the_same_accounts_prove_less(ceo, version, of_accounts, found):
    for slug, size, bad in (("delivery", 4, 6), ("quality", 9, 4)):
        for number in range(10):
            one = ContactFactory() if of_accounts else None
            say(version, [3 if number < bad else 10] * size, slug, contact=one)

    assert [each.topic.slug for each in fix_first(selection_of(ceo)).priorities] == found


def test_the_matrix_is_drawn_with_the_names_apart(look, version):
    worst_delivery(version)

    (_wide, wide), (_narrow, narrow) = look().context["matrices"]

    assert {dot.name: dot.quadrant for dot in wide.dots} == {
        "Delivery": "fix_first",
        "Quality": "keep",
        "Price": "unclear",
    }
    for drawn in (wide, narrow):
        for dot in drawn.dots:
            assert drawn.frame.left <= dot.low_x <= dot.x <= dot.high_x <= drawn.right
            assert drawn.frame.top <= dot.high_y <= dot.y <= dot.low_y <= drawn.bottom
        labels = sorted(dot.label_y for dot in drawn.dots)
        assert len(labels) == len(set(labels))


def test_words_tell_detractors_from_promoters(client, look, version):
    answer(version, [2] * 60, comment="Broken parcels, as usual")
    answer(version, [2] * 45, comment="A broken box, as usual")
    answer(version, [10] * 120, comment="A kind courier, as usual")

    telling = look().context["telling"]

    words = {side: {word.word: count.number for word, count in telling[side]} for side in ("bad", "good")}
    assert words["bad"]["broken"] == 105
    assert words["good"]["courier"] == 120
    assert "usual" not in {*words["bad"], *words["good"]}
    for side in ("bad", "good"):
        for _word, count in telling[side]:
            assert client.get(count.url).context["all"] == count.number


def test_too_few_comments_are_not_compared(look, version):
    answer(version, [2] * 99, comment="Broken")
    answer(version, [10] * 120, comment="Kind")

    assert look().context["telling"]["bad"] == []
    assert "from 100 comments on either side on; here there are 99 and 120" in look().content.decode()


def test_of_very_many_comments_the_newest_are_read_and_no_number_is_told(look, version, monkeypatch):
    monkeypatch.setattr(telling_words, "READ", 100)
    answer(version, [2] * 101, comment="Broken")
    answer(version, [10] * 101, comment="Kind")

    page = look()

    assert page.context["telling"]["found"].read == (100, 100)
    assert not page.context["telling"]["found"].is_all
    assert 'aria-label="Comments with broken"' in page.content.decode()


def test_a_manager_sees_topics_of_the_own_team_only(look, version, manager, team, stranger):
    say(version, [3] * 6, "delivery", team=team)
    say(version, [3] * 7, "price", team=stranger.team)

    assert [each.name for each in look(manager).context["lines"]] == ["Delivery"]
    assert {each.name for each in look().context["lines"]} == {"Delivery", "Price"}
    assert "Choose another one" in look(manager, status=400, team=stranger.team.pk).content.decode()


def test_another_metric_is_counted_in_its_own_way(look, version):
    satisfaction = version_of(SurveyFactory(metric="csat"))
    say(satisfaction, [5, 5, 4, 1, 2, 3], "delivery", metric="csat")
    say(version, [3], "price")

    page = look(metric="csat")

    assert page.context["value"] == "50.0%"
    found = line(page, "Delivery")
    assert (found.number, found.lost.value, found.gained.value) == ("50%", "−33.3", "+50.0")


def test_the_table_is_taken_along_and_runs_nothing(look, ceo, version):
    worst_delivery(version)
    say(version, [9] * 4, "support")
    Topic.objects.filter(slug="price").update(names={"en": "=HYPERLINK(1)"})

    text = b"".join(look(name="topics_csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff")
    assert [row["topic"] for row in rows] == ["Delivery", "'=HYPERLINK(1)", "Quality", "Support", ""]
    assert (rows[0]["answers"], rows[0]["bad"], rows[0]["first_place"]) == ("50", "40", "1")
    assert float(rows[0]["lost"]) == pytest.approx(-100 * 40 / 159, abs=0.01)
    assert (rows[3]["answers"], rows[3]["lost"], rows[3]["value"]) == ("4", "", "")
    event = SecurityEvent.objects.latest("pk")
    assert (event.kind, event.subject) == ("exported", "topics.csv")
    assert b"".join(look(name="topics_xlsx").streaming_content).startswith(b"PK")


def test_a_file_of_filters_that_are_wrong_leads_to_the_page_that_says_so(look):
    assert look(name="topics_csv", period="never", status=302).url == "/dashboard/topics/?period=never"

    assert look(period="never", status=400).context["form"].errors["period"]


def test_a_period_without_answers_says_so(look, version):
    assert "No answers in this period" in look().content.decode()


def test_more_answers_take_no_more_queries(look, version, django_assert_max_num_queries):
    worst_delivery(version, comment="Late")
    look()
    with django_assert_max_num_queries(28):
        look()
    worst_delivery(version, comment="Late", times=2)
    with django_assert_max_num_queries(28):
        look()
