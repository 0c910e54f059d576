"""A person answers a customer by a text message, and the customer writes back."""

from decimal import Decimal

import pytest

from accounts import clock
from delivery import dispatch
from delivery.media.sms import replies as incoming
from delivery.media.sms.gateway import Reply
from delivery.models import Message
from delivery.services import recover_stuck
from followups.letters import arrivals
from responses.models import Response
from responses.texts import intake
from surveys.fates import delivery_news
from tests.followups.replies.talks import again, post, written_back
from tests.responses.texts.postbag import NUMBER

pytestmark = pytest.mark.django_db(transaction=True)


def sent(client, followup, **changes):
    page = post(client, followup, by="sms", **changes)
    dispatch.send_due("sms")
    delivery_news.sync()
    return page


def written(gateway, text, number="1"):
    """Let a text come in."""
    told = Reply(from_number=NUMBER, to_number="+15005550006", text=text, provider_id=f"SM{number}")
    incoming.keep(gateway, told, now=clock.now())
    intake.take_due()
    arrivals.take_due()


def test_a_reply_is_a_text_with_its_parts_paid(client, twilio, gateway, by_sms):
    sent(client, by_sms, message="Atsiprašome, paskambinsime. " * 4)

    message = Message.objects.get(purpose="reply")
    (text,) = twilio.texts
    brand = by_sms.response.survey.brand.name
    assert (text.to, text.text) == (NUMBER, f"{('Atsiprašome, paskambinsime. ' * 4).strip()}\nOlena Owner, {brand}")
    assert (message.status, message.cost) == ("sent", 3 * Decimal("0.0350"))
    assert by_sms.activities.filter(kind="message").count() == 1


def test_a_survey_without_diacritics_has_replies_without_them(client, twilio, by_sms):
    by_sms.response.survey.sms_plain = True
    by_sms.response.survey.save()

    sent(client, by_sms, message="Ačiū")

    assert twilio.texts[0].text == "Aciu\nOlena Owner, Azuolas & Co"


def test_the_preview_shows_parts_and_cost_and_sends_nothing(client, twilio, by_sms):
    page = post(client, by_sms, by="sms", message="Дякуємо! " * 10, preview="1")

    assert "Paid parts: <strong>2</strong>" in page.text
    assert "UCS-2" in page.text
    assert "Cost of one: 0.0700 EUR" in page.text
    assert "Nothing is sent yet." in page.text
    assert not Message.objects.filter(purpose="reply").exists()


def test_more_parts_than_go_out_are_refused_with_the_limit(client, by_sms):
    page = post(client, by_sms, by="sms", message="Дякуємо! " * 50)

    assert "A text message has at most 6 parts, and this one takes 8 with your name: write less." in page.text
    assert page.text.count("Дякуємо! Дякуємо!") > 1
    assert not Message.objects.filter(purpose="reply").exists()


def test_what_nobody_knows_of_stands_on_the_page_and_is_not_sent_again(client, twilio, by_sms):
    twilio.script = ["hang-up-after"]

    sent(client, by_sms)
    recover_stuck()
    dispatch.send_due("sms")

    page = client.get(f"/inbox/{by_sms.pk}/").text
    assert len(twilio.texts) == 1
    assert Message.objects.get(purpose="reply").status == "unknown"
    assert '<span class="badge">SMS</span> <span class="badge">unknown</span>' in page


def test_what_the_customer_texts_back_comes_into_the_followup(client, gateway, by_sms, owner):
    sent(client, by_sms)
    again(by_sms).wait(by=owner, or_answer=True)

    written(gateway, "9")
    written(gateway, "Tomorrow, please", "2")

    assert written_back(by_sms) == [("sms", "9"), ("sms", "Tomorrow, please")]
    assert again(by_sms).status == "in_progress"
    assert (Response.objects.get().score, Response.objects.get().comment) == (2, by_sms.response.comment)


def test_a_newer_question_is_what_a_number_answers(client, gateway, by_sms):
    sent(client, by_sms)
    newer = Message.objects.filter(purpose="invite").get()
    Message.objects.filter(pk=newer.pk).update(sent_at=clock.now(), provider_id=f"{gateway.pk}:SM7")

    written(gateway, "9")

    assert Response.objects.get().score == 9
    assert written_back(by_sms) == []


def test_a_number_that_is_dead_is_out_and_the_page_says_so(client, twilio, by_sms):
    twilio.refused[NUMBER] = 21211

    sent(client, by_sms)

    page = client.get(f"/inbox/{by_sms.pk}/").text
    assert Message.objects.get(purpose="reply").status == "bounced"
    assert "By SMS: the number takes no texts." in page
    assert "Write an e-mail to ona@shop.example" in page


def test_while_one_writes_what_it_takes_is_counted_and_nothing_sent(client, by_sms):
    typed = {"by": "sms", "message": "Дякуємо! " * 10, "key": "", "subject": "x"}

    told = client.post(f"/inbox/{by_sms.pk}/replies/", typed, headers={"HX-Request": "true"}).text
    assert "Paid parts: <strong>2</strong>" in told
    assert "<form" not in told

    for other in ({"by": "email"}, {"message": ""}):
        told = client.post(f"/inbox/{by_sms.pk}/replies/", typed | other, headers={"HX-Request": "true"}).text
        assert told.strip() == ""
    assert not Message.objects.filter(purpose="reply").exists()


def test_that_the_customer_cannot_answer_is_said(client, gateway, by_sms):
    gateway.takes_replies = False
    gateway.save()

    page = post(client, by_sms, by="sms", preview="1")

    assert "The customer cannot write back to it: the gateway takes no answers." in page.text
