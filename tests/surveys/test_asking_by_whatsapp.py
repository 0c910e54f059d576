"""Asking by WhatsApp: from what happened to the answer on the page, and what becomes of messages on the way."""

from datetime import time, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from accounts import clock
from crm import address_health, suppressions
from delivery import dispatch, media
from delivery.media import web
from delivery.models import Message, WhatsAppNumber, WhatsAppTemplate
from delivery.services import recover_stuck
from responses.models import Response
from surveys.fates import delivery_news
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations
from tests.delivery.whatsapp.numbers import MARKETING, UTILITY, connected
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory, UserFactory
from tests.fakes.whatsapp import FakeWhatsApp

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+380501112233"


@pytest.fixture
def fake(settings):
    settings.DEBUG = True
    with FakeWhatsApp() as server:
        yield server


@pytest.fixture
def survey():
    return SurveyVersionFactory().survey


@pytest.fixture
def number(fake, client, survey):
    return connected(fake, survey.brand, client)


def asked(survey, *media, language="uk", **contact):
    trigger = TriggerFactory(
        survey=survey,
        media=list(media or ["whatsapp"]),
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        window_start=time.min,
        window_end=time.max,
    )
    contact = ContactFactory(**{"phone": PHONE, "language": language} | contact)
    touchpoint = TouchpointFactory(contact=contact, occurred_at=clock.now() - trigger.delay - timedelta(days=1))
    plan_invitations()
    Invitation.objects.update(due_at=clock.now())
    judge_due()
    return Invitation.objects.get(touchpoint=touchpoint)


def send():
    sent = dispatch.send_due("whatsapp")
    delivery_news.sync()
    return sent


def state(invitation):
    delivery_news.sync()
    invitation.refresh_from_db()
    return invitation.status


def test_an_invitation_goes_all_the_way_from_what_happened_to_the_answer(client, fake, survey, number):
    invitation = asked(survey)

    assert send().handed_over == 1

    (message,) = fake.sent
    assert (message.to, message.template) == (PHONE, "plumb_invitation")
    assert message.text.startswith(f"Вітаємо! Нещодавно ви мали справу з «{survey.brand.name}», і нам важливо")
    assert message.labels == ["Відповісти", "Більше не писати"]
    assert state(invitation) == "sent"
    fake.set_status("delivered")
    assert state(invitation) == "delivered"
    page = client.get(urlsplit(message.link).path, follow=True)
    assert (page.status_code, b'name="score"' in page.content) == (200, True)
    client.post(page.request["PATH_INFO"], {"score": "9"})
    assert Response.objects.get(invitation=invitation).score == 9
    assert state(invitation) == "answered"


def test_what_was_paid_stands_on_the_message(fake, survey, number):
    asked(survey)

    send()

    message = Message.objects.get()
    assert (message.cost, message.provider_id) == (UTILITY, f"{number.pk}:{fake.sent[0].id}")


def test_what_meta_counts_as_advertising_costs_as_such(fake, survey, number):
    WhatsAppTemplate.objects.update(category="marketing")
    asked(survey)

    send()

    assert Message.objects.get().cost == MARKETING


def test_meta_has_the_last_word_on_the_price(fake, survey, number):
    asked(survey)
    send()

    fake.set_status("delivered", pricing={"billable": True, "pricing_model": "PMP", "category": "marketing"})

    assert (Message.objects.get().status, Message.objects.get().cost) == ("delivered", MARKETING)


def test_who_speaks_a_language_without_a_template_is_asked_in_that_of_the_survey(fake, survey, number):
    WhatsAppTemplate.objects.filter(language="lt").update(state="rejected")
    survey.default_language = "en"
    survey.save()
    asked(survey, language="lt")

    send()

    assert fake.sent[0].text.startswith("Hello! You recently dealt with")


def test_without_any_template_that_fits_the_judge_says_so_and_the_next_medium_asks(fake, survey, number):
    WhatsAppTemplate.objects.exclude(language="ru").update(state="pending")

    invitation = asked(survey, "whatsapp", "email")

    assert (invitation.medium, invitation.status) == ("email", "queued")


def test_without_a_next_medium_nobody_is_asked_and_the_reason_says_why(fake, survey, number):
    WhatsAppTemplate.objects.exclude(language="ru").update(state="pending")

    invitation = asked(survey)

    assert (invitation.status, invitation.reason) == ("suppressed", "no_template")


def test_a_brand_without_a_number_asks_nobody_by_whatsapp(survey):
    invitation = asked(survey)

    assert (invitation.status, invitation.reason) == ("suppressed", "no_number")


def test_a_template_paused_since_lets_the_next_medium_ask(fake, survey, number):
    asked(survey, "whatsapp", "email")
    fake.pause(language="uk")

    send()

    failed, queued = Message.objects.order_by("pk")
    assert (failed.status, failed.cost, queued.medium) == ("failed", 0, "email")
    assert failed.error.startswith("132015 (#132015) Template is paused")
    paused = WhatsAppTemplate.objects.get(kind="invitation", language="uk")
    assert paused.state == "paused"


