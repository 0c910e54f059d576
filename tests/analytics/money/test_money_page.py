import csv
import io
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from crm import merges
from crm.models import Deal
from followups.models import ReferralCode
from followups.referrals import rewards
from tests.analytics.answers import NOW, answer, manager_called, scores, version_of
from tests.analytics.money.buyers import buy, company, say
from tests.analytics.reading import Page
from tests.factories import BrandFactory, ChannelFactory, ContactFactory, ProductFactory, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def money(client, ceo):
    def money(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('money')}?{urlencode(query)}")
        assert response.status_code == status, response.content.decode()[:2000]
        page = Page(response)
        page.context = response.context
        return page

    return money


@pytest.fixture
def take(client, ceo):
    def take(table, user=None, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('money_csv', args=[table])}?{urlencode(query)}")
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    return take


@pytest.fixture
def accounts(version):
    """Five that answered and bought, of whom the largest is a detractor with a content colleague; one is silent."""
    giant = company("Giant")
    buy(giant, 8000)
    say(version, giant, 3, 9)
    for amount, score in ((500, 10), (500, 9), (300, 8), (200, 2)):
        one = company()
        buy(one, amount)
        say(version, one, score)
    silent = company("Silent")
    buy(silent, 500)
    return giant, silent


def test_the_number_is_told_by_answers_accounts_and_purchases(money, accounts):
    page = money()

    assert [(row[0], row[1], row[2]) for row in page.rows("ways")] == [
        ("Each answer counts once", "6", "16.7"),
        ("Each account counts once", "5", "20.0"),
        ("Each account counts by its purchases", "5", "8.4"),
    ]
    assert page.context["coverage"] == {"share": "95.0%", "heard": "5", "buying": "6"}


def test_the_revenue_falls_apart_by_what_accounts_say(money, accounts):
    lines = money().context["revenue"]["lines"]

    assert [(name, amount) for name, _title, _share, amount in lines] == [
        ("good", "5,000\xa0EUR"),
        ("middle", "300\xa0EUR"),
        ("bad", "4,200\xa0EUR"),
        ("silent", "500\xa0EUR"),
    ]


def test_a_handful_of_large_accounts_is_said_to_be_one(money, accounts):
    assert "as if 1.4 equal ones had answered" in money().text


def test_fewer_than_five_accounts_have_no_number(money, version):
    for score in (10, 9, 2, 3):
        one = company()
        buy(one, 100)
        say(version, one, score)

    assert [row[2] for row in money().rows("ways")] == ["–", "–", "–"]
    assert money().context["tiers"][0].share.value == "–"


def test_currencies_are_never_added_up(money, version):
    """A dollar counts as half a euro; nobody knows what a hryvnia is worth."""
    for currency, rate in (("EUR", 1), ("USD", 0.5), ("UAH", None)):
        one = company()
        buy(one, 1000, currency=currency, rate=rate)
        say(version, one, 10)
    buy(company(), None)
    page = money()

    assert page.context["revenue"]["whole"] == "1,500\xa0EUR"
    assert page.context["coverage"]["heard"] == "2"
    assert "All sums are in EUR" in page.text
    assert "In no sum: 1 won deal without an amount; 1 in UAH without a rate." in page.text


def test_what_was_paid_back_weighs_nothing(money, version):
    refunded, usual = company(), company()
    buy(refunded, 300)
    buy(refunded, -900)
    buy(usual, 100)
    say(version, refunded, 1)
    say(version, usual, 10)

    page = money()

    assert page.context["revenue"]["whole"] == "100\xa0EUR"
    assert page.context["coverage"] == {"share": "100.0%", "heard": "1", "buying": "1"}


def test_only_the_year_up_to_the_end_of_the_period_weighs(money, accounts):
    buy(accounts[1], 100_000, days_ago=366)
    buy(accounts[1], 100_000, days_ago=-1)

    assert money().context["coverage"]["share"] == "95.0%"


