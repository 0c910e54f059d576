import pytest
from django.urls import reverse

from responses.models import LinkVisit, Response, Topic
from tests.factories import InvitationFactory, ResponseFactory


def visits(count):
    for _ in range(count):
        LinkVisit.objects.create(invitation=InvitationFactory(), method="GET")


def responses(count):
    for _ in range(count):
        ResponseFactory()


@pytest.mark.parametrize(("model", "make"), [("response", responses), ("linkvisit", visits)])
def test_list_takes_as_many_queries_for_three_rows_as_for_one(
    client, administrator, django_assert_max_num_queries, model, make
):
    client.force_login(administrator)
    path = reverse(f"admin:responses_{model}_changelist")
    counts = []
    for more in (1, 2):
        make(more)
        with django_assert_max_num_queries(15) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_what_customers_did_is_read_only(client, administrator):
    client.force_login(administrator)
    response = ResponseFactory(comment="Good")
    path = reverse("admin:responses_response_change", args=[response.pk])

    assert client.get(path).status_code == 200
    assert client.post(path, {"score": 1}).status_code == 403
    assert client.get(reverse("admin:responses_response_add")).status_code == 403
    assert client.post(reverse("admin:responses_response_delete", args=[response.pk])).status_code == 403
    assert Response.objects.get().score == 9


def test_administrator_edits_topics(client, administrator):
    client.force_login(administrator)
    topic = Topic.objects.get(slug="price")
    form = {
        "slug": "value",
        "names": '{"en": "Value"}',
        "position": "3",
    }

    client.post(reverse("admin:responses_topic_change", args=[topic.pk]), form)

    topic.refresh_from_db()
    assert (topic.slug, topic.names, topic.is_offered) == ("price", {"en": "Value"}, False)
    assert client.get(reverse("admin:responses_topic_changelist")).status_code == 200


@pytest.mark.parametrize("who", ["owner", "stranger", "manager"])
def test_others_have_no_admin(db, client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("admin:responses_response_changelist")).status_code == 302
