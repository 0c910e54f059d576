import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from crm.models import Profile
from responses.models import Response
from tests.analytics.answers import answer, at, manager_called, scores, version_of
from tests.analytics.reading import Page, csv_rows
from tests.factories import BrandFactory, ChannelFactory, ContactFactory, ProductFactory, SurveyFactory, TeamFactory

pytestmark = pytest.mark.django_db

JUNE, MAY, APRIL = (at(f"2026-{month}-10T10:00") for month in ("06", "05", "04"))
LAST = "period=last-month"
CAUSAL = re.compile(r"\b(because|caus\w+|due to|led to|thanks to|why|effect\w*)\b", re.IGNORECASE)


@pytest.fixture
def why(client, ceo):
    def why(query="", user=None, status=200):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('why')}?{query}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return why


@pytest.fixture
def shops(version):
    """The phone fell in June, the partners grew; a month of April makes May complete."""
    answer(version, [8], at=APRIL)
    phone, partner, web = (ChannelFactory(name=name) for name in ("Phone", "Partner", "Web"))
    for channel, before, now in (
        (phone, scores(70, 20, 10), scores(30, 20, 50)),
        (partner, scores(5, 10, 15), scores(30, 60, 90)),
        (web, scores(120, 50, 30), scores(122, 50, 28)),
    ):
        answer(version, before, at=MAY, channel=channel)
        answer(version, now, at=JUNE, channel=channel)
    answer(version, [9, 3], at=JUNE)
    return phone, partner, web


def number(text):
    return float(re.match(r"[▲▼ ]*([−+\d.]+)", text)[1].replace("−", "-"))


def test_rates_and_mixes_add_up_to_the_change_of_the_dashboard(why, show, shops):
    page = why(f"{LAST}&segments=channel")
    *rows, together = page.rows("segments")

    assert [row[0] for row in rows] == ["Partner", "Phone", "1 other", "Web"] or len(rows) == 3
    change = number(together[-1])
    assert f"▼ {together[-1]}" in show(f"?{LAST}").text
    for column in (-3, -2, -1):
        assert sum(number(row[column]) for row in rows) == pytest.approx(number(together[column]), abs=0.11)
    assert number(together[-3]) + number(together[-2]) == pytest.approx(change, abs=0.11)


def test_three_sentences_say_what_changed_and_whether_it_is_sure_and_claim_no_cause(why, shops):
    page = why(f"{LAST}&segments=channel")
    said = page.text.split("How these numbers are made")[0]

    assert re.search(r"NPS went from \S+ to \S+: −\S+ \(between −\S+ and −\S+\)\. sure", said)
    assert "is other numbers within the segments" in said
    assert re.search(r"Of what is sure, (Partner|Phone) weighs most", said)
    assert not CAUSAL.search(page.text)


def test_the_dashboard_leads_there_with_its_filters(show, why, shops):
    page = show(f"?{LAST}&channel={shops[0].pk}")
    ways = set(re.findall(r'href="/dashboard/why/\?([^"]*)"', page.html))

    assert ways
    for way in ways:
        assert why(unescape(way)).rows("segments")[-1][2] == "100", way


def test_a_change_that_may_be_chance_is_not_taken_apart(why, version):
    answer(version, [8], at=APRIL)
    channel = ChannelFactory()
    answer(version, scores(50, 30, 20), at=MAY, channel=channel)
    answer(version, scores(49, 30, 21), at=JUNE, channel=channel)

    page = why(f"{LAST}&segments=channel")

    assert "cannot tell yet" in page.text
    assert "they are not shown" in page.text
    assert "segments" not in page.tables
    assert '<svg class="chart__svg' not in page.html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (LAST, "counting began on"),
        ("period=last-quarter", "One of the periods has no answers"),
        ("period=own&start=2026-06-01&end=2026-06-20&manager={few}", "Too few answers to compare"),
    ],
)
def test_what_cannot_be_compared_says_why_not(why, version, query, said):
    few = manager_called("Few")
    answer(version, scores(50, 30, 20), at=at("2026-05-20T10:00"))
    answer(version, scores(50, 30, 20), at=JUNE)
    answer(version, scores(3), at=JUNE, manager=few)
    answer(version, scores(30), at=at("2026-05-20T10:00"), manager=few)

    assert said in why(query.format(few=few.pk)).text


def test_days_that_are_no_whole_months_are_told_and_not_judged(why, shops):
    page = why("period=own&start=2026-06-02&end=2026-06-30&segments=channel")

    assert "not judged: days that are not whole months" in page.text
    assert not re.search(r"[▲▼]", page.text)
    assert page.rows("segments")


def test_segments_of_few_answers_are_told_together_and_without_a_way_to_them(why, shops, version):
    for name in ("Fax", "Fair"):
        channel = ChannelFactory(name=name)
        answer(version, [3] * 3, at=MAY, channel=channel)
        answer(version, [3] * 20, at=JUNE, channel=channel)

    page = why(f"{LAST}&segments=channel")
    others = page.row("segments", "3 others")

    assert (others[2], others[4]) == ("6", "42")
    assert "Fax" not in "".join(page.names("segments"))


def facts_of_all_kinds():
    """Facts of one customer for each way of telling segments apart, in two variants."""
    for number in (1, 2):
        manager = manager_called(f"Manager {number}")
        profile = Profile.objects.create(
            region=f"R{number}", size_band=f"S{number}", industry=f"I{number}",
            tenure_band=Profile.Tenure.values[number], age_band=Profile.Age.values[number],
            lifecycle=("at_risk", "в_роздумах")[number - 1],
        )  # fmt: skip
        yield {
            "manager": manager, "team": manager.team, "product": ProductFactory(), "channel": ChannelFactory(),
            "brand": BrandFactory(), "campaign": f"Campaign {number}", "profile": profile,
            "touchpoint_kind": ("renewal", "deal_won")[number - 1], "medium": ("email", "sms")[number - 1],
        }  # fmt: skip


