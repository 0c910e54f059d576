import csv
import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics.explorer import columns, spreadsheets
from analytics.models import SavedView
from crm.models import Profile
from followups.models import RootCause
from responses.models import Response, ResponseTopic, Topic
from tests.analytics.answers import NOW, answer, manager_called, version_of
from tests.factories import (
    ChannelFactory,
    CompanyFactory,
    ContactFactory,
    FollowupFactory,
    ProductFactory,
    SurveyFactory,
    SurveyVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, name="answers", **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse(name)}?{urlencode(query)}")
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return look


def found(response):
    return [row.pk for row, _suspicion in response.context["rows"]]


def say(version, comment, score=3, **facts):
    (one,) = answer(version, [score], comment=comment, **facts)
    return one


def test_a_word_is_found_in_any_of_its_forms_and_without_marks(look, version):
    late, other = say(version, "Pristatymas vėlavo"), say(version, "Viskas gerai")

    assert found(look(q="pristatymo")) == [late.pk]
    assert found(look(q="velavo")) == [late.pk]
    assert found(look(q="-pristatymas")) == [other.pk]
    assert found(look(q="“viskas gerai”")) == [other.pk]
    assert found(look(q="gerai viskas pristatymas")) == []


@pytest.mark.parametrize("typed", ["&|!", "((", ":*", "' OR 1=1", "a" * 200])
def test_no_search_breaks_the_page(look, version, typed):
    say(version, "Slow")

    assert found(look(q=typed)) == []


def test_too_long_a_search_is_refused_with_a_word(look):
    assert look(q="a" * 201, status=400).context["form"].errors["q"]


@pytest.mark.parametrize("name", ["answers_csv", "answers_xlsx"])
def test_a_file_of_filters_that_are_wrong_is_the_whole_page_that_says_so(look, name):
    page = look(name=name, score_from="9", score_to="1", status=400)

    assert page.context["form"].errors["score_to"]
    assert str(page.context["saving"]["name"].label) in page.content.decode()


def test_every_filter_keeps_what_it_names(look, version):
    ona, product, channel = manager_called("Ona"), ProductFactory(), ChannelFactory()
    profile = Profile.objects.create(
        region="LT-KL", size_band="50-249", industry="Retail", tenure_band="0-90", lifecycle="at_risk"
    )
    facts = {
        "manager": ona,
        "team": ona.team,
        "product": product,
        "channel": channel,
        "campaign": "Spring",
        "profile": profile,
        "amount_base": 500,
        "touchpoint_kind": "renewal",
        "medium": "sms",
    }
    wanted = say(version, "All of it", score=2, **facts)
    say(version, "", score=9)
    topic = Topic.objects.create(slug="parking", names={"en": "Parking"})
    ResponseTopic.objects.create(response=wanted, topic=topic, source="tapped")
    slug = RootCause.objects.create(slug="dear", names={"en": "Dear"}, parent=RootCause.objects.get(slug="price")).slug
    FollowupFactory(response=wanted, team=ona.team, root_cause_id=slug, outcome="lost")

    queries = {
        "manager": ona.pk,
        "team": ona.team_id,
        "product": product.pk,
        "channel": channel.pk,
        "campaign": "Spring",
        "region": "LT-KL",
        "size_band": "50-249",
        "industry": "Retail",
        "tenure_band": "0-90",
        "lifecycle": "at_risk",
        "amount_from": "400",
        "amount_to": "500.00",
        "touchpoint": "renewal",
        "medium": "sms",
        "category": "detractor",
        "score_to": "2",
        "comment": "yes",
        "topic": topic.pk,
        "work": "open",
        "root_cause": "price",
        "outcome": "lost",
        "survey": version.survey_id,
        "language": "en",
    }
    for name, value in queries.items():
        extra = {} if name not in {"survey", "language"} else {"score_to": "2"}
        assert found(look(**{name: value}, **extra)) == [wanted.pk], name
    assert found(look(**queries)) == [wanted.pk]
    assert wanted.pk not in found(look(work="none"))
    assert wanted.pk not in found(look(score_from="3"))
    assert wanted.pk not in found(look(work="done"))


def test_what_is_not_known_is_found_by_that(look, version):
    ona, product = manager_called("Ona"), ProductFactory()
    retail = Profile.objects.create(industry="Retail")
    whole = say(version, "", manager=ona, product=product, profile=retail, campaign="Spring")
    nowhere = say(version, "", manager=ona, product=product, profile=Profile.objects.create(region="LT"))
    nobodys = say(version, "", profile=retail, campaign="Spring")

    assert found(look(without="manager")) == found(look(without="product")) == [nobodys.pk]
    assert found(look(without="campaign")) == found(look(without="industry")) == [nowhere.pk]
    assert found(look(without="region")) == [nobodys.pk, whole.pk]
    look(without="score", status=400)


def test_answers_are_found_by_the_wording_and_by_kinds_that_others_made_up(look, version):
    older = say(version, "", touchpoint_kind="site_visit")
    newer = say(SurveyVersionFactory(survey=version.survey, number=version.number + 1), "")

    assert found(look(version=version.pk)) == found(look(touchpoint="site_visit")) == [older.pk]
    assert found(look(touchpoint="nothing_like_that")) == []
    assert found(look(version=newer.version_id)) == [newer.pk]
    look(touchpoint="Site visit!", status=400)


