"""Answers by who wrote them down for a customer: the filter, the files, the API and the page of integrity agree."""

import csv
import io
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import clock
from responses import staff_entry
from responses.models import Response
from responses.services import settle_due
from responses.staff_entry import SpokenAnswer
from surveys.judging import by_hand
from tests.analytics.answers import answer
from tests.factories import ContactFactory, SurveyVersionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entered(db):
    """Two answers that Ona wrote down, one of Jonas, and one that a customer sent."""
    version = SurveyVersionFactory()
    ona, jonas = UserFactory(name="Ona"), UserFactory(name="Jonas")
    for by, mode, score in ((ona, "telephone", 9), (ona, "meeting", 2), (jonas, "telephone", 7)):
        now = clock.now()
        ask = by_hand.draft(ContactFactory(), version.survey, version, now=now)
        staff_entry.take(
            ask, SpokenAnswer(key=str(uuid4()), mode=mode, score=score, language="en", said_at=now), by=by, now=now
        )
    answer(version, [10])
    settle_due()
    return ona, jonas


def rows(client, **query):
    sent = client.get(reverse("answers_csv"), query).getvalue().decode("utf-8-sig")
    return {(row["score"], row["medium"], row["entered_by"]) for row in csv.DictReader(io.StringIO(sent))}


def test_the_filter_keeps_what_one_person_wrote_down_whatever_the_origin(client, ceo, entered):
    client.force_login(ceo)
    ona, jonas = entered

    assert rows(client, entered_by=ona.pk) == {("9", "telephone", "Ona"), ("2", "meeting", "Ona")}
    assert rows(client, entered_by=ona.pk, medium="meeting") == {("2", "meeting", "Ona")}
    assert rows(client, entered_by=jonas.pk, origin="invited") == {("7", "telephone", "Jonas")}
    assert rows(client) == {("10", "", "")}
    assert client.get(reverse("answers"), {"entered_by": ceo.pk}).status_code == 400
    for typed in ("\0", "x", "9" * 30, "-1"):
        assert client.get(reverse("answers"), {"entered_by": typed}).status_code == 400


def test_the_page_of_integrity_leads_to_exactly_these(client, ceo, entered):
    client.force_login(ceo)

    lines = {line.person: line for line in client.get(reverse("integrity"), {"period": "30d"}).context["entries"]}

    assert {name: line.entered for name, line in lines.items()} == {"Ona": "2", "Jonas": "1"}
    for line in lines.values():
        shown = client.get(line.url)
        assert {row.staff_entry.by.name for row, _suspicion in shown.context["rows"]} == {line.person}
        assert len(shown.context["rows"]) == int(line.entered)
    assert Response.objects.count() == 4
