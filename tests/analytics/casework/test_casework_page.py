from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics.casework.page import age_headings
from analytics.casework.work import AGES, Casework, ShareOf
from followups.models import Activity, ClosingLetter
from tests.analytics.answers import NOW, answer, manager_called
from tests.analytics.reading import Page, csv_rows
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db

LONG_AGO = NOW - timedelta(days=40)
DUE = LONG_AGO + timedelta(days=1)
RESOLVED = {"status": "resolved", "root_cause_id": "price", "resolution": "Refunded"}


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('casework')}?{urlencode({'period': '90d', **query})}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return look


def opened(version, person=None, number=1, *, made=LONG_AGO, facts=None, **state):
    """Follow-ups of so many answers; they belong to a person and their team."""
    due = {"first_contact_due_at": DUE, "resolve_due_at": LONG_AGO + timedelta(days=5), "next_due_at": DUE}
    return [
        FollowupFactory(
            response=response,
            assignee=person,
            team=person.team if person else None,
            created_at=made,
            **{**due, **state},
        )
        for response in answer(version, [3] * number, at=made, **(facts or {}))
    ]


def people_of(page):
    """Whose work stands on the page; the headings of ages are a row of their own."""
    return page.names("persons")[1:]


def reopen(followup, by):
    Activity.objects.create(
        followup=followup, kind="status", by=by, change={"from": "resolved", "to": "in_progress"}, at=NOW
    )


def test_each_person_and_team_stands_with_what_was_in_time(look, version):
    ona, jonas = manager_called("Ona"), manager_called("Jonas")
    opened(version, ona, 4, **RESOLVED, closed_at=DUE, first_contact_at=LONG_AGO, outcome="saved")
    opened(version, ona, 2, **RESOLVED, closed_at=NOW, first_contact_at=DUE + timedelta(hours=1), outcome="lost")
    opened(version, jonas, 1)
    opened(version, jonas, 1, status="dismissed", closed_at=DUE)

    page = look()

    ona_row, jonas_row = page.row("persons", "Ona"), page.row("persons", "Jonas")
    assert ona_row[1] == "6"
    assert ona_row[2].startswith("67%")
    assert ona_row[2].endswith("4 of 6")
    assert ona_row[3].endswith("4 of 6")
    assert ona_row[5].endswith("4 of 6")
    assert jonas_row[2:4] == ["–0 of 1", "–0 of 1"]
    assert jonas_row[7:9] == ["1", "1"]
    assert page.row("teams", str(ona.team))[1:] == ona_row[1:]


def test_work_done_at_the_very_moment_it_was_due_is_in_time(look, version):
    ona = manager_called("Ona")
    opened(version, ona, 5, **RESOLVED, closed_at=LONG_AGO + timedelta(days=5), first_contact_at=DUE)

    row = look().row("persons", "Ona")

    assert row[2].endswith("5 of 5")
    assert row[3].endswith("5 of 5")


def test_what_is_not_due_yet_is_neither_in_time_nor_late(look, version):
    ona = manager_called("Ona")
    tomorrow = NOW + timedelta(days=1)
    opened(version, ona, 5, first_contact_due_at=tomorrow, resolve_due_at=tomorrow, next_due_at=tomorrow)

    row = look().row("persons", "Ona")

    assert row[2:4] == ["–", "–"]
    assert row[7:9] == ["5", "0"]


def test_what_was_opened_again_counts_once_however_often(look, version):
    ona = manager_called("Ona")
    again, *_rest = opened(version, ona, 6, **RESOLVED, closed_at=DUE)
    (open_again,) = opened(version, ona, 1, status="in_progress")
    for followup in (again, again, open_again):
        reopen(followup, ona)

    assert look().row("persons", "Ona")[4].endswith("2 of 7")


def test_open_work_stands_by_its_age(look, version):
    ona = manager_called("Ona")
    for days in (0, 2, 6, 29, 31):
        opened(version, ona, made=NOW - timedelta(days=days, hours=1))
    opened(version, ona, **RESOLVED, closed_at=DUE)

    assert look().row("persons", "Ona")[9:] == ["1", "1", "1", "1", "1"]


def test_at_an_age_that_parts_the_columns_it_is_in_the_older_one(look, version):
    ona = manager_called("Ona")
    for age in AGES:
        opened(version, ona, made=NOW - age)

    assert look().row("persons", "Ona")[9:] == ["0", "1", "1", "1", "1"]
    assert len(age_headings()) == len(AGES) + 1