def test_a_dashboard_and_its_answers_count_the_same(look, show, version):
    ona, jonas = manager_called("Ona"), manager_called("Jonas")
    for manager in (ona, jonas):
        answer(version, [0, 3, 8, 9, 10, 10], manager=manager, team=manager.team)
    answer(version, [5] * 7, manager=ona, team=ona.team, at=NOW - timedelta(days=100))
    (waits,) = answer(version, [1], manager=ona, team=ona.team)
    Response.objects.filter(pk=waits.pk).update(is_provisional=True)

    for query in ({}, {"period": "30d"}, {"manager": ona.pk}, {"team": jonas.team_id, "period": "90d"}):
        page = show(f"?{urlencode(query)}")
        answers = look(**query).context
        assert answers["all"] == len(answers["rows"]) == int(page.figures["answers"].replace(",", ""))


def test_what_a_link_chose_is_kept_by_the_form_and_no_filter_stands_twice(look, version):
    ona = manager_called("Ona")
    say(version, "Slow", manager=ona, team=ona.team)

    page = look(manager=ona.pk, q="slow", category="detractor").content.decode()
    names = re.findall(r'<(?:select|input)[^>]* name="(\w+)"', page.split("</form>")[1])

    assert f'<option value="{ona.pk}" selected>' in page
    assert {"manager", "category", "q"} <= set(names)
    assert len(names) == len(set(names))


def test_the_categories_are_counted_beside_the_one_that_is_chosen(look, version):
    answer(version, [9, 9, 3])

    page = look(category="detractor")

    assert page.context["all"] == 1
    assert [(count.number, count.is_chosen) for count in page.context["counts"]] == [(2, False), (0, False), (1, True)]


@pytest.mark.parametrize("query", ["", "?period=30d", "?kind=relational", "?kind=transactional", "?manager={ona}"])
def test_every_number_of_a_dashboard_leads_to_exactly_the_answers_that_it_counts(client, look, show, version, query):
    ona, product = manager_called("Ona"), ProductFactory()
    yearly = version_of(SurveyFactory(kind="relational"))
    answer(version, [0, 3, 8, 9, 10, 10, 9], manager=ona, team=ona.team, product=product)
    answer(version, [1], at=NOW - timedelta(days=60), manager=ona, team=ona.team)
    customer = ContactFactory()
    for days, score in ((200, 2), (20, 9), (3, 10)):
        answer(yearly, [score], at=NOW - timedelta(days=days), contact=customer, manager=ona, team=ona.team)
    answer(yearly, [7, 6], manager=ona, team=ona.team)

    page = show(query.format(ona=ona.pk))
    ways = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html)

    assert len(ways) > 5
    for way, number in ways:
        answers = client.get(unescape(way)).context
        assert answers["all"] == len(answers["rows"]) == int(number), way


def test_nobody_sees_the_answers_of_others(look, version, manager, stranger):
    own = say(version, "Ours", team=manager.team)
    theirs = say(version, "Theirs", team=stranger.team)
    nobodys = say(version, "Of no team")

    assert found(look(user=manager)) == [own.pk]
    assert look(user=manager, team=stranger.team_id, status=400).context["form"].errors["team"]
    text = b"".join(look(user=manager, name="answers_csv").streaming_content).decode()
    assert "Ours" in text
    assert "Theirs" not in text
    assert found(look(evidence="counted")) == [nobodys.pk, theirs.pk, own.pk]


@pytest.mark.parametrize("name", ["answers", "answers_csv", "answers_xlsx"])
def test_agents_read_no_answers_of_everybody(look, owner, name):
    look(user=owner, name=name, status=403)


def test_pages_go_on_without_a_gap_or_a_repeat(look, version):
    contact = ContactFactory()
    answer(version, [9] * 60, contact=contact)
    answer(version, [9] * 60, contact=contact, at=NOW - timedelta(days=2))

    first = look()
    seen, older = found(first), first.context["older"]
    while older:
        page = look(**dict(pair.split("=") for pair in older[1:].replace("%3A", ":").replace("%2B", "+").split("&")))
        seen += found(page)
        older = page.context["older"]

    assert first.context["all"] == 120
    assert sorted(seen) == sorted(Response.objects.values_list("pk", flat=True))
    assert len(seen) == 120


FAR_OFF = ["0001-01-01T00:00:00+23:59_1", "9999-12-31T23:59:59-23:59_1"]


@pytest.mark.parametrize(
    "place", ["x", "2026-05-01_1", "_", "2026-05-01T00:00:00+00:00_" + "9" * 30, "\x00_1", *FAR_OFF]
)
def test_a_place_that_is_none_is_the_first_page(look, version, place):
    one = say(version, "Here")

    assert found(look(after=place)) == [one.pk]