def test_whether_large_accounts_say_something_else_is_told_from_thirty_on(money, version):
    def many(number, amount, score):
        for _one in range(number):
            one = company()
            buy(one, amount)
            say(version, one, score)

    many(10, 5000, 2)
    many(19, 100, 10)
    assert money().context["gap"]["verdict"] == "too_few"

    many(1, 100, 10)
    page = money()

    assert page.context["gap"]["verdict"] == "down"
    assert "Those that bring more are less content." in page.text


def test_amounts_are_told_in_bands_with_the_ways_to_their_answers(money, client, version):
    for amount, given in ((50, scores(20, 5, 5)), (100, scores(5, 5, 25)), (-20, [9]), (None, [10, 1])):
        answer(version, given, amount=amount, currency="EUR", amount_base=amount)

    page = money()

    assert [(row[0], row[1]) for row in page.rows("amounts")] == [
        ("below 100 EUR", "31"),
        ("from 100 EUR", "35"),
        ("Not known few answers", "2"),
    ]
    ways = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html)
    assert len(ways) == 4
    for way, number in ways:
        assert client.get(unescape(way)).context["all"] == int(number), way


def test_one_band_leads_to_its_answers_without_those_of_no_amount(money, client, version):
    answer(version, [9], amount=40, amount_base=40)
    answer(version, [3, 4])

    (line, unknown) = money().context["amounts"]

    assert (line.name, line.answers.number, unknown.answers.number) == ("all amounts", 1, 2)
    for each in (line, unknown):
        assert client.get(each.answers.url).context["all"] == each.answers.number


@pytest.mark.parametrize("query", ["", "kind=relational", "kind=transactional", "period=30d", "manager={ona}"])
def test_every_number_leads_to_exactly_the_answers_that_it_counts(money, client, version, query):
    ona, yearly = manager_called("Ona"), version_of(SurveyFactory(kind="relational"))
    facts = {"manager": ona, "team": ona.team, "product": ProductFactory(), "amount": 70, "amount_base": 70}
    customer = company()
    for asked in (version, yearly):
        say(asked, customer, 3, 9, days_ago=5, **facts)
        say(asked, customer, 10, days_ago=200, **facts)
        say(asked, customer, 8, days_ago=250)
    asked = dict(pair.split("=") for pair in query.format(ona=ona.pk).split("&") if pair)

    page = money(**asked)
    ways = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html)

    assert len(ways) >= 2
    for way, number in ways:
        assert client.get(unescape(way)).context["all"] == int(number), way


def test_accounts_are_followed_for_the_same_days_after_their_first_answer(money, version):
    again, late, never, before = (company() for _one in range(4))
    for one, score in ((again, 10), (late, 10), (never, 2), (before, 2)):
        say(version, one, score, days_ago=200)
        say(version, one, 5, days_ago=195)
    buy(again, 70, days_ago=150)
    buy(again, 30, days_ago=149)
    buy(late, 70, days_ago=200 - 181)
    buy(before, 70, days_ago=201)
    say(version, company(), 10, days_ago=179)

    page = money()
    good, _middle, bad = page.rows("afterwards")

    assert good[:3] == ["Promoters", "2", "1"]
    assert bad[:3] == ["Detractors", "2", "0"]
    assert page.context["report"].afterwards.tiers["good"].amount == 50
    assert page.context["report"].afterwards.tiers["good"].frequency == 1
    assert money(after=90).rows("afterwards")[0][1] == "3"
    assert money(after=365, period="90d").tables.get("afterwards") is None


def test_what_stayed_is_compared_from_thirty_accounts_on_either_side(money, version):
    for score, kept in ((10, 27), (2, 12)):
        for number in range(30):
            one = company()
            say(version, one, score, days_ago=200)
            if number < kept:
                buy(one, 100 + number, days_ago=100)

    page = money()

    assert page.rows("afterwards")[0][3] == "90% 74 … 97"
    assert page.context["stayed"]["verdict"] == page.context["ranks"]["verdict"] == "up"
    assert page.context["stayed"]["number"].value == "+50.0"
    assert "Promoters against Detractors: +50.0 per cent points" in page.text


