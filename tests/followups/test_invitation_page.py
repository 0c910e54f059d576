from datetime import timedelta

import pytest

from accounts import clock
from responses.models import LinkVisit
from surveys.models import Invitation, InvitationMessage
from surveys.services import judge_due, plan_invitations
from tests.factories import (
    ContactFactory,
    DealFactory,
    FollowupFactory,
    InvitationFactory,
    MessageFactory,
    ResponseFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)
from tests.noes import opt_out

pytestmark = pytest.mark.django_db

START = clock.now() - timedelta(days=10)


def at(hours):
    return START + timedelta(hours=hours)


@pytest.fixture
def invitation(owner):
    contact = ContactFactory()
    DealFactory(contact=contact, manager=owner)
    return InvitationFactory(contact=contact, status="answered", planned_at=at(0), asked_at=at(1))


def live(invitation, owner):
    """Let everything happen to the invitation that can."""
    message = MessageFactory(
        purpose="invite", status="delivered", attempts=2, created_at=at(1), claimed_at=at(2), sent_at=at(3),
        delivered_at=at(4), provider_id="abc-1",
    )  # fmt: skip
    InvitationMessage.objects.create(invitation=invitation, message=message)
    LinkVisit.objects.create(invitation=invitation, at=at(5), method="HEAD", verdict="machine", evidence=["head"])
    LinkVisit.objects.create(invitation=invitation, at=at(6), method="GET", score_asked_for=9, user_agent="Firefox")
    response = ResponseFactory(
        invitation=invitation, score=3, comment="Two weeks late.", answered_at=at(7), changed_at=at(8),
        settled_at=at(9), routed_at=at(10), trail=[{"at": at(7).isoformat(), "score": 9, "comment": ""}],
    )  # fmt: skip
    followup = FollowupFactory(response=response, assignee=owner, created_at=at(10))
    followup.note("Promised a call.", by=owner)
    return followup


def test_the_whole_life_is_told_in_order(client, owner, invitation):
    live(invitation, owner)
    client.force_login(owner)

    page = client.get(f"/invitations/{invitation.pk}/")

    assert [moment.what for moment in page.context["moments"]] == [
        "Planned",
        "Message queued",
        "Message taken up by a sender",
        "Message handed over",
        "Message delivered",
        "Survey page visited: a machine",
        "Survey page visited: unsure",
        "Answered: 9",
        "Answer changed to 3",
        "The answer has settled",
        "The playbook was followed",
        "Note",
    ]
    for words in ("Attempt 2", "abc-1", "button 9", "Firefox", "Two weeks late.", "Promised a call."):
        assert words in page.text


def test_each_judgement_shows_every_rule(client, owner):
    trigger = TriggerFactory(survey=SurveyVersionFactory().survey, window_weekdays=[1, 2, 3, 4, 5, 6, 7])
    contact = ContactFactory()
    opt_out(contact)
    TouchpointFactory(contact=contact, manager=owner, occurred_at=clock.now() - trigger.delay)
    plan_invitations()
    Invitation.objects.update(due_at=clock.now())
    judge_due()
    client.force_login(owner)

    page = client.get(f"/invitations/{Invitation.objects.get().pk}/")

    (judged,) = [moment for moment in page.context["moments"] if moment.lines]
    assert judged.detail == "do not ask The contact does not want to be asked."
    assert len(judged.lines) == 20
    assert "Rested since any survey last asked" in page.text


def test_a_failure_says_what_went_wrong(client, owner, invitation):
    message = MessageFactory(purpose="invite", status="bounced", error="550 No such mailbox", failed_at=at(2))
    InvitationMessage.objects.create(invitation=invitation, message=message)
    client.force_login(owner)

    assert "550 No such mailbox" in client.get(f"/invitations/{invitation.pk}/").text


def test_who_may_look(client, owner, teammate, stranger, administrator, invitation):
    for person, status in ((owner, 200), (teammate, 200), (stranger, 404), (administrator, 200)):
        client.force_login(person)
        assert client.get(f"/invitations/{invitation.pk}/").status_code == status
    assert client.post(f"/invitations/{invitation.pk}/").status_code == 405
    assert client.get("/invitations/999999/").status_code == 404


def test_an_invitation_out_of_reach_is_told_but_not_linked(client, owner, stranger, invitation):
    company = invitation.contact.company
    colleague = InvitationFactory(contact=ContactFactory(company=company))
    client.force_login(owner)

    assert f'href="/invitations/{invitation.pk}/"' in client.get(f"/contacts/{invitation.contact_id}/").text
    assert client.get(f"/invitations/{colleague.pk}/").status_code == 404


def test_a_longer_life_takes_no_more_queries(client, owner, invitation, django_assert_max_num_queries):
    followup = live(invitation, owner)
    client.force_login(owner)
    with django_assert_max_num_queries(12) as short:
        client.get(f"/invitations/{invitation.pk}/")
    for number in range(3):
        followup.log_contact("call", f"Call {number}.", by=owner)
        InvitationMessage.objects.create(invitation=invitation, message=MessageFactory(purpose="reminder"))
        LinkVisit.objects.create(invitation=invitation, at=at(20 + number), method="GET")

    with django_assert_max_num_queries(len(short)):
        assert len(client.get(f"/invitations/{invitation.pk}/").context["moments"]) == 22
