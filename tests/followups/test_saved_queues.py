"""Filters of the inbox under a name: counted for each reader, shared by managers, changed by whoever made them."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from accounts import clock
from followups.inbox import counts
from followups.models import Followup, SavedQueue
from responses.models import Response, ResponseTopic, Topic
from tests.factories import FollowupFactory, ProductFactory

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


def keep(client, query, **sent):
    return client.post(f"{INBOX}queues/?{query}", {"name": "Big critics"} | sent, follow=True)


def shown(client, query=""):
    page = client.get(f"{INBOX}?{query}")
    assert page.status_code == 200
    return [row.pk for bucket in page.context["buckets"] for row in bucket.rows]


def queues(client, query=""):
    return [(each.queue.name, each.open) for each in client.get(f"{INBOX}?{query}").context["queues"]]


@pytest.fixture
def two(owner):
    """A follow-up that has everything that can be filtered by, and one that has nothing of it."""
    topic = Topic.objects.create(slug="lateness", names={"en": "Lateness"})
    product = ProductFactory(name="GTX Pro")
    much = FollowupFactory(
        assignee=owner,
        team=owner.team,
        response__score=2,
        response__product=product,
        response__comment="Late.",
        response__language="lt",
        worth=Decimal(900),
    )
    ResponseTopic.objects.create(response=much.response, topic=topic, source="tapped")
    much.start(by=owner)
    little = FollowupFactory(
        assignee=owner, team=owner.team, response__score=9, response__comment="", response__language="en"
    )
    Followup.objects.update(next_due_at=clock.now() + timedelta(days=30))
    Followup.objects.filter(pk=much.pk).update(next_due_at="2026-01-01T10:00Z")
    return much, little, {"product": product.pk, "topic": topic.pk}


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("category", "detractor", 1),
        ("product", None, 1),
        ("topic", None, 1),
        ("language", "lt", 1),
        ("amount", "900", 1),
        ("amount", "901", 0),
        ("comment", "yes", 1),
        ("due", "overdue", 1),
        ("due", "today", 1),
        ("status", "in_progress", 1),
        ("status", "open", 2),
    ],
)
def test_each_filter_keeps_what_it_says_in_list_and_count(client, owner, two, name, value, left):
    much, little, known = two
    client.force_login(owner)
    query = urlencode({"tab": "mine", name: known.get(name, value)})

    rows = shown(client, query)
    keep(client, query)

    assert set(rows) == {much.pk, little.pk} if left == 2 else set(rows) == ({much.pk} if left else set())
    assert queues(client) == [("Big critics", left)]


def test_what_is_no_filter_is_passed_over(client, owner, two):
    client.force_login(owner)

    assert len(shown(client, "product=x&topic=99999&amount=-3&due=never&team=1&language=xx")) == 2


def test_only_who_sees_all_teams_filters_by_team(client, administrator, two, owner):
    client.force_login(administrator)

    assert len(shown(client, f"tab=all&team={owner.team_id}")) == 2
    assert "team" not in client.get(f"{INBOX}?tab=all").context["form"].chosen
    client.force_login(owner)
    assert "team" not in client.get(INBOX).context["form"].fields


def test_a_queue_is_kept_named_changed_and_deleted(client, owner, two):
    client.force_login(owner)

    keep(client, "tab=team&category=detractor&q=late&page=7&junk=1")
    queue = SavedQueue.objects.get()
    assert (queue.name, queue.query, queue.owner, queue.is_shared) == (
        "Big critics", "tab=team&q=late&category=detractor", owner, False,
    )  # fmt: skip
    assert shown(client, f"{queue.query}&queue={queue.pk}") == [two[0].pk]
    assert client.get(f"{INBOX}?queue={queue.pk}").context["own_queue"] == queue

    client.post(f"{INBOX}queues/{queue.pk}/?tab=mine&category=promoter", {"name": "Fans"})
    queue.refresh_from_db()
    assert (queue.name, queue.query) == ("Fans", "tab=mine&category=promoter")

    client.post(f"{INBOX}queues/{queue.pk}/deletion/")
    assert not SavedQueue.objects.exists()


def test_keeping_under_the_same_name_changes_the_one_there_is(client, owner):
    client.force_login(owner)

    keep(client, "tab=mine")
    keep(client, "tab=team")

    assert [queue.query for queue in SavedQueue.objects.all()] == ["tab=team"]


def test_no_two_queues_of_one_person_have_one_name(client, owner):
    client.force_login(owner)
    keep(client, "tab=mine")
    keep(client, "tab=team", name="Other")
    other = SavedQueue.objects.get(name="Other")

    page = client.post(f"{INBOX}queues/{other.pk}/?tab=mine", {"name": "Big critics"}, follow=True)

    assert "give the queue a name of its own" in page.text
    assert set(SavedQueue.objects.values_list("name", flat=True)) == {"Big critics", "Other"}


def test_managers_share_and_everybody_counts_their_own_rows(client, manager, stranger, two):
    client.force_login(manager)
    keep(client, "tab=team&category=detractor", is_shared="on")
    assert queues(client) == [("Big critics", 1)]

    client.force_login(stranger)

    assert queues(client) == [("Big critics", 0)]


def test_an_agent_shares_nothing_and_changes_nothing_of_others(client, owner, teammate):
    client.force_login(owner)
    keep(client, "tab=team", is_shared="on")
    queue = SavedQueue.objects.get()
    assert not queue.is_shared

    client.force_login(teammate)
    assert queues(client) == []
    assert client.post(f"{INBOX}queues/{queue.pk}/?tab=mine", {"name": "Mine"}).status_code == 404
    assert client.post(f"{INBOX}queues/{queue.pk}/deletion/").status_code == 404
    assert SavedQueue.objects.get().name == "Big critics"


def test_a_queue_of_closed_work_has_no_count(client, owner, two):
    two[0].dismiss(reason="Over.", by=owner)
    client.force_login(owner)

    keep(client, "tab=mine&status=closed")

    assert queues(client) == [("Big critics", None)]
    assert shown(client, SavedQueue.objects.get().query) == [two[0].pk]


def test_an_empty_name_is_refused(client, owner):
    client.force_login(owner)

    keep(client, "tab=mine", name=" ")

    assert not SavedQueue.objects.exists()


def test_ten_queues_take_as_many_queries_as_one(client, owner, two, django_assert_max_num_queries):
    client.force_login(owner)
    SavedQueue.objects.create(owner=owner, name="0", query="tab=mine&category=detractor")
    client.get(INBOX)
    with django_assert_max_num_queries(21) as one:
        client.get(INBOX)

    for number in range(1, 10):
        SavedQueue.objects.create(owner=owner, name=str(number), query=f"tab=team&amount={number}")

    with django_assert_max_num_queries(len(one)):
        assert len(queues(client)) == 10


def test_counts_of_many_rows_are_kept_for_a_while_and_of_few_are_exact(client, owner, two, monkeypatch):
    client.force_login(owner)
    assert client.get(INBOX).context["tabs"][0].open == 2
    monkeypatch.setattr(counts, "FEW", 1)
    client.get(INBOX)

    two[0].dismiss(reason="Over.", by=owner)

    assert client.get(INBOX).context["tabs"][0].open == 2
    counts.cache.clear()
    assert client.get(INBOX).context["tabs"][0].open == 1
    assert Response.objects.count() == 2


@pytest.mark.parametrize("name", ["\0", "Big\0critics", "\u202eBig", "B" * 61, "  "])
def test_whatever_is_typed_as_a_name_is_kept_clean_or_refused(client, owner, name):
    client.force_login(owner)

    assert keep(client, "tab=mine", name=name).status_code == 200

    assert set(SavedQueue.objects.values_list("name", flat=True)) <= {"Bigcritics", "Big"}


def test_a_name_that_another_tab_has_just_given_is_refused_with_a_sentence(client, owner, monkeypatch):
    client.force_login(owner)
    SavedQueue.objects.create(owner=owner, name="Big critics")
    monkeypatch.setattr("followups.inbox.forms.SavedQueueForm.clean_name", lambda form: form.cleaned_data["name"])
    monkeypatch.setattr("followups.inbox.queues.clean", lambda _name: "")

    answer = keep(client, "tab=mine")

    assert "Not saved" in answer.content.decode()
    assert SavedQueue.objects.count() == 1


def test_a_queue_of_another_team_is_not_shown_with_rows_of_ones_own(client, owner, stranger, administrator):
    for reader, name in ((owner, "North"), (stranger, "South")):
        query = f"tab=all&team={reader.team_id}"
        SavedQueue.objects.create(owner=administrator, name=name, query=query, is_shared=True)
    FollowupFactory(assignee=owner, team=owner.team)

    for reader, names in ((owner, ["North"]), (stranger, ["South"]), (administrator, ["North", "South"])):
        client.force_login(reader)
        assert [name for name, _open in queues(client)] == names


def test_a_queue_keeps_the_words_and_counts_what_they_find_among_the_readers_own(client, owner, stranger, two):
    client.force_login(owner)

    keep(client, "tab=mine&q=LATE")
    SavedQueue.objects.update(is_shared=True)

    assert SavedQueue.objects.get().query == "tab=mine&q=LATE"
    assert queues(client) == [("Big critics", 1)]
    keep(client, "tab=mine&q=nobody+says+this", name="None")
    assert queues(client) == [("Big critics", 1), ("None", 0)]
    client.force_login(stranger)
    assert queues(client) == [("Big critics", 0)]


def test_more_words_than_an_address_holds_are_refused_and_nothing_is_kept(client, owner):
    client.force_login(owner)

    page = keep(client, urlencode({"tab": "mine", "q": "\U0001f69a" * 99}))

    assert "these are too many words" in page.text
    assert not SavedQueue.objects.exists()
