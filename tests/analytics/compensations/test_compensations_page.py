from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics.compensations.effect import study
from analytics.compensations.given import GivenSum
from analytics.recovery.pairs import ScorePair
from followups.compensations import codes
from followups.models import CodePool, Compensation
from tests.analytics.answers import NOW, answer, customers, manager_called
from tests.analytics.reading import Page, csv_rows
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db

FIRST, BETWEEN, NEXT = (NOW - timedelta(days=days) for days in (60, 30, 10))


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('compensations')}?{urlencode({'period': '90d', **query})}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return look


def compensate(followup, kind="refund", amount=50, **fields):
    amounts = {"amount": amount, "currency": "EUR" if amount is not None else "", "amount_base": amount}
    return Compensation.objects.create(
        key=uuid4(), followup=followup, contact=followup.response.contact, kind=kind,
        **{"given_at": BETWEEN, **amounts, **fields},
    )  # fmt: skip


def work_of(version, person, number=1, **facts):
    return [
        FollowupFactory(response=response, assignee=person, team=person.team)
        for response in answer(version, [3] * number, at=FIRST, **facts)
    ]


def test_what_was_given_stands_by_kind_and_team(look, version):
    ona, jonas = manager_called("Ona"), manager_called("Jonas")
    first, second = work_of(version, ona, 2)
    (third,) = work_of(version, jonas)
    compensate(first, amount=50)
    compensate(first, "discount", amount=Decimal("20.5"))
    compensate(second, "replacement", amount=None)
    compensate(third, amount=10, amount_base=None)
    compensate(third, amount=99, withdrawn_at=NOW, withdrawn_because="By mistake.")

    page = look()

    assert page.row("kinds", "Refund")[1:] == ["2", "2", "50", "0", "1"]
    assert page.row("kinds", "Discount")[1:] == ["1", "1", "20.50", "0", "0"]
    assert page.row("teams", str(ona.team))[1:] == ["3", "2", "70.50", "0", "0"]
    assert page.row("teams", str(jonas.team))[1:] == ["1", "1", "0", "0", "1"]
    assert "without 1 whose rate of exchange is not known" in page.text
    assert "in 3 follow-ups" in page.text


def twice(version, first, then, number, *, given=False, at=BETWEEN):
    people = customers(number)
    for response in answer(version, [first] * number, at=FIRST, contacts=people):
        followup = FollowupFactory(response=response)
        if given:
            compensate(followup, given_at=at)
    answer(version, [then] * number, at=NEXT, contacts=people)


def test_both_sides_are_compared_from_thirty_on(look, version):
    twice(version, 2, 8, 29, given=True)
    twice(version, 2, 4, 29)
    twice(version, 2, 5, 1)
    page = look()
    assert page.row("effect", "Compensated before they answered again")[1:] == ["29", "2.0", "8.0", "+6.0"]
    assert page.row("effect", "Not compensated")[1] == "30"
    assert "Nothing is said yet" in page.text

    twice(version, 2, 7, 1, given=True)
    page = look()
    assert "Nothing is said yet" not in page.text
    assert "Who is compensated is not chance" in page.text


def test_what_came_after_the_next_answer_or_was_withdrawn_counts_on_no_side(look, version):
    twice(version, 2, 8, 5, given=True, at=NOW)
    twice(version, 2, 8, 5, given=True)
    Compensation.objects.filter(given_at=BETWEEN).update(withdrawn_at=NOW, withdrawn_because="By mistake.")

    page = look()

    assert page.row("effect", "Compensated before they answered again")[1] == "0"
    assert page.row("effect", "Not compensated")[1] == "10"


def test_the_effect_is_the_difference_in_differences():
    given = [ScorePair(2, 6, False, None, 15, True), ScorePair(2, 8, False, None, 15, True)]
    others = [ScorePair(2, 3, False, None, 20), ScorePair(4, 4, False, None, 20), ScorePair(9, 1, False, None, 99)]

    found = study("nps", [*given, *others])

    assert (found.given.n, found.others.n) == (30, 40)
    assert found.effect.points == pytest.approx(5 - 0.5)


def test_the_answers_behind_the_number_are_listed(client, look, version, ceo):
    followup, _other = work_of(version, manager_called("Ona"), 2)
    compensate(followup)
    page = look()

    address = f"{reverse('answers')}?" + urlencode({"period": "90d", "work": "compensated"})

    assert "work=compensated" in page.html
    listed = client.get(address).text
    assert reverse("followup", args=[followup.pk]) in listed
    assert reverse("followup", args=[_other.pk]) not in listed


def test_pools_that_run_out_are_seen(look):
    pool = CodePool.objects.create(name="Voucher", few=5)
    codes.take_in(pool, "A\nB")

    page = look()

    assert page.row("pools", "Voucher")[1:3] == ["2", "0"]
    assert "Nothing was given in this period" in page.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("table", ["kinds", "teams"])
def test_both_tables_can_be_taken_along_and_it_is_noted(client, ceo, version, table, kind):
    compensate(work_of(version, manager_called("Ona"))[0])
    client.force_login(ceo)

    response = client.get(reverse(f"compensations_{kind}", args=[table]), {"period": "90d"})

    assert response.status_code == 200
    assert SecurityEvent.objects.filter(kind="exported", subject=f"compensations.{table}.{kind}").exists()


def test_a_file_has_the_sums(client, ceo, version):
    compensate(work_of(version, manager_called("Ona"))[0], amount=Decimal("12.5"))
    client.force_login(ceo)

    (row,) = csv_rows(client.get(reverse("compensations_csv", args=["kinds"]), {"period": "90d"}))

    assert (row["id"], row["compensations"], row["followups"]) == ("refund", "1", "1")
    assert Decimal(row["amount_base"]) == Decimal("12.5")


def test_a_manager_sees_what_their_own_team_gave(look, version):
    ona = manager_called("Ona")
    compensate(work_of(version, ona, team=ona.team)[0])
    compensate(work_of(version, manager_called("Rasa"))[0])
    ona.groups.add(*managers())

    page = look(ona)

    assert page.names("teams") == [str(ona.team)]


def managers():
    from django.contrib.auth.models import Group

    return Group.objects.filter(name="Managers")


def test_sums_add_up():
    one, other = GivenSum(1, 1, Decimal(5), 1, 0, 2), GivenSum(2, 1, Decimal(7), 0, 1, 0)

    assert one + other == GivenSum(3, 2, Decimal(12), 1, 1, 2)
