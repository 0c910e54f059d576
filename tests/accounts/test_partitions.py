"""Visits and judgements lie in one part per month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from accounts import partitions, tasks
from accounts.partitions import make_months, months
from nps_project.celery import app
from responses.models import LinkVisit
from surveys.models import Invitation, Judgement
from tests.factories import InvitationFactory

pytestmark = pytest.mark.django_db
FAR = datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)


def visit(at, **fields):
    return LinkVisit.objects.create(invitation=InvitationFactory(), at=at, method="GET", **fields)


def judgement(at):
    return Judgement.objects.create(invitation=InvitationFactory(), at=at, verdict="ask", trace=[])


def part_of(row):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tableoid::regclass::text FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        ((part,),) = cursor.fetchall()
    return part


def parts():
    with connection.cursor() as cursor:
        cursor.execute(partitions.PARTS.format(table="responses_linkvisit"))
        return {part for (part,) in cursor.fetchall()}


@pytest.fixture
def settled():
    """What deferred constraints would still have to look at keeps a table from being altered."""

    def settle():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    return settle


def test_this_month_and_three_more_are_there_from_the_start():
    now = datetime.now(tz=UTC)

    assert {f"responses_linkvisit_{first:%Y_%m}" for first in months(now.date(), 3)} <= parts()
    assert part_of(visit(now)) == f"responses_linkvisit_{now:%Y_%m}"
    assert part_of(judgement(now)) == f"surveys_judgement_{now:%Y_%m}"


def test_beat_makes_the_months_ahead(settled):
    made = make_months(now=FAR)

    names = ["2031_12", "2032_01", "2032_02", "2032_03"]
    assert made == [f"{table}_{name}" for table in ("responses_linkvisit", "surveys_judgement") for name in names]
    assert make_months(now=FAR) == []
    assert part_of(visit(FAR)) == "responses_linkvisit_2031_12"
    assert part_of(visit(FAR + timedelta(seconds=1))) == "responses_linkvisit_2032_01"
    assert "accounts.make_months" in {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks.make_months.name == "accounts.make_months"


def test_nothing_is_lost_when_beat_did_not_run(settled):
    late, later, old = visit(FAR), visit(FAR + timedelta(days=40)), judgement(datetime(1999, 2, 3, tzinfo=UTC))
    assert [part_of(row) for row in (late, later, old)] == [
        "responses_linkvisit_rest", "responses_linkvisit_rest", "surveys_judgement_rest",
    ]  # fmt: skip
    settled()

    make_months(now=FAR)

    assert [part_of(row) for row in (late, later, old)] == [
        "responses_linkvisit_2031_12", "responses_linkvisit_2032_02", "surveys_judgement_1999_02",
    ]  # fmt: skip
    assert LinkVisit.objects.get(pk=late.pk).invitation_id == late.invitation_id


def test_a_row_that_says_nothing_about_its_month_is_found_changed_and_deleted(settled):
    here, there = visit(FAR), visit(FAR + timedelta(days=40))
    settled()
    make_months(now=FAR)

    assert here.pk < there.pk
    assert list(LinkVisit.objects.filter(pk__in=[here.pk, there.pk]).order_by("pk")) == [here, there]
    LinkVisit.objects.filter(pk=there.pk).update(verdict="machine")
    there.refresh_from_db()
    assert there.verdict == "machine"
    Invitation.objects.filter(pk=here.invitation_id).delete()
    assert not LinkVisit.objects.filter(pk=here.pk).exists()


def test_the_admin_shows_visits_of_every_month(client, administrator, settled):
    here, there = visit(FAR, user_agent="Chrome"), visit(FAR + timedelta(days=40), user_agent="Firefox")
    settled()
    make_months(now=FAR)
    client.force_login(administrator)

    page = client.get(reverse("admin:responses_linkvisit_changelist")).content.decode()

    assert "Chrome" in page
    assert "Firefox" in page
    for row in (here, there):
        assert client.get(reverse("admin:responses_linkvisit_change", args=[row.pk])).status_code == 200


def test_a_part_refuses_a_visit_of_nothing(settled):
    visit(FAR)
    settled()
    make_months(now=FAR)

    def orphan():
        LinkVisit.objects.create(invitation_id=0, at=FAR, method="GET")
        settled()

    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
        orphan()


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_busy_is_left_to_the_next_run(monkeypatch):
    monkeypatch.setattr(partitions, "MAKE", partitions.MAKE.replace("5s", "50ms"))
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE responses_linkvisit IN ROW EXCLUSIVE MODE")
        assert {part[:17] for part in make_months(now=FAR)} == {"surveys_judgement"}
        other.rollback()
        assert len(make_months(now=FAR)) == 4
    finally:
        other.close()
        with connection.cursor() as cursor:
            for table in ("responses_linkvisit", "surveys_judgement"):
                for month in ("2031_12", "2032_01", "2032_02", "2032_03"):
                    cursor.execute(f"DROP TABLE IF EXISTS {table}_{month}")


@pytest.mark.parametrize(
    ("day", "firsts"),
    [
        (date(2026, 11, 26), [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]),
        (date(2027, 1, 31), [date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)]),
    ],
)
def test_months_follow_each_other_over_the_turn_of_a_year(day, firsts):
    assert months(day, 2) == firsts
