import pytest
from django.urls import reverse

from responses.models import LinkVisit, Relabelling, Response, ResponseTopic, Topic, TopicLabel
from tests.factories import InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubted(team):
    return make(team)


def make(team):
    invitation = InvitationFactory(team=team, status="sent")
    LinkVisit.objects.create(
        invitation=invitation,
        method="POST",
        verdict="unsure",
        evidence=["no_gesture", "quick"],
        network="198.51.100.0/24",
    )
    return ResponseFactory(
        invitation=invitation, contact=invitation.contact, team=team, is_provisional=True, suspicion=["no_gesture"]
    )


def label(client, response, **form):
    return client.post(reverse("answer_label", args=[response.pk]), {"label": "human", "reason": "Called her", **form})


def test_manager_sees_what_waits_and_what_was_seen(client, manager, doubted):
    client.force_login(manager)

    waiting = client.get(reverse("answers") + "?evidence=waiting").content.decode()
    page = client.get(reverse("answer", args=[doubted.pk])).content.decode()

    assert reverse("answer", args=[doubted.pk]) in waiting
    assert "scripts ran, but nobody touched, clicked or typed" in waiting
    assert "198.51.100.0/24" in page
    assert "sent within a second of the page" in page


def test_manager_says_whose_answer_it_is_and_why(client, manager, doubted):
    client.force_login(manager)

    assert label(client, doubted).status_code == 302

    assert Response.objects.counted().get() == doubted
    page = client.get(reverse("answer", args=[doubted.pk])).content.decode()
    assert "Marija Manager" in page
    assert "“Called her”" in page


def test_nothing_is_said_without_a_reason(client, manager, doubted):
    client.force_login(manager)

    assert label(client, doubted, reason=" ").status_code == 200

    assert not Response.objects.counted().exists()
    assert not Relabelling.objects.exists()


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_have_no_say(client, request, doubted, who):
    client.force_login(request.getfixturevalue(who))

    for path in (
        reverse("answers"),
        reverse("answers_csv"),
        reverse("answers_xlsx"),
        reverse("answer", args=[doubted.pk]),
    ):
        assert client.get(path).status_code == 403
    assert label(client, doubted).status_code == 403
    assert not Relabelling.objects.exists()


def test_manager_of_another_team_finds_nothing(client, manager, stranger):
    response = make(stranger.team)
    client.force_login(manager)

    assert client.get(reverse("answer", args=[response.pk])).status_code == 404
    assert label(client, response).status_code == 404
    assert (
        reverse("answer", args=[response.pk])
        not in client.get(reverse("answers") + "?evidence=waiting").content.decode()
    )


def test_administrator_reaches_every_team(client, administrator, doubted):
    client.force_login(administrator)

    assert label(client, doubted, label="machine").status_code == 302
    assert not Relabelling.objects.exists()  # it was taken for a machine's already


def test_list_takes_as_many_queries_for_three_as_for_one(client, manager, team, django_assert_max_num_queries):
    client.force_login(manager)
    make(team)
    with django_assert_max_num_queries(27) as one:
        client.get(reverse("answers") + "?evidence=waiting")
    make(team)
    make(team)
    with django_assert_max_num_queries(27) as three:
        client.get(reverse("answers") + "?evidence=waiting")

    assert len(three.captured_queries) == len(one.captured_queries)


def about(client, response, *slugs):
    topics = [Topic.objects.get(slug=slug).pk for slug in slugs]
    return client.post(reverse("answer_topics", args=[response.pk]), {"topics": topics})


def test_manager_says_what_an_answer_is_about_and_what_not(client, manager, doubted):
    client.force_login(manager)
    found = Topic.objects.get(slug="price")
    ResponseTopic.objects.create(response=doubted, topic=found, source="auto", version=1)

    assert about(client, doubted, "delivery").status_code == 302

    assert [each.topic.slug for each in doubted.response_topics.all()] == ["delivery"]
    page = client.get(reverse("answer", args=[doubted.pk])).content.decode()
    assert "not Price" in page
    assert "set by staff" in page


def test_what_is_no_topic_is_refused_and_changes_nothing(client, manager, doubted):
    client.force_login(manager)

    assert client.post(reverse("answer_topics", args=[doubted.pk]), {"topics": ["999999"]}).status_code == 200
    assert not TopicLabel.objects.exists()


def test_who_may_not_correct_topics_reads_them(client, manager, doubted):
    role = manager.groups.get()
    role.permissions.remove(role.permissions.get(codename="label_topics"))
    client.force_login(manager)

    assert "Save topics" not in client.get(reverse("answer", args=[doubted.pk])).content.decode()
    assert about(client, doubted, "delivery").status_code == 403
    assert not TopicLabel.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("stranger", 403), ("owner", 403)])
def test_agents_correct_no_topics(client, request, doubted, who, status):
    client.force_login(request.getfixturevalue(who))

    assert about(client, doubted, "delivery").status_code == status
    assert not TopicLabel.objects.exists()
