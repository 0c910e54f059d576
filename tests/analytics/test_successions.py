"""Answers about the relationship: of each customer the latest in the period counts."""

import random
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from analytics import services
from analytics.models import Succession
from analytics.rollups import cells, totals
from analytics.unit import Unit
from crm.models import Contact
from responses.models import Response
from tests.analytics.answers import answer, at, manager_called
from tests.analytics.test_spreads import selection
from tests.factories import ContactFactory, SurveyFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db


def relational(name="Relationship"):
    return SurveyVersionFactory(survey=SurveyFactory(name=name, kind="relational"))


@pytest.fixture
def wave():
    return relational()


def given(version, contact, *told, **facts):
    """Answers of one contact, each as its day and score."""
    return [answer(version, [score], contact=contact, at=at(f"{day}T10:00"), **facts)[0] for day, score in told]


def counted(**chosen):
    """How many gave each score in the last twelve months, and the year before."""
    found = totals.of_periods(cells.read(selection(**{"unit": Unit.CUSTOMERS} | chosen)))
    return [
        {score: number for score, number in enumerate(found.get(("all", 0, now), totals.NOTHING).by_score) if number}
        for now in (True, False)
    ]


def test_of_each_customer_the_latest_answer_of_the_period_counts(wave):
    ona, jonas = ContactFactory(), ContactFactory()
    given(wave, ona, ("2025-03-01", 2), ("2025-09-01", 3), ("2026-01-01", 10), ("2026-06-01", 7))
    given(wave, jonas, ("2025-01-01", 0), ("2025-02-01", 9))

    assert counted() == [{7: 1}, {2: 1, 9: 1}]
    services.refresh_rollups()
    assert counted() == [{7: 1}, {2: 1, 9: 1}]


def test_each_point_of_the_chart_counts_the_latest_answer_within_it(wave):
    given(wave, ContactFactory(), ("2026-05-04", 2), ("2026-05-20", 3), ("2026-06-01", 10), ("2026-07-01", 7))

    found = totals.of_points(cells.read(selection(unit=Unit.CUSTOMERS)))

    counts = {f"{start:%m}": total.by_score.index(1) for start, total in found.items() if sum(total.by_score) == 1}
    assert counts == {"05": 3, "06": 10, "07": 7}


def test_answers_after_something_happened_count_each(version, wave, show):
    ona = ContactFactory()
    given(version, ona, *((f"2026-06-0{day}", 9) for day in range(1, 6)))
    given(wave, ona, ("2026-06-01", 0), ("2026-06-02", 10))

    page = show()

    assert (page.figures["answers"], page.figures["value"]) == ("6", "100.0")
    assert show(f"?survey={version.survey.pk}").figures["answers"] == "5"
    assert show(f"?survey={wave.survey.pk}").figures["answers"] == "1"
    assert show("?kind=relational").figures["answers"] == "1"


def test_a_customer_counts_once_for_all_relational_surveys_and_once_for_each(wave):
    ona, other = ContactFactory(), relational("Another")
    given(wave, ona, ("2026-05-01", 2), ("2026-05-03", 4))
    given(other, ona, ("2026-05-02", 9), ("2026-05-04", 10))

    assert counted()[0] == {10: 1}
    assert counted(surveys=(wave.survey.pk,))[0] == {4: 1}
    assert counted(surveys=(other.survey.pk,))[0] == {10: 1}


def test_a_customer_counts_for_whom_the_latest_answer_is_about_so_that_rows_add_up(wave, show):
    jonas, rasa, ona = manager_called("Jonas"), manager_called("Rasa"), ContactFactory()
    given(wave, ona, ("2026-05-01", 2), manager=jonas, team=jonas.team)
    given(wave, ona, ("2026-06-01", 10), manager=rasa, team=rasa.team)
    given(wave, ContactFactory(), ("2026-06-01", 3), manager=jonas, team=jonas.team)

    page = show()

    assert page.figures["answers"] == "2"
    assert [(row[0].split()[0], row[3] if len(row) > 3 else "") for row in page.rows("managers")]
    assert show(f"?manager={jonas.pk}").figures["answers"] == "1"
    assert show(f"?manager={rasa.pk}").figures["answers"] == "1"


def test_answers_of_nobody_known_count_each(wave):
    found = given(wave, ContactFactory(), ("2026-05-01", 2), ("2026-06-01", 10))
    Response.objects.filter(pk__in=[one.pk for one in found]).update(contact=None)

    assert counted()[0] == {2: 1, 10: 1}


