"""The preview of playbooks counts what the routing then does."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import clock
from followups.models import Followup, Playbook
from followups.playbooks.preview_page import bars
from followups.playbooks.rules import Playbooks
from followups.playbooks.workload import Workload, workload
from followups.services import route_due
from responses.models import ResponseTopic, Topic
from tests.conftest import person
from tests.factories import PlaybookFactory, ProductFactory, ResponseFactory
from tests.followups.test_admin import sent

pytestmark = pytest.mark.django_db
PREVIEW, PREVIEW_ONE = "admin:followups_playbook_preview", "admin:followups_playbook_preview_one"


def settled(**fields):
    return ResponseFactory(**{"settled_at": clock.now() - timedelta(hours=1), **fields})


@pytest.fixture
def answers(owner, stranger, team):
    """One of each kind: large and small, about the manager, named, content without a word, of nobody."""
    team.lead = person("Managers", name="Leda Lead", team=team)
    team.save()
    crane = ProductFactory()
    large = PlaybookFactory(survey=None, min_amount=1000, assign="lead", name="Large")
    PlaybookFactory(survey=None, name="Cranes", assign="person", person=stranger).products.add(crane)
    Playbook.objects.filter(category="promoter", survey=None).update(needs_comment=True)
    Playbook.objects.filter(category="passive", survey=None).delete()
    mine = {"manager": owner, "team": team}
    found = [
        settled(score=1, amount_base=Decimal(5000), **mine),
        settled(score=1, amount_base=Decimal(500), **mine),
        settled(score=2, product=crane, **mine),
        settled(score=3, comment="Olena never called.", **mine),
        settled(score=4, **mine),
        settled(score=10, **mine),
        settled(score=9, comment="Kind people.", **mine),
        settled(score=8, **mine),
        settled(score=0),
    ]
    ResponseTopic.objects.create(response=found[4], topic=Topic.objects.get(slug="staff"), source="tapped")
    return large


def test_the_preview_is_what_the_routing_then_does(answers):
    run = workload(Playbooks.active(), now=clock.now())
    route_due()

    rows = Followup.objects.select_related("assignee", "team", "playbook")
    assert run.followups == rows.count() == 7
    by_whom = [(row.assignee, None if row.assignee else row.team) for row in rows]
    assert run.goes_to == {key: by_whom.count(key) for key in by_whom}
    by_playbook = [row.playbook for row in rows]
    assert run.playbooks == {playbook: by_playbook.count(playbook) for playbook in by_playbook}


def test_what_made_no_work_is_counted_apart(answers):
    run = workload(Playbooks.active(), now=clock.now())

    assert (run.answers, run.followups, run.without_work, run.without_playbook, run.kept_from) == (9, 7, 1, 1, 2)
    assert run.taken[answers] == 1


def test_only_answers_of_the_period_count(answers):
    assert workload(Playbooks.active(), now=clock.now() + timedelta(days=91)).answers == 0
    assert workload(Playbooks.active(), now=clock.now() - timedelta(hours=2)).answers == 0


def test_nothing_is_written(answers):
    workload(Playbooks.active(), now=clock.now())

    assert not Followup.objects.exists()


def test_more_answers_take_no_more_queries(answers, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        workload(Playbooks.active(), now=clock.now())
    for _each in range(3):
        settled(score=1)
    with django_assert_max_num_queries(len(few)):
        workload(Playbooks.active(), now=clock.now())


def test_the_page_shows_the_work_of_what_is_saved(client, administrator, answers):
    client.force_login(administrator)

    page = client.get(reverse(PREVIEW)).text

    assert "Leda Lead" in page
    assert "Large" in page
    assert "<dt>Follow-ups</dt><dd>7</dd>" in page


def test_days_without_work_stand_among_the_others():
    now = clock.now()
    run = Workload(now, now)
    run.days.update({date(2026, 11, 2): 4, date(2026, 11, 5): 1})

    assert [(bar.day.day, bar.followups, bar.x) for bar in bars(run)] == [(2, 4, 0), (3, 0, 12), (4, 0, 24), (5, 1, 36)]


def test_the_page_shows_the_work_of_what_is_not_saved_yet(client, administrator, answers):
    client.force_login(administrator)
    default = Playbook.objects.get(category="detractor", position=1000)

    page = client.post(reverse(PREVIEW_ONE, args=[default.pk]), sent(default, creates_followup=""))
    added = client.post(reverse(PREVIEW), sent(default, name="New", highest_score="1", position="1"))

    default.refresh_from_db()
    assert default.creates_followup
    assert page.context["run"].without_work == 5
    assert [row.answers for row in added.context["run"].followed if row.playbook.name == "New"] == [3]
    assert not Playbook.objects.filter(name="New").exists()


def test_nonsense_is_not_previewed(client, administrator, answers):
    client.force_login(administrator)
    default = Playbook.objects.get(category="detractor", position=1000)

    page = client.post(reverse(PREVIEW_ONE, args=[default.pk]), sent(default, lowest_score="7"))

    assert "This playbook cannot be tried yet:" in page.text
    assert "run" not in page.context


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_only_administrators_see_it(client, request, role, answers):
    client.force_login(request.getfixturevalue(role))

    assert client.get(reverse(PREVIEW)).status_code in (302, 403)
