"""Web widgets are a sample of their own, like open links, also where the site says who is signed in."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, company_clock
from responses.models import Response, WidgetDay
from tests.factories import ContactFactory, InvitationFactory, SurveyVersionFactory, WebWidgetFactory
from tests.responses.widgets.conftest import Page, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return SurveyVersionFactory()


@pytest.fixture
def widget(version):
    return WebWidgetFactory(version=version, campaign="Summer")


def rows(client, name, **query):
    answer = client.get(reverse(name), query)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def give(widget, *scores, **said):
    for number, score in enumerate(scores):
        Page(widget, device=f"{widget.pk}{number:031}").give(score, **said)


def test_the_table_counts_each_widget_by_itself(client, ceo, version, widget):
    give(widget, 10, 9, 9, 3, 7)
    give(WebWidgetFactory(version=version, name="App"), 0, gesture="")
    WebWidgetFactory(version=version, name="Switched off", is_active=False)
    client.force_login(ceo)

    found = rows(client, "widgets_csv")

    assert [(row["widget"], row["campaign"], row["answers"], row["value"], row["waiting"]) for row in found] == [
        ("Shop", "Summer", "5", "40.0", "0"),
        ("App", "", "0", "", "1"),
    ]
    page = client.get(reverse("widgets")).content.decode()
    assert "shop.example" in page
    assert "Switched off" not in page


def test_looks_are_counted_beside_the_answers_and_never_among_them(client, ceo, show, version, widget):
    give(widget, *[9] * 6)
    today = company_clock.today(clock.now())
    for day, counts in ((today, (14, 5, 0)), (today - timedelta(days=400), (1000, 0, 0))):
        seen, closed, answered = counts
        WidgetDay.objects.create(widget=widget, day=day, part=9, seen=seen, closed=closed, answered=answered)
    give(WebWidgetFactory(version=version, name="App"), 7, 8)
    now = clock.now()
    InvitationFactory(version=version, status="sent", queued_at=now, asked_at=now, sent_at=now)
    client.force_login(ceo)

    shop, app = rows(client, "widgets_csv")

    assert [shop[name] for name in ("seen", "closed", "seen_and_answered", "share", "share_low", "share_high")] == [
        "20", "5", "6", "30.0", "14.55", "51.9",
    ]  # fmt: skip
    assert [app[name] for name in ("seen", "seen_and_answered", "share")] == ["2", "2", ""]
    page = client.get(reverse("widgets")).content.decode()
    assert "30.0%" in page
    assert "14.5% … 51.9%" in page
    assert show("?period=30d").figures["rate"] == "0.0%"


def test_the_looks_of_many_widgets_are_one_query(client, ceo, version, widget):
    give(widget, 9)
    client.force_login(ceo)
    client.get(reverse("widgets"))
    with CaptureQueriesContext(connection) as first:
        client.get(reverse("widgets"))
    for number in range(3):
        give(WebWidgetFactory(version=version, name=f"Other {number}"), 9)

    with CaptureQueriesContext(connection) as second:
        client.get(reverse("widgets"))

    assert len(second) == len(first)


def test_the_dashboard_keeps_them_apart(client, show, version, widget):
    invited = [InvitationFactory(version=version) for _number in range(10)]
    for invitation in invited[:5]:
        client.post(invitation.path, {"step": "score", "score": "9", "language": "en", "gesture": "touch"})
    for number in range(5):
        ContactFactory(external_id=f"c{number}")
        Page(widget, token=token(f"c{number}")).give(0)

    of_invited = show("?period=30d").figures

    assert (of_invited["value"], of_invited["answers"], of_invited["rate"]) == ("100.0", "5", "50.0%")
    assert show("?period=30d&origin=widget").figures["value"] == "−100.0"


def test_answers_are_filtered_by_widget(client, ceo, version, widget):
    give(widget, 10, 3)
    give(WebWidgetFactory(version=version), 7)
    client.force_login(ceo)

    found = rows(client, "answers_csv", widget=widget.pk)

    assert sorted(row["score"] for row in found) == ["10", "3"]
    assert {(row["widget"], row["kiosk"], row["origin"]) for row in found} == {("Shop", "", "widget")}


@pytest.mark.parametrize(("is_known", "sentence"), [(True, "The site proved who"), (False, "Nobody was signed in")])
def test_the_page_of_an_answer_says_where_it_was_given(client, ceo, widget, is_known, sentence):
    ContactFactory(external_id="7")
    Page(widget, token=token("7") if is_known else "").give(2, comment="Slow")
    client.force_login(ceo)

    page = client.get(reverse("answer", args=[Response.objects.get().pk])).content.decode()

    assert "On a page" in page
    assert sentence in page