def test_a_phone_without_whatsapp_is_out_of_use_there_and_stays_good_for_texts(fake, survey, number):
    fake.absent.add(PHONE)
    invitation = asked(survey, "whatsapp", "email")

    send()

    delivery_news.sync()
    assert [m.status for m in Message.objects.filter(medium="whatsapp")] == ["bounced"]
    standing = suppressions.standing([("whatsapp", PHONE), ("sms", PHONE)])
    assert standing[("whatsapp", PHONE)].bounced_at is not None
    assert ("sms", PHONE) not in standing
    invitation.refresh_from_db()
    assert invitation.medium == "email"
    assert address_health.try_again(invitation.contact, by=UserFactory(), reason="has WhatsApp now") == 1
    assert suppressions.standing([("whatsapp", PHONE)]) == {}


def test_whoever_told_meta_that_they_want_no_more_is_asked_by_no_medium(fake, survey, number):
    fake.approve(category="MARKETING")
    fake.stopped.add(PHONE)
    invitation = asked(survey, "whatsapp", "email")

    send()

    assert Message.objects.get().objection == "unsubscribed"
    invitation.contact.refresh_from_db()
    assert not invitation.contact.may_be_contacted
    assert Message.objects.count() == 1


def test_a_crash_between_the_hand_over_and_its_record_is_shown_to_a_person_and_not_sent_again(
    fake, survey, number, monkeypatch
):
    asked(survey)
    monkeypatch.setattr("delivery.outbox.note_sent", lambda *_args, **_options: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        dispatch.send_due("whatsapp")
    monkeypatch.undo()
    Message.objects.update(claimed_at=clock.now() - timedelta(hours=1))

    recover_stuck()
    send()

    assert (len(fake.sent), Message.objects.get().status) == (1, "unknown")


def test_what_meta_tells_later_settles_what_nobody_knew(fake, survey, number, monkeypatch):
    asked(survey)
    monkeypatch.setattr("delivery.outbox.note_sent", lambda *_args, **_options: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        dispatch.send_due("whatsapp")
    monkeypatch.undo()
    Message.objects.update(claimed_at=clock.now() - timedelta(hours=1))
    recover_stuck()

    fake.set_status("sent")

    message = Message.objects.get()
    assert (message.status, message.provider_id) == ("sent", f"{number.pk}:{fake.sent[0].id}")
    fake.set_status("delivered")
    assert Message.objects.get().status == "delivered"


@pytest.mark.parametrize("said", ["hang-up-after", "stall", (200, "{}"), (500, "oops")])
def test_an_answer_that_says_nothing_leaves_a_person_to_decide(fake, survey, number, settings, said):
    settings.WHATSAPP_TIMEOUT = 0.3
    asked(survey)
    fake.script = [said]

    send()
    send()

    assert Message.objects.get().status == "unknown"
    assert len(fake.sent) == (said == "hang-up-after")


def test_nobody_there_is_no_doubt(fake, survey, number):
    WhatsAppNumber.objects.update(base="http://127.0.0.1:9")
    asked(survey)

    send()

    message = Message.objects.get()
    assert (message.status, message.attempts, message.cost) == ("queued", 1, Decimal(0))


def test_a_token_that_ended_lets_messages_wait_and_says_so(fake, survey, number):
    fake.token = "another"
    asked(survey)

    send()

    message, number = Message.objects.get(), WhatsAppNumber.objects.get()
    assert (message.status, number.error[:4]) == ("queued", "190 ")
    assert number.rests_until > clock.now()


def test_and_goes_on_once_there_is_another(fake, survey, number):
    taken, fake.token = fake.token, "another"
    asked(survey)
    send()
    fake.token = taken
    WhatsAppNumber.objects.update(rests_until=clock.now() - timedelta(seconds=1))
    Message.objects.update(send_after=clock.now())

    send()

    number = WhatsAppNumber.objects.get()
    assert (Message.objects.get().status, number.error, number.rests_until) == ("sent", "", None)


def test_before_meta_has_called_once_silence_says_nothing(fake, survey, number):
    tells = media.transport_of("whatsapp").tells_arrival
    assert not tells(survey.brand_id)
    asked(survey)
    send()

    fake.set_status("delivered")

    assert tells(survey.brand_id)


def test_it_is_for_the_moment_only(fake, survey, number):
    fake.per_pair = 0
    asked(survey)

    send()

    message = Message.objects.get()
    assert (message.status, message.error[:7]) == ("queued", "131056 ")
    assert WhatsAppNumber.objects.get().error == ""


def test_a_reminder_has_a_template_of_its_own(fake, survey, number):
    invitation = asked(survey)
    send()
    Message.objects.update(purpose="reminder", template="surveys.reminder", status="queued", provider_id="")

    send()

    assert [message.template for message in fake.sent] == ["plumb_invitation", "plumb_reminder"]
    assert fake.sent[1].link.endswith(invitation.token)


def test_an_answer_calls_the_next_medium_off(client, fake, survey, number):
    asked(survey, "whatsapp", "email")
    send()
    page = client.get(urlsplit(fake.sent[0].link).path, follow=True)
    client.post(page.request["PATH_INFO"], {"score": "3"})

    assert Invitation.objects.get().status == "answered"
    assert not Message.objects.filter(medium="email").exists()


def test_a_stand_in_speaks_for_meta_only_while_things_are_tried_out(settings, fake, survey, number):
    settings.DEBUG = settings.PLAIN_HTTP = False

    assert not web.is_tried_out()
    from delivery.media.whatsapp import api

    assert api.stand_in(number) == ""
