"""Watching a follow-up, and seeing who else looks at it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from followups import notices
from followups.models import StaffNotice, Watcher
from followups.notices import Kind, presence
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
NEWS = "/notices/news/"


@pytest.fixture
def followup(owner, team):
    return FollowupFactory(assignee=owner, team=team)


@pytest.fixture
def watch(client, followup):
    def watch(person, said="yes"):
        client.force_login(person)
        return client.post(f"{followup.get_absolute_url()}watch/", {"watch": said})

    return watch


def told():
    return set(StaffNotice.objects.values_list("person__name", flat=True))


def test_who_watches_is_told_of_what_happens_until_they_stop(watch, followup, teammate):
    for _time in range(2):
        watch(teammate)
    assert Watcher.objects.count() == 1
    notices.tell(Kind.CUSTOMER_REPLIED, followup, occasion="1")
    assert told() == {"Olena Owner", "Tomas Teammate"}

    StaffNotice.objects.all().delete()
    for _time in range(2):
        watch(teammate, "no")
    notices.tell(Kind.CUSTOMER_REPLIED, followup, occasion="2")
    assert told() == {"Olena Owner"}


def test_who_watches_hears_of_an_escalation_beside_the_lead(watch, followup, teammate, manager, team):
    team.lead = manager
    team.save()
    watch(teammate)

    notices.tell(Kind.ESCALATION, followup)

    assert told() == {"Marija Manager", "Tomas Teammate"}


def test_who_may_not_see_it_any_more_is_not_told(watch, followup, teammate, stranger):
    watch(teammate)
    teammate.team = stranger.team
    teammate.save()

    notices.tell(Kind.OVERDUE, followup)

    assert told() == {"Olena Owner"}


def test_a_stranger_cannot_watch(watch, stranger):
    assert watch(stranger).status_code == 404
    assert not Watcher.objects.exists()


def test_the_page_says_who_watches(client, watch, followup, owner, teammate):
    watch(teammate)
    assert "Stop watching" in client.get(followup.get_absolute_url()).content.decode()

    client.force_login(owner)
    page = client.get(followup.get_absolute_url()).content.decode()
    assert "Watched by Tomas Teammate" in page
    assert "Stop watching" not in page


def test_who_opens_a_followup_sees_who_is_on_it(client, followup, owner, teammate):
    client.force_login(owner)
    assert "is on it now" not in client.get(followup.get_absolute_url()).content.decode()

    client.force_login(teammate)
    assert "Olena Owner is on it now." in client.get(followup.get_absolute_url()).content.decode()

    client.force_login(owner)
    assert client.get(NEWS, {"at": followup.pk}).json()["here"] == "Tomas Teammate is on it now."


def test_who_has_gone_is_not_on_it_any_more(followup, owner, teammate, monkeypatch):
    presence.note(followup.pk, teammate)
    now = timezone.now()

    for seconds, others in ((presence.SEEN_FOR - 5, ["Tomas Teammate"]), (presence.SEEN_FOR + 5, [])):
        monkeypatch.setattr(timezone, "now", lambda seconds=seconds: now + timedelta(seconds=seconds))
        assert presence.note(followup.pk, owner) == others


def test_asking_for_a_followup_that_one_may_not_see_says_nothing_and_shows_nobody(client, followup, owner, stranger):
    presence.note(followup.pk, owner)
    client.force_login(stranger)

    assert client.get(NEWS, {"at": followup.pk}).json()["here"] == ""
    assert presence.note(followup.pk, owner) == []


def test_that_somebody_came_is_news(client, followup, owner, teammate):
    client.force_login(owner)
    client.get(followup.get_absolute_url())
    mark = client.get(NEWS, {"at": followup.pk})["ETag"]
    assert client.get(NEWS, {"at": followup.pk}, headers={"if-none-match": mark}).status_code == 304

    presence.note(followup.pk, teammate)

    assert client.get(NEWS, {"at": followup.pk}, headers={"if-none-match": mark}).status_code == 200


def test_presence_writes_nothing_into_the_database(client, followup, owner, django_assert_num_queries):
    client.force_login(owner)
    client.get(followup.get_absolute_url())

    with django_assert_num_queries(3) as asked:
        client.get(NEWS, {"at": followup.pk})

    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}


def test_without_a_cache_nobody_is_seen_and_the_page_is_there(client, followup, owner, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *_args: None)
    client.force_login(owner)

    assert client.get(followup.get_absolute_url()).status_code == 200


def test_several_are_named(followup, owner, teammate, manager):
    for person in (owner, teammate):
        presence.note(followup.pk, person)

    assert presence.in_words(presence.note(followup.pk, manager)) == "On it now: Olena Owner, Tomas Teammate."
