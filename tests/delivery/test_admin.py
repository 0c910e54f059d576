import pytest
from django.urls import reverse

from accounts import clock
from delivery.models import Message
from delivery.outbox import KILLED_AT_IT
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:delivery_message_changelist")


def queries(client, django_assert_max_num_queries, most):
    with django_assert_max_num_queries(most) as seen:
        assert client.get(LIST).status_code == 200
    return len(seen)


def test_the_list_takes_the_same_queries_for_one_message_and_for_three(
    client, administrator, django_assert_max_num_queries
):
    client.force_login(administrator)
    MessageFactory()
    client.get(LIST)
    one = queries(client, django_assert_max_num_queries, 15)
    MessageFactory.create_batch(2)

    assert queries(client, django_assert_max_num_queries, 15) == one


def test_the_list_shows_why_a_message_failed(client, administrator):
    client.force_login(administrator)
    MessageFactory(status="failed", failed_at=clock.now(), error="550 5.7.1 not allowed")

    assert "550 5.7.1 not allowed" in client.get(LIST, {"status__exact": "failed"}).content.decode()


def test_trying_again_queues_what_failed_and_nothing_else(client, administrator):
    client.force_login(administrator)
    failed = MessageFactory(status="failed", failed_at=clock.now(), error="554 no", attempts=50)
    sent = MessageFactory(status="sent", sent_at=clock.now())

    answer = client.post(LIST, {"action": "try_again", "_selected_action": [failed.pk, sent.pk]}, follow=True)

    assert "1 message is queued again." in answer.content.decode()
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.status, failed.attempts, failed.failed_at) == ("queued", 0, None)
    assert sent.status == "sent"


def test_a_message_of_which_nobody_knows_is_shown_with_its_reason_and_waits_for_a_person(client, administrator):
    client.force_login(administrator)
    sent, again, other = [
        MessageFactory(status=status, error=error, failed_at=clock.now())
        for status, error in [("unknown", KILLED_AT_IT), ("unknown", "timeout"), ("failed", "554 no")]
    ]

    assert "it may have been sent or not" in client.get(LIST, {"status__exact": "unknown"}).content.decode()
    rows = [sent.pk, other.pk]
    answer = client.post(LIST, {"action": "confirm_sent", "_selected_action": rows}, follow=True)
    client.post(LIST, {"action": "try_again", "_selected_action": [again.pk]})

    assert "1 message counts as sent." in answer.content.decode()
    for message in (sent, again, other):
        message.refresh_from_db()
    assert (sent.status, sent.error, sent.sent_at is not None, sent.has_news) == ("sent", "", True, True)
    assert (again.status, other.status) == ("queued", "failed")


def test_a_message_can_be_read_but_not_changed_added_or_deleted(client, administrator):
    client.force_login(administrator)
    message = MessageFactory()
    page = reverse("admin:delivery_message_change", args=[message.pk])

    assert client.get(page).status_code == 200
    assert client.post(page, {"status": "sent"}).status_code == 403
    assert client.get(reverse("admin:delivery_message_add")).status_code == 403
    assert client.post(reverse("admin:delivery_message_delete", args=[message.pk])).status_code == 403
    assert Message.objects.get().status == "queued"


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "manager"])
def test_nobody_else_sees_messages(client, who, request):
    client.force_login(request.getfixturevalue(who))

    assert client.get(LIST).status_code in (302, 403)
