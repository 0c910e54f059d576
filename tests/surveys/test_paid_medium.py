"""Asking by a paid phone medium: consent, the order of media, and what goes on by which one."""

from datetime import time, timedelta

import pytest
from django.db.models.functions import Now

from accounts import clock
from accounts.media import Medium
from delivery import composers, dispatch, outbox
from delivery.models import Message
from delivery.services import recover_stuck
from surveys.fates import delivery_news
from surveys.letters import last_check
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations
from tests.delivery.paid_medium import PRICE, Text, gateway, numbers
from tests.delivery.smtp import serving
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory
from tests.noes import object_to, opt_out

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+37060000007"


def ask_by_text(messages):
    stopped = last_check.stopped(messages)
    return [
        stopped.get(message.pk) or Text(message.to_address, f"{message.context['brand']}?", message.idempotency_key)
        for message in messages
    ]


@pytest.fixture
def sms(monkeypatch, settings):
    with gateway(monkeypatch, settings) as server:
        monkeypatch.setitem(composers._composers, ("surveys.invite", Medium.SMS), ask_by_text)
        yield server


@pytest.fixture
def mail(settings):
    with serving() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def due(*media, **contact):
    """Return an invitation that is due now, by these media in order."""
    trigger = TriggerFactory(
        survey=SurveyVersionFactory().survey,
        media=list(media),
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        window_start=time(0, 0),
        window_end=time.max,
    )
    contact = ContactFactory(**{"phone": PHONE} | contact)
    touchpoint = TouchpointFactory(contact=contact, occurred_at=clock.now() - trigger.delay - timedelta(days=1))
    plan_invitations()
    Invitation.objects.update(due_at=clock.now())
    return Invitation.objects.get(touchpoint=touchpoint)


def send_all():
    for _ in range(2):
        for medium in ("sms", "email"):
            dispatch.send_due(medium)
        delivery_news.sync()


def ways(invitation):
    invitation.refresh_from_db()
    sent = invitation.sendings.order_by("message").values_list("message__medium", "message__status")
    return invitation.status, invitation.medium, list(sent)


def test_the_phone_is_asked_first_where_it_is_preferred_and_the_cost_stands_on_the_message(sms, mail):
    invitation = due("sms", "email")

    judge_due()
    send_all()

    assert ways(invitation) == ("sent", "sms", [("sms", "sent")])
    assert numbers(sms) == [PHONE]
    assert mail.taken == []
    assert Message.objects.get().cost == PRICE


@pytest.mark.parametrize("why", ["no phone", "objected"])
def test_whoever_has_no_phone_or_wants_no_texts_is_asked_by_the_next_medium(sms, mail, why):
    invitation = due("sms", "email", **({"phone": ""} if why == "no phone" else {}))
    if why == "objected":
        object_to(invitation.contact, "sms")

    judge_due()
    send_all()

    assert ways(invitation) == ("sent", "email", [("email", "sent")])
    assert sms.taken == []


def test_an_objection_that_comes_before_the_text_leaves_sends_the_letter_instead(sms, mail):
    invitation = due("sms", "email")
    judge_due()
    object_to(invitation.contact, "sms")

    send_all()

    assert sms.taken == []
    assert ways(invitation) == ("sent", "email", [("sms", "cancelled"), ("email", "sent")])
    assert sum(Message.objects.values_list("cost", flat=True)) == 0


def test_a_no_to_everything_ends_the_ask_in_all_media(sms, mail):
    invitation = due("sms", "email")
    judge_due()
    opt_out(invitation.contact)

    send_all()

    assert (sms.taken, mail.taken) == ([], [])
    assert ways(invitation) == ("suppressed", "sms", [("sms", "cancelled")])


def test_a_number_that_does_not_exist_goes_on_by_letter_and_costs_nothing(sms, mail):
    sms.script = [(400, "305 phone")]
    invitation = due("sms", "email")

    judge_due()
    send_all()

    assert ways(invitation) == ("sent", "email", [("sms", "bounced"), ("email", "sent")])
    assert sum(Message.objects.values_list("cost", flat=True)) == 0


def test_a_letter_that_bounces_goes_on_by_phone(sms, mail):
    mail.script = ["rcpt-bad"]
    invitation = due("email", "sms")

    judge_due()
    send_all()

    assert ways(invitation) == ("sent", "sms", [("email", "bounced"), ("sms", "sent")])
    assert numbers(sms) == [PHONE]


def test_what_is_unknown_goes_on_by_no_other_medium_until_a_person_decides(sms, mail, monkeypatch):
    invitation = due("sms", "email")
    judge_due()

    class Killed(BaseException):
        pass

    def kill(*_args, **_facts):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "note_sent", kill)
        with pytest.raises(Killed):
            dispatch.send_due("sms")
    Message.objects.update(claimed_at=Now() - outbox.lease() - timedelta(seconds=1))
    recover_stuck()

    send_all()

    assert ways(invitation)[2] == [("sms", "unknown")]
    assert len(sms.taken) == 1
    assert mail.taken == []
    assert Message.objects.get().cost == PRICE
