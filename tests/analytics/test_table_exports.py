import csv
import io
import zipfile
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics.dashboard import exports
from crm.models import Channel
from tests.analytics.answers import NOW, answer, ask, at, manager_called

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(client, ceo):
    """The rows of a table as CSV, each by the names of its columns."""

    def take(table, user=None, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('dashboard_csv', args=[table])}?{urlencode(query)}")
        text = b"".join(response.streaming_content).decode()
        assert text.startswith("\ufeff")
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    return take


def test_a_table_holds_every_row_of_its_page_with_its_numbers(take, show, version):
    ona, jonas = manager_called("Ona"), manager_called("=Jonas")
    answer(version, [10] * 30 + [3] * 10, manager=ona, team=ona.team)
    answer(version, [10] * 4, manager=jonas, team=jonas.team)
    ask(version, count=10, manager=ona, team=ona.team)

    first, second = take("managers")

    assert (first["name"], first["id"], first["metric"]) == ("Ona", str(ona.pk), "nps")
    assert {name: first[name] for name in exports.NUMBERS} == {
        "value": "50.0", "low": first["low"], "high": first["high"], "answers": "40", "good": "30", "middle": "0",
        "bad": "10", "asked": "50", "answered": "40", "response_rate": "80.0",
    }  # fmt: skip
    assert float(first["low"]) < 50 < float(first["high"])
    # Four answers are counted, and no number stands for them.
    assert (second["name"], second["answers"], second["good"]) == ("'=Jonas", "4", "4")
    assert (second["value"], second["low"], second["high"], second["difference"]) == ("", "", "", "")
    assert [row[0].split()[0] for row in show().tables["managers"][1:]] == ["Ona", "=Jonas"]


def test_more_rows_than_a_page_shows_come_along(take, version):
    for number in range(30):
        answer(version, [9], channel=Channel.objects.create(name=f"Channel {number}"))

    assert len(take("channels")) == 30
    assert len(take("products")) == 1


def test_a_difference_comes_with_its_interval(take, version):
    ona = manager_called("Ona")
    for moment, score in ((at("2026-05-10 10:00"), 10), (at("2026-06-10 10:00"), 3)):
        answer(version, [score] * 40, at=moment, manager=ona, team=ona.team)

    (row,) = take("managers", period="last-month")

    assert (row["answers_before"], row["value_before"], row["difference"]) == ("40", "100.0", "-200.0")
    assert float(row["difference_low"]) <= -200 <= float(row["difference_high"])


def test_points_and_scores_are_those_of_the_charts(take, version):
    answer(version, [9, 9, 9, 9, 3])

    points = take("points", period="month", by="month")
    scores = take("scores")

    assert [(row["start"], row["span"], row["value"], row["answers"]) for row in points] == [
        ("2026-07-01", "month", "60.0", "5")
    ]
    assert [(row["score"], row["category"]) for row in scores if row["answers"] != "0"] == [
        ("3", "detractor"), ("9", "promoter"),
    ]  # fmt: skip
    assert [int(row["answers"]) for row in scores] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 0]


def test_a_manager_takes_along_what_the_page_shows_and_no_more(take, manager, stranger, version):
    answer(version, [9] * 5, manager=manager, team=manager.team)
    answer(version, [9] * 5, manager=stranger, team=stranger.team)

    assert [row["id"] for row in take("managers", user=manager)] == [str(manager.pk)]


def test_a_workbook_holds_text_as_text(client, ceo, version):
    jonas = manager_called("=1+1")
    answer(version, [9] * 5, manager=jonas, team=jonas.team)
    client.force_login(ceo)

    response = client.get(reverse("dashboard_xlsx", args=["managers"]))

    sheet = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1" in sheet
    assert "<f>" not in sheet
    assert response["Content-Disposition"] == 'attachment; filename="managers-2026-07-15.xlsx"'


def test_who_takes_a_table_along_is_written_down(take, ceo, version):
    answer(version, [9] * 5, at=NOW - timedelta(days=2))

    take("channels", period="30d")

    event = SecurityEvent.objects.get(kind="exported")
    assert (event.by, event.subject) == (ceo, "dashboard.channels.csv")
    assert event.details == {"rows": 1, "filters": {"period": "30d"}}


def test_wrong_filters_lead_to_the_page_that_says_so_and_no_table_is_made_up(client, ceo):
    client.force_login(ceo)

    wrong = client.get(reverse("dashboard_csv", args=["managers"]), {"manager": "0"})

    assert (wrong.status_code, wrong.url) == (302, "/dashboard/?manager=0")
    assert client.get(reverse("dashboard_csv", args=["secrets"])).status_code == 404
    assert not SecurityEvent.objects.filter(kind="exported").exists()


def test_the_page_leads_to_its_tables(show, version):
    answer(version, [9] * 5, manager=manager_called("Ona"))

    page = show("?period=30d").html

    for table in exports.TABLES:
        assert f'href="/dashboard/tables/{table}.csv?period=30d"' in page, table
        assert f'href="/dashboard/tables/{table}.xlsx?period=30d"' in page, table
