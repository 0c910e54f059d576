from datetime import timedelta

import pytest

from accounts import clock
from followups.improvements import answers, changes
from followups.models import ImprovementAnswer, RootCause
from tests.factories import FollowupFactory, TeamFactory

pytestmark = pytest.mark.django_db


def test_suggested_is_who_named_the_topic_of_late_and_is_not_content(improvement, manager, team, complain):
    found = complain(2, team=team)
    complain(team=team, score=10)
    complain(team=team, topic="price")
    complain(team=team, answered_at=clock.now() - timedelta(days=91))
    complain(team=TeamFactory())
    complain(team=team, is_provisional=True)

    suggested = answers.suggested(improvement, manager, clock.now())

    assert {response.pk for response in suggested} == {response.pk for response in found}


def test_suggested_is_also_what_was_resolved_with_its_root_cause_or_one_below(improvement, manager, team, complain):
    top = RootCause.objects.create(slug="vans", names={"en": "Vans"})
    below = RootCause.objects.create(slug="vans-late", names={"en": "Late"}, parent=top)
    other = RootCause.objects.create(slug="phones", names={"en": "Phones"})
    answers_of = {cause: complain(team=team, topic="price")[0] for cause in (top, below, other)}
    for cause, answer in answers_of.items():
        FollowupFactory(response=answer, team=team, root_cause=cause)
    improvement.root_causes.set([top])

    suggested = answers.suggested(improvement, manager, clock.now())

    assert {response.pk for response in suggested} == {answers_of[top].pk, answers_of[below].pk}
    assert not top.is_unused


def test_of_what_is_done_only_earlier_answers_are_suggested(client, improvement, manager, team, complain):
    before = complain(answered_at=clock.now() - timedelta(days=6), team=team)
    complain(answered_at=clock.now() - timedelta(days=4), team=team)
    improvement.move("done", by=manager, on=(clock.now() - timedelta(days=5)).date())
    client.force_login(manager)

    page = client.get(f"/improvements/{improvement.pk}/")

    assert list(answers.suggested(improvement, manager, clock.now())) == before
    assert "1 more answer of the 90 days before it was done is about this and not content." in page.text


def test_they_are_linked_in_one_go_and_once(client, improvement, manager, team, complain):
    complain(3, team=team)
    client.force_login(manager)
    address = f"/improvements/{improvement.pk}/"

    page = client.get(address)
    client.post(f"{address}answers/")
    client.post(f"{address}answers/")

    assert page.context["suggested"] == 3
    assert improvement.answers.count() == 3
    assert client.get(address).context["suggested"] == 0
    linked = improvement.activities.filter(kind="linked")
    assert [each.change for each in linked] == [{"number": 3}]


def test_one_is_taken_away(client, improvement, manager, team, complain):
    first, second = complain(2, team=team)
    changes.link(improvement, [first, second], by=manager)
    client.force_login(manager)

    client.post(f"/improvements/{improvement.pk}/answers/", {"away": first.pk})

    assert [each.response for each in ImprovementAnswer.objects.all()] == [second]


def test_from_the_page_of_a_followup_an_agent_links_its_answer(client, improvement, owner, team, complain):
    answer = complain(team=team)[0]
    followup = FollowupFactory(response=answer, assignee=owner, team=team)
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/")
    client.post(f"/answers/{answer.pk}/improvement/", {"improvement": improvement.pk})

    assert f"/answers/{answer.pk}/improvement/" in page.text
    assert [each.response for each in improvement.answers.all()] == [answer]
    assert improvement.title in client.get(f"/inbox/{followup.pk}/").text


def test_an_answer_out_of_reach_cannot_be_linked(client, improvement, stranger, complain):
    answer = complain()[0]
    client.force_login(stranger)

    assert client.post(f"/answers/{answer.pk}/improvement/", {"improvement": improvement.pk}).status_code == 404
    assert not improvement.answers.exists()