def test_records_that_were_merged_are_one_customer_and_two_again_when_that_is_undone(wave):
    ona, twin = ContactFactory(), ContactFactory()
    given(wave, ona, ("2026-05-01", 2))
    given(wave, twin, ("2026-06-01", 10))

    Contact.objects.filter(pk=twin.pk).update(merged_into=ona)
    assert counted()[0] == {10: 1}
    given(wave, ona, ("2026-06-02", 5))
    assert counted()[0] == {5: 1}
    assert services.check_rollups() == []

    Contact.objects.filter(pk=twin.pk).update(merged_into=None)
    assert counted()[0] == {5: 1, 10: 1}
    assert services.check_rollups() == []


def test_what_waits_for_a_person_succeeds_nobody_until_it_is_confirmed(wave):
    _early, late = given(wave, ContactFactory(), ("2026-05-01", 2), ("2026-06-01", 10))

    Response.objects.filter(pk=late.pk).update(is_provisional=True)
    assert counted()[0] == {2: 1}
    Response.objects.filter(pk=late.pk).update(is_provisional=False)
    assert counted()[0] == {10: 1}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE responses_response SET score = 5 WHERE score = 2",
        "UPDATE responses_response SET answered_at = '2026-06-20' WHERE score = 2",
        "DELETE FROM responses_response WHERE score = 10",
        "UPDATE responses_response SET contact_id = (SELECT max(contact_id) FROM responses_response) WHERE score = 2",
        "UPDATE responses_response SET kind = 'transactional' WHERE score = 7",
        "UPDATE responses_response SET origin = 'test' WHERE score = 10",
        "UPDATE responses_response SET origin = 'imported', entry_id = entry_id WHERE score = 7",
        "UPDATE responses_response SET manager_id = NULL",
    ],
)
def test_whoever_changes_an_answer_leaves_the_order_true(wave, change):
    jonas = manager_called("Jonas")
    given(wave, ContactFactory(), ("2026-05-01", 2), ("2026-06-01", 7), ("2026-06-10", 10), manager=jonas)
    given(wave, ContactFactory(), ("2026-05-01", 9), manager=jonas)

    with connection.cursor() as cursor:
        cursor.execute(change)

    assert services.check_rollups() == []


def test_the_check_finds_every_wrong_succession(wave):
    given(wave, ContactFactory(), ("2026-05-01", 2), ("2026-06-01", 7), ("2026-06-10", 10))
    services.rebuild_rollups()

    Succession.objects.filter(score=7).update(next_at=at("2026-08-01T10:00"))
    assert [(str(found.start), found.dimension) for found in services.check_rollups()] == [("2026-06-01", "succession")]
    with pytest.raises(CommandError):
        call_command("check_rollups")
    Succession.objects.filter(score=2).delete()
    assert [str(found.start) for found in services.check_rollups()] == ["2026-05-01", "2026-06-01"]

    services.rebuild_rollups()
    assert services.check_rollups() == []
    assert counted()[0] == {10: 1}


def test_numbers_of_customers_are_those_of_a_plain_count(wave):
    dice = random.Random(7)
    contacts, other = [ContactFactory() for _ in range(8)], relational("Another")
    managers = [manager_called(name) for name in ("Jonas", "Rasa")]
    told = []
    for _ in range(60):
        contact, version, manager = dice.choice(contacts), dice.choice([wave, other]), dice.choice(managers)
        day = f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        told += given(version, contact, (day, dice.randint(0, 10)), manager=manager)
    services.refresh_rollups()

    for surveys in (None, (wave.survey.pk,)):
        chosen = selection(unit=Unit.CUSTOMERS, surveys=surveys)
        found = totals.of_periods(cells.read(chosen))
        for is_now, period in ((True, chosen.period), (False, chosen.before)):
            start, end = period.moments(chosen.zone)
            latest = {}
            for one in sorted(told, key=lambda one: (one.answered_at, one.pk)):
                if start <= one.answered_at < end and (surveys is None or one.survey_id in surveys):
                    latest[one.contact_id] = one
            for face, member, among in [
                ("all", 0, latest.values()),
                *(
                    ("manager", manager.pk, [one for one in latest.values() if one.manager_id == manager.pk])
                    for manager in managers
                ),
            ]:
                scores = [one.score for one in among]
                assert found.get((face, member, is_now), totals.NOTHING).by_score == tuple(map(scores.count, range(11)))


@pytest.mark.django_db(transaction=True)
def test_two_answers_of_one_customer_at_once_are_both_put_in_order(wave):
    ona = ContactFactory()

    def tell(day):
        try:
            given(wave, ona, (day, 5))
        finally:
            connection.close()

    threads = [Thread(target=tell, args=(f"2026-05-{day:02}",)) for day in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Succession.objects.count() == 7
    assert services.check_rollups() == []