WAYS = [
    "manager", "team", "channel", "product", "kind", "survey", "touchpoint", "campaign", "brand", "region",
    "size_band", "industry", "tenure_band", "age_band", "lifecycle", "language", "medium",
]  # fmt: skip


@pytest.mark.parametrize(
    ("ways", "kind"), [(WAYS, ""), (["team", "survey"], "&kind=relational"), (["survey"], "&kind=transactional")]
)
def test_every_number_leads_to_exactly_the_answers_that_it_counts(client, why, version, ways, kind):
    answer(version, [8], at=APRIL)
    yearly = version_of(SurveyFactory(kind="relational"))
    answer(yearly, [8], at=APRIL)
    customers = ContactFactory.create_batch(40)
    numbers = (scores(40, 10, 2), scores(5, 10, 40)), (scores(30, 5, 5), scores(6, 2, 30))
    for facts, (before, now) in zip(facts_of_all_kinds(), numbers, strict=True):
        for asked in (version, yearly):
            answer(asked, before, at=MAY, **facts)
            answer(asked, now, at=JUNE, **facts)
        answer(yearly, [3] * 40, at=at("2026-06-12T10:00"), contacts=customers, **facts)

    found = {}
    for way in ways:
        page = why(f"{LAST}&segments={way}{kind}")
        links = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html)
        assert len(links) >= (4 if way in {"kind", "survey", "language"} else 8), way
        found |= {unescape(address): int(counted) for address, counted in links}

    for address, counted in found.items():
        assert client.get(address).context["all"] == counted, address


def test_segments_of_the_rollups_and_of_the_answers_make_the_same_whole(why, shops):
    Response.objects.filter(score=10).update(campaign="Spring")

    (from_rollups, from_answers) = (why(f"{LAST}&segments={way}").rows("segments") for way in ("channel", "campaign"))

    assert sorted(row[0] for row in from_answers) == ["Not known", "Spring", "Together"]
    for column in (1, 2, 3, 4, -1):
        assert from_rollups[-1][column] == from_answers[-1][column]


def test_a_manager_sees_the_segments_of_the_own_team_only(why, manager, version, team):
    answer(version, [8], at=APRIL, team=team)
    other = TeamFactory(name="Sales East")
    ours, theirs = manager_called("Oksana Ours"), manager_called("Teo Theirs")
    for who, whose in ((ours, team), (theirs, other)):
        answer(version, scores(60, 20, 20), at=MAY, manager=who, team=whose)
        answer(version, scores(20, 20, 60), at=JUNE, manager=who, team=whose)

    for way in ("manager", "team"):
        page = why(f"{LAST}&segments={way}", user=manager)
        assert "Theirs" not in page.html
        assert "Sales East" not in page.html
        assert page.rows("segments")[-1][2] == "100"
    assert why(f"team={other.pk}", user=manager, status=400)
    manager.user_permissions.add(Permission.objects.get(codename="see_all_teams"))
    assert "Teo Theirs" in why(f"{LAST}&segments=manager", user=manager).html


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_have_no_such_page(why, request, who):
    why(user=request.getfixturevalue(who), status=403)


@pytest.mark.parametrize("query", ["segments=weather", "period=x", "manager=99999999"])
def test_what_is_not_in_a_list_is_refused_with_a_word(why, db, query):
    assert "is not" in why(query, status=400).text


@pytest.mark.parametrize("language", ["uk", "ru", "lt"])
def test_the_sentences_are_in_the_language_of_the_reader(why, ceo, shops, language):
    ceo.language = language
    ceo.save()

    page = why(f"{LAST}&segments=channel")

    assert "went from" not in page.text
    assert "weighs most" not in page.text


def test_what_is_not_known_leads_to_its_answers_where_they_can_be_chosen(why, client, shops):
    Response.objects.filter(score=10).update(campaign="Spring")

    row = why(f"{LAST}&segments=campaign").html.split(">Not known</th>")[1].split("</tr>")[0]
    links = re.findall(r'<a href="(/answers/[^"]*)">([\d,]+)</a>', row)

    assert len(links) == 2
    for way, number in links:
        assert client.get(unescape(way)).context["all"] == int(number), way


def test_the_segments_are_taken_along_and_add_up(why, show, shops, client):
    page = why(f"{LAST}&segments=channel")

    rows = csv_rows(client.get(f"{reverse('why_csv')}?{LAST}&segments=channel"))

    together = page.rows("segments")[-1]
    parts = sum(float(row["rate"]) + float(row["mix"]) for row in rows)
    assert parts == pytest.approx(number(together[-1]), abs=0.1)
    assert [row["name"] for row in rows] == [
        row[0] if "other" not in row[0] else "" for row in page.rows("segments")[:-1]
    ]
    assert [row["segment"] for row in rows if not row["name"]] == ["others"]
    assert sum(float(row["share"]) for row in rows) == pytest.approx(100, abs=0.05)
    assert client.get(reverse("why_xlsx"), {"segments": "moon"}).url == "/dashboard/why/?segments=moon"


def test_a_change_of_which_nothing_may_be_said_has_a_file_without_rows(why, client, version):
    why()

    assert csv_rows(client.get(reverse("why_csv"))) == []


def test_a_segment_is_found_by_its_name(why, shops):
    page = why(f"{LAST}&segments=channel&segments_find=PARTN")

    assert [row[0] for row in page.rows("segments")][:-1] == ["Partner"]
    assert "No row is called so." in why(f"{LAST}&segments=channel&segments_find=moon").text
