"""What a report tells of improvements and of root causes, on the page and in a letter."""

from datetime import date

import pytest
from django.http import QueryDict

from analytics.reports import content, facts
from followups.improvements import changes
from followups.models import RootCause
from responses.models import Response, Topic
from tests.analytics.answers import answer, at, scores
from tests.analytics.reports.conftest import JUNE, LAST, facts_of
from tests.factories import FollowupFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def improved(version, ceo):
    """Done on 1 June: 40 answers before, of which half name the topic, and 40 after of which none does."""
    answer(version, scores(20, 0, 20), at=at("2026-05-20T10:00"))
    delivery = Topic.objects.get(slug="delivery")
    for response in Response.objects.filter(score__lte=6):
        response.response_topics.create(topic=delivery, source="tapped")
    answer(version, scores(40, 0, 0), at=JUNE)
    made = changes.propose(by=ceo, topics=[delivery], title="Deliver on the day", why="Late.")
    made.move("done", by=ceo, on=date(2026, 6, 1))
    return made


def told(person, query=LAST, form=content.whole):
    """What the section of improvements says; nothing where there is none."""
    sections = form(facts_of(person, QueryDict(query))).sections
    return [said for section in sections if section.key == "improvements" for said in section.sentences]


@pytest.mark.parametrize("form", [content.whole, content.in_short])
def test_what_was_done_is_told_with_its_effect(improved, ceo, form):
    (said,) = told(ceo, form=form)

    assert (said.name, said.url) == ("Deliver on the day", f"/improvements/{improved.pk}/")
    assert said.text.startswith("Done on 1 Jun 2026. Answers that name Delivery: 50.0% → 0.0%, difference −50.0 (")
    assert "lower than before." in said.text
    assert "NPS: 0.0 → 100.0, difference +100.0 (" in said.text


def test_too_few_answers_say_how_many_are_needed(improved, ceo):
    Response.objects.filter(answered_at=JUNE).order_by("pk")[2].delete()
    Response.objects.filter(pk__in=Response.objects.filter(answered_at=JUNE).values("pk")[:36]).delete()

    (said,) = told(ceo)

    assert "few answers, cannot tell yet: 3 of about" in said.text


def test_what_was_done_long_ago_or_later_or_for_another_team_is_not_told(improved, version, ceo, manager):
    answer(version, [10], at=JUNE, team=manager.team)

    def on(day):
        improved.move("done", by=ceo, on=day)
        return [said.name for said in told(ceo)]

    assert on(date(2026, 4, 1)) == []
    assert on(date(2026, 4, 2)) == ["Deliver on the day"]
    assert on(date(2026, 6, 30)) == ["Deliver on the day"]
    assert on(date(2026, 7, 1)) == []
    improved.move("done", by=ceo, on=date(2026, 6, 1))
    assert len(told(manager)) == 1
    improved.team = TeamFactory()
    improved.save(update_fields=["team"])
    assert told(manager) == []
    assert len(told(ceo)) == 1


def test_of_very_many_the_latest_are_told_and_the_others_counted(improved, ceo, monkeypatch):
    monkeypatch.setattr(facts, "MOST_TOLD", 1)
    for day in (9, 8):
        changes.propose(by=ceo, title=f"Of {day} June", why="Late.").move("done", by=ceo, on=date(2026, 6, day))

    latest, others = told(ceo)

    assert (latest.name, others.text, others.url) == ("Of 9 June", "2 earlier ones are on the board.", "/improvements/")


def test_the_effect_is_that_of_the_end_of_the_report(improved, version, ceo):
    (before,) = told(ceo)
    answer(version, scores(0, 0, 40), at=at("2026-07-05T10:00"))

    assert told(ceo) == [before]


@pytest.mark.parametrize("form", [content.whole, content.in_short])
def test_the_first_root_causes_are_told_with_what_stands_below_them(version, ceo, form):
    top = RootCause.objects.create(slug="vans", names={"en": "vans"})
    below = RootCause.objects.create(slug="late", names={"en": "Late"}, parent=top)
    other = RootCause.objects.create(slug="phones", names={"en": "Phones"})
    for cause, number in ((top, 3), (below, 4), (other, 2)):
        for response in answer(version, [2] * number, at=JUNE):
            FollowupFactory(response=response, root_cause=cause)

    document = form(facts_of(ceo, QueryDict(LAST)))

    (section,) = (section for section in document.sections if section.key == "followups")
    (table,) = (table for table in section.tables if table.key == "causes")
    assert [(row[0].text, row[1].text, row[2].text) for row in table.rows] == [
        ("Vans", "7", "78%"),
        ("Phones", "2", "22%"),
    ]
    assert "root_cause=vans" in table.rows[0][1].url
    assert table.note == ""