def test_what_a_page_would_say_by_chance_too_often_is_not_said(money, version):
    """27 and 20 of 30 stayed: one look in forty shows as much by chance."""
    for score, kept in ((10, 27), (2, 20)):
        for number in range(30):
            one = company()
            say(version, one, score, days_ago=200)
            if number < kept:
                buy(one, 100, days_ago=100)

    stayed = money().context["stayed"]

    assert stayed["number"].low == "+2.3"
    assert stayed["verdict"] == "unclear"


@pytest.fixture
def two_years():
    """Five that bought in the year before, and new ones by a channel of recommendations and without."""
    friends = ChannelFactory(name="Friends")
    old = [company() for _one in range(5)]
    buy(old[0], 10, days_ago=900)
    for one in old:
        buy(one, 1000, days_ago=400)
    for one, amount in zip(old[:3], (1500, 1000, 400), strict=True):
        buy(one, amount, days_ago=30)
    recommended, plain, returned = company(), company(), company()
    buy(recommended, 300, days_ago=60, channel=friends)
    buy(recommended, 100, days_ago=20)
    buy(plain, 200, days_ago=20)
    buy(returned, 50, days_ago=20, channel=friends)
    buy(returned, 500, days_ago=800, channel=friends)
    return friends


def test_what_became_of_the_revenue(money, two_years):
    growth = money(recommended=two_years.pk).context["growth"]
    shares = {key: share for key, _name, share in growth["shares"]}

    assert shares == {"nrr": "58.0%", "grr": "48.0%", "kept": "60.0%", "earned": "−34.0%"}
    assert (growth["returned"], growth["returned_revenue"]) == ("1", "50\xa0EUR")
    assert [row[1] for row in money(recommended=two_years.pk).rows("growth")] == [
        "5,000 EUR",
        "500 EUR",
        "−600 EUR",
        "−2,000 EUR",
        "400 EUR",
        "250 EUR",
    ]


def test_a_first_purchase_with_the_code_of_another_customer_is_earned_too(money, two_years):
    plain = Deal.objects.get(amount=200)
    code = ReferralCode.objects.create(contact=ContactFactory(), brand=BrandFactory(), code="7K3M")
    Deal.objects.filter(pk=plain.pk).update(referral_code="7K3M")
    rewards.find_due(now=NOW)
    assert money().rows("growth")[4][1] == "200 EUR"
    assert money(recommended=two_years.pk).rows("growth")[4][1] == "600 EUR"

    merges.merge(plain.contact, code.contact)
    rewards.find_due(now=NOW)
    assert money(recommended=two_years.pk).rows("growth")[4][1] == "400 EUR"


@pytest.mark.parametrize(("amount", "rate"), [(None, 1), (700, None)])
def test_an_account_whose_purchase_has_no_known_amount_is_neither_lost_nor_back(money, take, two_years, amount, rate):
    stayed, came = company(), company()
    buy(stayed, 800, days_ago=400)
    buy(stayed, amount, days_ago=40, currency="USD", rate=rate)
    buy(came, amount, days_ago=400, currency="USD", rate=rate)
    buy(came, 900, days_ago=40)

    page = money(recommended=two_years.pk)

    assert [row[1] for row in page.rows("growth")][:4] == ["5,000 EUR", "500 EUR", "−600 EUR", "−2,000 EUR"]
    assert (page.context["growth"]["returned"], page.context["growth"]["shares"][2][2]) == ("1", "60.0%")
    assert "Accounts with such a deal are left out" in page.text


def test_a_file_tells_no_more_of_growth_than_the_page(take, version):
    for _one in range(4):
        buy(company(), 1000, days_ago=400)
    buy(company(), 10, days_ago=900)

    rows = {row["what"]: row for row in take("growth")}

    assert (rows["start"]["value"], rows["start"]["accounts"]) == ("", "4")
    assert {row["value"] for row in rows.values()} == {""}


