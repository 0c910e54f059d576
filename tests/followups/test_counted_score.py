"""A detractor whom somebody calls does not vanish, whatever they say afterwards."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from followups.customers import invitation_history
from followups.models import Followup
from responses.models import Response
from responses.word_access import WordAccess
from surveys.models import Invitation
from tests.crm.test_upserting_at_once import wait_until_it_waits
from tests.factories import FollowupFactory, UserFactory
from tests.followups.test_replying import send
from tests.responses.test_answering import PERSON, send_score

pytestmark = pytest.mark.django_db


def counted(followup):
    response = Response.objects.get(pk=followup.response_id)
    return response.score, response.counted_score, response.category


@pytest.mark.parametrize("kind", ["call", "email"])
def test_the_first_contact_freezes_the_score(client, owner, followup, kind):
    activity = followup.log_contact(kind, "Sorry.", by=owner)

    send_score(client, followup.response.invitation, 9, **PERSON)

    assert counted(followup) == (9, 3, "detractor")
    assert Response.objects.get().frozen_at == activity.at


def test_a_reply_freezes_the_score(client, owner, followup):
    client.force_login(owner)
    send(client, followup)

    send_score(client, followup.response.invitation, 10, **PERSON)

    assert counted(followup) == (10, 3, "detractor")


def test_a_note_or_taking_the_work_freezes_nothing(client, owner, teammate, followup):
    followup.note("Rings tomorrow.", by=owner)
    followup.take(by=teammate)

    send_score(client, followup.response.invitation, 9, **PERSON)

    assert counted(followup) == (9, 9, "promoter")


def test_a_second_contact_moves_nothing(client, owner, followup):
    first = followup.log_contact("call", "Sorry.", by=owner)
    send_score(client, followup.response.invitation, 9, **PERSON)

    followup.log_contact("call", "And thank you.", by=owner)

    assert counted(followup) == (9, 3, "detractor")
    assert Response.objects.get().frozen_at == first.at


def test_the_page_shows_both_scores_and_why_the_first_one_counts(client, owner, followup):
    followup.log_contact("call", "Sorry.", by=owner)
    send_score(client, followup.response.invitation, 9, **PERSON)
    client.force_login(owner)

    text = " ".join(client.get(f"/inbox/{followup.pk}/").text.split())

    assert "The customer now says 9. What counts is 3, final since our first contact," in text
    assert "score--bad" in text
    assert "counts nowhere" in text
    assert 'name="root_cause"' in text


def test_the_list_keeps_it_among_the_detractors_and_says_what_is_said_now(client, owner, followup):
    followup.log_contact("call", "Sorry.", by=owner)
    send_score(client, followup.response.invitation, 9, **PERSON)
    client.force_login(owner)

    detractors, promoters = (
        client.get("/inbox/", {"category": category}).text for category in ("detractor", "promoter")
    )

    assert "Ona Petraitė" in detractors
    assert "now 9" in detractors
    assert "Ona Petraitė" not in promoters


def test_the_history_says_which_change_counts_nowhere(client, owner, followup):
    followup.log_contact("call", "Sorry.", by=owner)
    send_score(client, followup.response.invitation, 9, **PERSON)

    invitation = invitation_history.with_life(Invitation.objects.all()).get()
    told = [moment.what for moment in invitation_history.of(invitation, WordAccess.of(owner))]

    assert "Answered: 3" in told
    assert "Answer changed to 9, which counts nowhere" in told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first", "expected"), [("contact", (9, 3, "detractor")), ("revision", (9, 9, "promoter"))])
def test_of_a_contact_and_a_revision_at_once_the_first_one_decides(client, first, expected):
    followup, person = FollowupFactory(), UserFactory()
    invitation = Invitation.objects.get()
    deeds = {
        "contact": lambda: Followup.objects.get(pk=followup.pk).log_contact("call", "Sorry.", by=person),
        "revision": lambda: send_score(client, invitation, 9, **PERSON),
    }

    def on_own_connection(deed):
        try:
            deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            deeds.pop(first)()
            other = pool.submit(on_own_connection, *deeds.values())
            wait_until_it_waits(other)
            assert not other.done()
        other.result(timeout=20)

    assert counted(followup) == expected
    assert Response.objects.get().frozen_score == expected[1]