def test_what_waits_for_the_customer_is_not_overdue(look, version):
    ona = manager_called("Ona")
    opened(version, ona, status="waiting", look_again_on=NOW.date() + timedelta(days=2))

    assert look().row("persons", "Ona")[7:9] == ["1", "0"]


def test_rows_stand_by_name_and_the_queue_last(look, version):
    opened(version, None, 3)
    for name in ("Rasa", "Ona"):
        opened(version, manager_called(name))

    assert people_of(look()) == ["Ona", "Rasa", "nobody yet"]


def test_a_manager_reads_the_work_on_the_answers_of_the_own_team(look, version, manager):
    rasa = manager_called("Rasa")
    opened(version, manager, facts={"team": manager.team})
    opened(version, rasa, facts={"team": rasa.team})

    assert people_of(look(manager)) == [manager.name]


def test_filters_choose_the_answers(look, version):
    ona, rasa = manager_called("Ona"), manager_called("Rasa")
    opened(version, ona, facts={"manager": ona})
    opened(version, rasa, facts={"manager": rasa})

    assert people_of(look(manager=rasa.pk)) == ["Rasa"]


def test_answers_of_other_days_and_for_trial_count_nowhere(look, version):
    ona = manager_called("Ona")
    opened(version, ona, made=NOW - timedelta(days=200))
    opened(version, ona, facts={"origin": "test"})

    assert "No follow-ups in this period" in look().text


def test_a_day_that_is_none_is_said_and_nothing_is_shown(look):
    assert "Write the day as 2026-05-31." in look(status=400, period="own", start="x\0", end="2026-01-01").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("table", ["teams", "persons"])
def test_both_tables_can_be_taken_along_and_it_is_noted(client, ceo, version, table, kind):
    opened(version, manager_called("Ona"))
    client.force_login(ceo)

    response = client.get(reverse(f"casework_{kind}", args=[table]), {"period": "90d"})

    assert response.status_code == 200
    assert SecurityEvent.objects.filter(kind="exported", subject=f"casework.{table}.{kind}").exists()


def test_a_file_has_the_numbers_behind_the_shares(client, ceo, version):
    ona = manager_called("Ona")
    opened(version, ona, 3, **RESOLVED, closed_at=DUE, first_contact_at=LONG_AGO, outcome="saved")
    opened(version, ona, 2)
    client.force_login(ceo)

    (row,) = csv_rows(client.get(reverse("casework_csv", args=["persons"]), {"period": "90d"}))

    assert (row["id"], row["name"]) == (str(ona.pk), "Ona")
    assert (row["followups"], row["contacted_in_time"], row["contact_due"]) == ("5", "3", "5")
    assert (row["resolved_in_time"], row["resolve_due"], row["won_back"]) == ("3", "5", "3")
    assert (row["overdue"], row["open_of_age_5"]) == ("2", "2")


def test_a_table_that_is_none_is_not_found(client, ceo):
    client.force_login(ceo)

    assert client.get(reverse("casework_csv", args=["ranks"])).status_code == 404


def test_works_add_up():
    one = Casework(opened=2, due=2, in_time=1, of_age=(1, 0, 0, 0, 1))
    other = Casework(opened=3, due=1, in_time=1, of_age=(0, 2, 0, 0, 1))

    assert one + other == Casework(opened=5, due=3, in_time=2, of_age=(1, 2, 0, 0, 2))
    assert (one + other).contacted_in_time == ShareOf(2, 3)


def told(followup, answer, *, days=1, is_held=False):
    moment = NOW - timedelta(days=days)
    ClosingLetter.objects.create(
        key=uuid4(), followup=followup, subject="S", words="W", language="en", expires_at=NOW, answer=answer,
        answered_at=moment if answer else None, is_held=is_held,
    )  # fmt: skip


def test_customers_say_last_whether_it_is_solved(look, version):
    rows = opened(version, manager_called("Ona"), 8, **RESOLVED, closed_at=DUE)
    for followup in rows[:4]:
        told(followup, "yes")
    told(rows[4], "no")
    told(rows[5], "no", days=3)
    told(rows[5], "yes", days=1)
    told(rows[6], "yes", is_held=True)
    told(rows[7], "")

    page = look()

    assert page.row("persons", "Ona")[6].startswith("83%")
    assert page.row("persons", "Ona")[6].endswith("5 of 6")
