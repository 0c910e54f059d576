"""How answers hang together, as the page reads it from the rows."""

import pytest

from accounts import company_clock
from analytics import nps, spread
from analytics.clusters import ClusterSums, Spread
from analytics.dashboard.filters import preset
from analytics.periods import Granularity
from analytics.rollups import spreads
from analytics.rollups.cells import Selection
from analytics.spread import Answers
from analytics.unit import Unit
from tests.analytics.answers import NOW, answer, at, customers, manager_called, scores
from tests.analytics.test_clusters import counts_of, worth
from tests.factories import CompanyFactory, ContactFactory, SurveyFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db
# The case of the reference: NPS 14.3 of 14 answers of six accounts, interval −56.9 to 85.5.
ACCOUNTS = {"A": [10, 9, 9, 3], "B": [2, 5], "C": [8], "D": [10, 10, 7], "E": [0, 6, 9], "F": [9]}


def selection(period="12m", by=Granularity.MONTH, **chosen):
    days = preset(period, company_clock.today(NOW))
    return Selection(period=days, before=days.previous, zone=company_clock.zone(), granularity=by, **chosen)


def of(given):
    return Spread.of(ClusterSums.of((name, worth(score)) for name, found in given.items() for score in found))


def test_the_page_prints_the_interval_of_the_reference(show, version):
    for given in ACCOUNTS.values():
        answer(version, given, company=CompanyFactory())

    page = show()

    assert page.figures["value"] == "14.3"
    assert "95% interval: −56.9 to 85.5" in page.text


def test_contacts_of_one_company_are_one_account_and_a_contact_without_company_is_its_own(version):
    company, alone = CompanyFactory(), ContactFactory()
    answer(version, [10, 9], company=company, contacts=customers(2))
    answer(version, [3, 8, 10], contact=alone)
    answer(version, [0, 10])

    found = spreads.read_each(selection()).of("all", 0, is_current=True, answers=0)

    assert found == of({"company": [10, 9], "contact": [3, 8, 10], "one": [0], "another": [10]})


def test_each_row_each_point_and_the_period_before_have_their_own_spread(version):
    good, bad, company = manager_called("Jonas"), manager_called("Rasa"), CompanyFactory()
    answer(version, [10, 9, 3], manager=good, company=company, at=at("2026-07-02T10:00"))
    answer(version, [10, 0], manager=bad, company=company, at=at("2026-06-02T10:00"))
    answer(version, [8, 2], manager=bad, at=at("2026-06-03T10:00"))
    answer(version, [10, 2], manager=bad, company=company, at=at("2025-05-03T10:00"))
    answer(version, [10], manager=bad, at=at("2025-05-04T10:00"))

    found = spreads.read_each(selection())

    assert found.of("all", 0, is_current=True, answers=0) == of({"c": [10, 9, 3, 10, 0], "x": [8], "y": [2]})
    assert found.of("manager", bad.pk, is_current=True, answers=0) == of({"c": [10, 0], "x": [8], "y": [2]})
    assert found.of("manager", good.pk, is_current=True, answers=0).is_unknown
    assert found.of("manager", bad.pk, is_current=False, answers=0) == of({"c": [10, 2], "x": [10]})
    assert found.of_point(at("2026-06-01T00:00").date(), answers=0) == of({"c": [10, 0], "x": [8], "y": [2]})
    assert found.of_point(at("2026-07-01T00:00").date(), answers=0).is_unknown
    assert found.of_point(at("2026-05-01T00:00").date(), answers=0).is_of_strangers


def test_only_answers_that_count_and_were_chosen_are_read(version):
    manager, company = manager_called("Jonas"), CompanyFactory()
    answer(version, [10, 9], manager=manager, company=company)
    answer(version, [3], manager=manager)
    answer(version, [0, 0], company=company)
    type(answer(version, [0], manager=manager)[0]).objects.order_by("-pk")[:1].get().delete()
    held = answer(version, [0, 0], manager=manager, company=company)
    type(held[0]).objects.filter(pk__in=[one.pk for one in held]).update(is_provisional=True)

    found = spreads.read_each(selection(members={"manager": manager.pk}))

    assert found.of("all", 0, is_current=True, answers=0) == of({"company": [10, 9], "one": [3]})


def test_a_table_and_a_change_are_told_by_accounts(show, version):
    jonas = manager_called("Jonas")
    for month, given in (("06", scores(30, 5, 5)), ("05", scores(10, 10, 20))):
        for number in range(4):
            answer(
                version,
                given[number::4],
                manager=jonas,
                company=CompanyFactory(),
                at=at(f"2026-{month}-1{number}T10:00"),
            )
    answer(version, [8], at=at("2026-04-28T10:00"))

    page = show("?period=last-month")

    sums = [of({number: given[number::4] for number in range(4)}) for given in (scores(30, 5, 5), scores(10, 10, 20))]
    answers = [
        Answers(counts_of([(0, worth(one)) for one in given]), hanging)
        for given, hanging in zip((scores(30, 5, 5), scores(10, 10, 20)), sums, strict=True)
    ]
    interval, change = spread.interval(nps, answers[0]), spread.difference(nps, *answers)
    assert f"95% interval: {interval.low:.1f} to {interval.high:.1f}" in page.text
    assert f"(between +{change.interval.low:.1f} and +{change.interval.high:.1f})" in page.text
    row = " ".join(page.row("managers", "Jonas"))
    assert f"+{change.interval.low:.0f} … +{change.interval.high:.0f}" in row


def test_of_an_answer_that_was_frozen_the_counted_score_is_read(version):
    company = CompanyFactory()
    answer(version, [10, 9, 3], company=company)
    (late,) = answer(version, [9])
    type(late).objects.filter(pk=late.pk).update(score=0, frozen_score=9, frozen_at=NOW)

    found = spreads.read_each(selection()).of("all", 0, is_current=True, answers=0)

    assert found == of({"company": [10, 9, 3], "late": [9]})


def test_of_customers_only_the_latest_answers_hang_together(version):
    wave = SurveyVersionFactory(survey=SurveyFactory(kind="relational"))
    company, ona, jonas = CompanyFactory(), ContactFactory(), ContactFactory()
    for contact, told in (
        (ona, [("2026-05-04", 2), ("2026-05-20", 9), ("2026-06-01", 10)]),
        (jonas, [("2026-05-05", 0)]),
    ):
        for day, score in told:
            answer(wave, [score], contact=contact, company=company, at=at(f"{day}T10:00"))
    answer(version, [8, 3], company=company, at=at("2026-05-06T10:00"))
    answer(wave, [7], at=at("2026-05-06T10:00"))

    found = spreads.read_each(selection(unit=Unit.BOTH))

    assert found.of("all", 0, is_current=True, answers=0) == of({"company": [10, 0, 8, 3], "other": [7]})
    may = found.of_point(at("2026-05-01T00:00").date(), answers=0)
    assert may == of({"company": [9, 0, 8, 3], "other": [7]})