def test_a_file_holds_every_answer_and_runs_nothing(look, version):
    company = CompanyFactory(name="+Plus & Co")
    say(version, '=HYPERLINK("https://evil.example")', company=company, contact=ContactFactory(first_name="@Ona"))
    say(version, "Two\nlines, and “quotes”", score=9)

    text = b"".join(look(name="answers_csv", mark=1).streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    assert text.startswith("\ufeffid,")
    assert tuple(rows[0]) == columns.NAMES
    assert [row["comment"] for row in rows] == ["Two\nlines, and “quotes”", '\'=HYPERLINK("https://evil.example")']
    assert rows[1]["company"] == "'+Plus & Co"
    assert rows[1]["contact"].startswith("'@Ona")
    assert rows[1]["score"] == "3"
    assert rows[1]["category"] == "detractor"
    assert rows[1]["answered_at"] == "2026-07-15T11:00:00+00:00"


def test_a_workbook_holds_text_as_text(look, version):
    say(version, "=1+1", amount_base=12.5)

    response = look(name="answers_xlsx")
    book = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert response["Content-Disposition"] == 'attachment; filename="answers-2026-07-15.xlsx"'


def test_whoever_takes_answers_along_is_written_down(look, ceo, version):
    say(version, "Here")

    look(name="answers_csv", category="detractor")

    event = SecurityEvent.objects.get(kind="exported")
    assert (event.by, event.subject) == (ceo, "answers.csv")
    assert event.details == {"rows": 1, "filters": {"category": "detractor"}}


def test_a_view_is_kept_under_its_name_and_saved_again(client, look, ceo, version):
    client.force_login(ceo)
    for query in ("category=detractor", "category=promoter&q=slow"):
        client.post(f"{reverse('answers_views')}?{query}", {"name": " Slow\u202e ", "is_shared": "on"})

    (view,) = SavedView.objects.all()
    assert (view.name, view.query, view.is_shared) == ("Slow", "category=promoter&q=slow", True)
    assert "?category=promoter&amp;q=slow" in look().content.decode()


def test_a_view_keeps_what_is_chosen_and_not_the_place_on_its_pages(client, ceo, version):
    client.force_login(ceo)
    place = "after=2026-05-01T00%3A00%3A00%2B00%3A00_1"

    response = client.post(f"{reverse('answers_views')}?category=detractor&{place}&q=", {"name": "Slow"})

    assert SavedView.objects.get().query == "category=detractor"
    assert response.url == f"{reverse('answers')}?category=detractor&{place}&q="


@pytest.mark.parametrize("behind_a_pooler", [True, False])
def test_a_file_is_read_in_pages_each_answer_once(look, version, monkeypatch, behind_a_pooler):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", behind_a_pooler)
    monkeypatch.setattr(spreadsheets, "PAGE", 4)
    answer(version, [9] * 9)
    answer(version, [3] * 4, at=NOW - timedelta(days=2))
    expected = list(Response.objects.order_by("-answered_at", "-pk").values_list("pk", flat=True))

    response = look(name="answers_csv")
    with CaptureQueriesContext(connection) as queries:
        pieces = [piece.decode() for piece in response.streaming_content]
    rows = list(csv.DictReader(io.StringIO("".join(pieces), newline="")))

    assert [int(row["id"]) for row in rows] == expected
    assert [piece.count("\n") for piece in pieces] == [1, 4, 4, 4, 1]
    assert len(queries) == 4
    assert not any("CURSOR" in query["sql"] for query in queries)


def test_views_of_others_are_seen_when_shared_and_never_deleted(client, look, ceo, manager):
    kept = [
        SavedView.objects.create(owner=ceo, name=name, query="q=x", is_shared=shared)
        for name, shared in (("For all", True), ("My own", False))
    ]

    page = look(user=manager).content.decode()

    assert "For all" in page
    assert "My own" not in page
    for view in kept:
        assert client.post(reverse("answers_view_deletion", args=[view.pk])).status_code == 404
    client.force_login(ceo)
    assert client.post(reverse("answers_view_deletion", args=[kept[0].pk])).status_code == 302
    assert [view.name for view in SavedView.objects.all()] == ["My own"]


def test_a_view_without_a_name_is_asked_for_one_and_the_filters_stay(client, ceo, version):
    client.force_login(ceo)

    response = client.post(f"{reverse('answers_views')}?q=slow", {"name": "\u202e"})

    assert response.status_code == 400
    assert response.context["saving"].errors["name"]
    assert response.context["form"]["q"].value() == "slow"


def test_more_answers_take_no_more_queries(look, version, django_assert_max_num_queries):
    UserFactory()
    answer(version, [1], comment="One")
    look()
    with django_assert_max_num_queries(34):
        look()
    for _number in range(5):
        say(version, "More", company=CompanyFactory(), product=ProductFactory(), manager=manager_called("New"))
    with django_assert_max_num_queries(34):
        look()


def test_what_cannot_be_kept_in_an_address_keeps_nobody_from_a_file(look):
    look(name="answers_csv", q="late\x00\u202e", **{"\x00": "\x00"})

    assert SecurityEvent.objects.latest("pk").details["filters"] == {"q": "late", "": ""}
