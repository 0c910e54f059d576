"""A stolen login floods no customer, and honest people lose nothing of what they typed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import SecurityEvent
from delivery.models import Message
from followups import services
from followups.letters.limits import TooManyReplies
from followups.letters.replies import StaffReply
from followups.models import Activity
from tests.factories import FollowupFactory, UserFactory
from tests.followups.test_replying import send, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings):
    settings.REPLIES_TO_CUSTOMER_PER_DAY, settings.REPLIES_BY_PERSON_PER_HOUR = 3, 4


def write(followup, by):
    return services.reply(followup=followup, said=StaffReply(subject="Sorry", text="Sorry."), key=str(uuid4()), by=by)


def test_a_customer_gets_so_many_replies_a_day_from_whomever(owner, teammate, followup):
    for by in (owner, teammate, owner):
        write(followup, by)
    another = FollowupFactory(response__contact=followup.response.contact)

    with pytest.raises(TooManyReplies):
        write(another, teammate)

    assert Message.objects.count() == Activity.objects.filter(kind="email").count() == 3
    Activity.objects.update(at=followup.created_at - timedelta(days=1))
    assert write(another, teammate)


def test_a_person_writes_so_many_replies_an_hour_to_whomever(owner):
    for _ in range(4):
        write(FollowupFactory(), owner)

    with pytest.raises(TooManyReplies):
        write(FollowupFactory(), owner)

    assert Message.objects.count() == 4
    assert write(FollowupFactory(), UserFactory())


def test_what_was_typed_stays_and_the_page_says_what_to_do(client, owner, followup):
    for _ in range(3):
        write(followup, owner)
    client.force_login(owner)

    page = send(client, followup, message="Unique words of mine")

    assert "Not sent: this customer has had enough messages for one day." in page.text
    assert "Unique words of mine" in page.text
    assert Message.objects.count() == 3


def test_the_security_log_tells_it_once(client, owner, followup):
    for _ in range(3):
        write(followup, owner)
    client.force_login(owner)

    for _ in range(2):
        send(client, followup)

    event = SecurityEvent.objects.get(kind="refused")
    assert (event.by, event.about, event.subject) == (owner, owner, "replies")


def test_the_same_form_sent_again_is_no_further_reply(client, owner, followup, settings):
    settings.REPLIES_TO_CUSTOMER_PER_DAY = 1
    client.force_login(owner)
    form = sent()

    for _ in range(5):
        page = client.post(f"/inbox/{followup.pk}/replies/", form, follow=True)

    assert "Not sent" not in page.text
    assert Message.objects.count() == 1


def test_contacts_that_were_only_logged_count_for_nothing(owner, followup):
    for number in range(5):
        followup.log_contact("email", f"From my own mailbox {number}", by=owner)

    assert write(followup, owner)


def test_no_limit_where_none_is_wanted(settings, owner, followup):
    settings.REPLIES_TO_CUSTOMER_PER_DAY = settings.REPLIES_BY_PERSON_PER_HOUR = 0

    for _ in range(6):
        write(followup, owner)

    assert Message.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_further(settings):
    settings.REPLIES_TO_CUSTOMER_PER_DAY = 100
    person, followups = UserFactory(), [FollowupFactory() for _ in range(8)]

    def one(followup):
        try:
            return bool(write(followup, person))
        except TooManyReplies:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(one, followups))

    assert sum(done) == Message.objects.count() == 4
