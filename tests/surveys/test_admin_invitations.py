from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from surveys.fates import ledger
from surveys.judging import reasons
from surveys.models import Hold, Invitation, InvitationMessage
from surveys.services import judge_due, plan_invitations
from tests.factories import InvitationFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
LIST = "admin:surveys_invitation_changelist"


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def judged():
    """An invitation that was put off once, then asked; its message failed."""
    trigger = TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=NOW - timedelta(days=30))
    touchpoint = TouchpointFactory(occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW - timedelta(minutes=5))
    Invitation.objects.update(due_at=NOW)
    Hold.place(contact_id=touchpoint.contact_id, cause="followup-1")
    judge_due(now=NOW)
    Hold.release(cause="followup-1")
    judge_due(now=NOW + timedelta(days=1))
    message = InvitationMessage.objects.get().message
    message.status, message.error = "failed", "550 No such mailbox"
    message.failed_at, message.created_at = NOW + timedelta(days=1, minutes=2), NOW + timedelta(days=1, minutes=1)
    message.save()
    return Invitation.objects.get()


def test_the_page_of_an_invitation_tells_its_life_its_rules_and_the_error(page, judged):
    html = page.get(reverse("admin:surveys_invitation_change", args=[judged.pk])).content.decode()

    assert "A follow-up with this contact is open." in html
    assert "Rested since any survey last asked" in html
    assert html.count("<details") == 2
    assert "550 No such mailbox" in html


def test_the_ledger_is_in_order_of_time(judged):

    moments = ledger.of(judged)

    assert [moment.what for moment in moments] == [
        "Planned", "Judged", "Judged", "Message queued", "Message failed",
    ]  # fmt: skip
    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)
    assert moments[1].detail.startswith("ask later A follow-up with this contact is open. Next look: ")
    assert moments[4].detail == "550 No such mailbox"


def test_invitations_can_be_read_and_not_changed(page, judged):
    before = Invitation.objects.values().get()

    assert page.get(reverse("admin:surveys_invitation_add")).status_code == 403
    assert (
        page.post(reverse("admin:surveys_invitation_change", args=[judged.pk]), {"status": "sent"}).status_code == 403
    )
    assert page.post(reverse("admin:surveys_invitation_delete", args=[judged.pk]), {"post": "yes"}).status_code == 403

    assert Invitation.objects.values().get() == before


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "jonas@"}, ["jonas"]),
        ({"q": "Petraitė"}, ["jonas", "ona"]),
        ({"status": "suppressed"}, ["ona"]),
        ({"reason": "floor"}, ["ona"]),
        ({"reason": "hold"}, []),
    ],
)
def test_searching_and_filtering(page, query, found):
    InvitationFactory(contact__email="jonas@shop.example")
    InvitationFactory(
        contact__email="ona@shop.example", status="suppressed", reason="floor", asked_at=None, token_hash=None
    )

    rows = page.get(reverse(LIST), {"status__exact" if key == "status" else key: value for key, value in query.items()})

    assert sorted(row.contact.email.partition("@")[0] for row in rows.context["cl"].result_list) == found


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(page, django_assert_max_num_queries):
    InvitationFactory()
    page.get(reverse(LIST))
    with django_assert_max_num_queries(15) as one:
        page.get(reverse(LIST))
    InvitationFactory()
    InvitationFactory()

    with django_assert_max_num_queries(len(one)):
        assert page.get(reverse(LIST)).status_code == 200


def test_the_page_of_an_invitation_takes_few_queries(page, judged, django_assert_max_num_queries):
    address = reverse("admin:surveys_invitation_change", args=[judged.pk])
    page.get(address)

    with django_assert_max_num_queries(15):
        page.get(address)


def test_a_trace_reads_in_plain_words_and_local_time(settings):
    trace = [
        {"rule": "medium", "value": "email:bounced, sms:objected", "passed": False},
        {"rule": "floor", "value": "2026-05-01T09:00:00+00:00", "passed": False},
        {"rule": "window", "value": "2026-07-01T03:00 America/Los_Angeles", "passed": False},
        {"rule": "company_budget", "value": "3", "passed": True},
        {"rule": "later_invention", "value": "", "passed": True},
    ]

    medium, floor, window, budget, unknown = reasons.lines(trace)

    assert medium.value == (
        "e-mail: Mail to the address came back., SMS: The contact objected to this way of being asked."
    )
    assert floor.value == "1 May 2026, 09:00"
    assert window.value == "1 Jul 2026, 03:00 America/Los_Angeles"
    assert (budget.rule, budget.value, budget.passed) == ("Asks of the company within its budget", "3", True)
    assert unknown.rule == "later_invention"