def test_earned_growth_is_told_only_where_recommendations_are_known(money, two_years):
    page = money()

    assert {key: share for key, _name, share in page.context["growth"]["shares"]}["earned"] == "–"
    assert "choose the channel of recommendations" in page.text
    assert "New by recommendation" not in page.text


def test_a_period_before_that_is_not_all_there_is_not_compared(money, version):
    for _one in range(6):
        buy(company(), 100, days_ago=380)

    page = money()

    assert "growth" not in page.tables
    assert "deals are known from" in page.text


def test_a_manager_reads_of_the_own_teams_deals_and_answers_only(money, manager, team, version):
    other = manager_called("Teo")
    for who, facts in ((company("Ours"), {"team": team}), (company("Theirs"), {"team": other.team, "manager": other})):
        buy(who, 700, **facts)
        say(version, who, 10, days_ago=200, **facts)
        buy(who, 300, days_ago=100, **facts)

    page = money(user=manager)

    assert page.context["all"].number == 1
    assert page.context["revenue"]["whole"] == "1,000\xa0EUR"
    assert page.context["report"].afterwards.accounts == 1
    assert money(user=manager, team=other.team_id, status=400)
    assert money().context["revenue"]["whole"] == "2,000\xa0EUR"


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_have_no_such_page_and_no_such_file(money, client, request, who):
    money(user=request.getfixturevalue(who), status=403)
    assert client.get(reverse("money_csv", args=["ways"])).status_code == 403


def test_nothing_at_all_says_so(money, version):
    page = money()

    assert "No answers in this period" in page.text
    assert "fewer than five accounts" in page.text


def test_one_answer_of_nobody_known_is_an_account_of_its_own(money, version):
    (one,) = answer(version, [10], contact=ContactFactory())

    page = money()

    assert one.company_id is None
    assert [row[1] for row in page.rows("ways")] == ["1", "1", "0"]
    assert "Nothing was bought in the year" in page.text


@pytest.mark.parametrize("query", [{"after": "3"}, {"recommended": "99999"}, {"period": "x"}])
def test_what_is_not_in_a_list_is_refused_with_a_word(money, db, query):
    assert "is not" in money(status=400, **query).text


def test_a_csat_of_accounts_is_a_share_and_never_called_nps(money):
    asked = version_of(SurveyFactory(metric="csat"))
    for score in (5, 5, 4, 3, 1):
        one = company()
        buy(one, 100)
        say(asked, one, score, metric="csat")

    page = money(metric="csat")

    assert [row[2] for row in page.rows("ways")] == ["60.0%"] * 3
    assert "NPS" not in page.html.partition("</main>")[0]


def test_every_table_can_be_taken_along(take, accounts):
    ways = {row["way"]: row for row in take("ways")}

    assert (ways["revenue"]["value"], ways["revenue"]["accounts"]) == ("8.42", "5")
    assert (ways["silent"]["revenue"], ways["silent"]["accounts"]) == ("500.0", "1")
    assert [row["answers"] for row in take("amounts")] == ["6"]
    assert [row["tier"] for row in take("afterwards")] == ["good", "middle", "bad"]
    assert take("growth")[0]["what"] == "start"
    noted = SecurityEvent.objects.filter(kind=SecurityEvent.Kind.EXPORTED).values_list("subject", flat=True)
    assert set(noted) == {f"money.{table}.csv" for table in ("ways", "amounts", "afterwards", "growth")}


def test_a_table_that_there_is_not_is_not_found_and_a_wrong_filter_leads_back(client, ceo):
    client.force_login(ceo)

    assert client.get("/dashboard/money/tables/nothing.csv").status_code == 404
    assert client.get("/dashboard/money/tables/ways.csv?period=x").url == "/dashboard/money/?period=x"
    assert client.get("/dashboard/money/tables/ways.xlsx").status_code == 200


def test_deals_of_today_are_in_time(money, version):
    one = company()
    buy(one, 100, days_ago=0.01)

    assert NOW.day == 15
    assert money().context["revenue"]["whole"] == "100\xa0EUR"
