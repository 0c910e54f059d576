"""Text gateways in the administration: the secret is written and never shown, and a test is one text."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from delivery import dispatch
from delivery.media import PutOff
from delivery.media.sms import trial
from delivery.media.sms.carrier import SmsCarrier
from delivery.media.sms.recipes import RECIPES
from delivery.models import Message, TextGateway
from tests.delivery.sms.parcels import parcel
from tests.delivery.web import serving

pytestmark = pytest.mark.django_db
ADD = "admin:delivery_textgateway_add"
TYPED = {
    "name": "Turbo", "provider": "turbosms", "sender": "ALDER", "account": "", "secret": "t0ken-of-ours",
    "is_active": "on", "price": "0.0350", "test_to": "",
    "viber_minutes": "60",
    "viber_price": "0",
}  # fmt: skip


def saved(admin_client, page=None, *, follow=False, **typed):
    return admin_client.post(page or reverse(ADD), TYPED | typed, follow=follow)


def errors(answer):
    return {field: list(said) for field, said in answer.context["adminform"].form.errors.items()}


def test_a_secret_is_kept_encrypted_and_never_shown(admin_client):
    saved(admin_client)

    gateway = TextGateway.objects.get()
    page = admin_client.get(reverse("admin:delivery_textgateway_change", args=[gateway.pk])).text
    assert gateway.secret == TYPED["secret"]
    assert TYPED["secret"] not in page
    assert f"/sms/{gateway.pk}/{gateway.door_token}/status/" in page


def test_an_empty_secret_keeps_the_one_there_is(admin_client):
    saved(admin_client)
    page = reverse("admin:delivery_textgateway_change", args=[TextGateway.objects.get().pk])

    saved(admin_client, page, secret="", name="Turbo 2")

    assert (TextGateway.objects.get().name, TextGateway.objects.get().secret) == ("Turbo 2", TYPED["secret"])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"secret": ""}, "secret"),
        ({"provider": "twilio"}, "account"),
        ({"test_to": "12"}, "test_to"),
        ({"price": "-1"}, "price"),
        ({"sender": ""}, "sender"),
        ({"provider": "twilio", "account": "AC1", "viber_sender": "ALDER"}, "viber_sender"),
        ({"viber_minutes": "0"}, "viber_minutes"),
        ({"viber_minutes": "1441"}, "viber_minutes"),
    ],
)
def test_what_cannot_work_is_refused_where_it_stands(admin_client, typed, field):
    answer = saved(admin_client, **typed)

    assert set(errors(answer)) == {field}
    assert not TextGateway.objects.exists()


def test_a_recipe_fills_in_how_another_provider_is_spoken_to(admin_client):
    saved(admin_client, provider="generic", recipe="alphasms", settings="")

    assert TextGateway.objects.get().settings["url"] == "https://alphasms.ua/api/json.php"


@pytest.mark.parametrize("how", ["{}", "[]", '{"url": "https://gate.example/x", "body": "{}"}', "{", '{"url": 1}'])
def test_another_provider_needs_a_description_that_makes_a_request(admin_client, how):
    answer = saved(admin_client, provider="generic", settings=how)

    assert set(errors(answer)) == {"settings"}
    assert not TextGateway.objects.exists()


@pytest.mark.parametrize("provider", ["turbosms", "twilio"])
def test_a_known_provider_takes_neither_description_nor_recipe_and_says_so(admin_client, provider):
    described = saved(admin_client, provider=provider, account="AC1", settings='{"url": "https://elsewhere.example"}')
    begun = saved(admin_client, provider=provider, account="AC1", recipe="alphasms", settings="{}")

    assert (set(errors(described)), set(errors(begun))) == ({"settings"}, {"recipe"})
    assert not TextGateway.objects.exists()


def test_a_description_that_is_no_json_is_one_fault_at_its_place(admin_client):
    saved(admin_client, provider="generic", recipe="alphasms", settings="")
    page = reverse("admin:delivery_textgateway_change", args=[TextGateway.objects.get().pk])

    answer = saved(admin_client, page, provider="generic", secret="", settings='{\n  "url": }')

    assert errors(answer) == {"settings": ["This is no JSON: look at line 2, column 10."]}


def test_each_fault_of_a_description_is_a_line_and_nothing_else_is_said(admin_client):
    saved(admin_client, provider="generic", recipe="alphasms", settings="")
    page = reverse("admin:delivery_textgateway_change", args=[TextGateway.objects.get().pk])

    answer = saved(
        admin_client, page, provider="generic", secret="", settings='{"url": "https://a.example/", "body": "{}"}'
    )

    said = errors(answer)
    assert (list(said), len(said["settings"])) == (["settings"], 2)
    assert all(f"<li>{fault}</li>" in answer.text for fault in said["settings"])


def test_a_description_is_shown_indented_in_type_of_one_width(admin_client):
    saved(admin_client, provider="generic", recipe="smsclub", settings="")

    page = admin_client.get(reverse("admin:delivery_textgateway_change", args=[TextGateway.objects.get().pk])).text

    assert 'class="code"' in page
    assert "\n  &quot;headers&quot;: {\n    &quot;Authorization&quot;" in page


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"secret": "", "name": "Turbo 2"}, "No money"),
        ({"secret": "", "sender": "BIRCH"}, ""),
        ({"secret": "another"}, ""),
        ({"provider": "twilio", "account": "AC1"}, ""),
        ({"provider": "generic", "recipe": "smsclub"}, ""),
    ],
)
def test_an_account_that_was_set_right_has_not_failed(admin_client, typed, error):
    saved(admin_client, settings="{}")
    gateway = TextGateway.objects.get()
    gateway.mark_failed("No money", at=clock.now())

    saved(admin_client, reverse("admin:delivery_textgateway_change", args=[gateway.pk]), settings="{}", **typed)

    gateway.refresh_from_db()
    assert (gateway.error, gateway.failed_at is None) == (error, not error)


def test_the_list_says_first_how_a_gateway_is(admin_client):
    saved(admin_client)

    page = admin_client.get(reverse("admin:delivery_textgateway_changelist"))

    assert page.context["cl"].list_display[1:4] == ["name", "is_active", "error"]


def test_a_secret_that_nobody_may_read_is_not_sent_elsewhere_either(admin_client):
    saved(admin_client, provider="generic", recipe="alphasms", settings="")
    page = reverse("admin:delivery_textgateway_change", args=[TextGateway.objects.get().pk])
    elsewhere = json.dumps(RECIPES["alphasms"].settings | {"url": "https://mine.example/", "status_url": ""})

    answer = saved(admin_client, page, provider="generic", settings=elsewhere, secret="")
    other = saved(admin_client, page, provider="turbosms", settings="", secret="")
    same = saved(admin_client, page, provider="generic", recipe="alphasms", settings="", secret="", name="New")

    assert "secret" in errors(answer)
    assert "secret" in errors(other)
    assert same.status_code == 302
    assert TextGateway.objects.get().settings == RECIPES["alphasms"].settings


def test_a_test_is_one_text_to_the_phone_that_was_typed(admin_client, django_capture_on_commit_callbacks):
    with serving() as provider:
        item = {"phone": "380501112233", "response_code": 0, "message_id": "a"}
        provider.script = [(200, json.dumps({"response_code": 0, "response_result": [item]}))]
        saved(admin_client, test_to="+380 50 111 22 33")
        TextGateway.objects.update(settings={"base": f"http://127.0.0.1:{provider.port}"})

        dispatch.send_due("sms")

    (content,) = provider.contents
    assert content["recipients"] == ["380501112233"]
    assert content["sms"] == {"sender": "ALDER", "text": "Plumb can write here."}
    assert Message.objects.get().status == "sent"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, json.dumps({"response_code": 103, "response_status": "REQUIRED_TOKEN"})), "103 REQUIRED_TOKEN"),
        ((429, "slow down"), "429 slow down"),
    ],
)
def test_a_test_that_the_gateway_puts_off_has_failed_and_is_not_tried_again(admin_client, answer, reason):
    with serving() as provider:
        provider.script = [answer]
        page = saved(admin_client, test_to="+380501112233", follow=True)
        TextGateway.objects.update(settings={"base": f"http://127.0.0.1:{provider.port}"})

        dispatch.send_due("sms")
        dispatch.send_due("sms", now=clock.now() + timedelta(days=3))

    message = Message.objects.get()
    assert (message.status, message.error) == ("failed", f"TurboSMS answered: {reason}")
    assert len(provider.taken) == 1
    assert f'<a href="/admin/delivery/message/{message.pk}/change/">See what became of it</a>' in page.text


def test_a_test_asks_a_gateway_that_is_left_alone_and_knows_what_was_changed(admin_client):
    with serving() as provider:
        item = {"phone": "380501112233", "response_code": 0, "message_id": "a"}
        provider.script = [429, (200, json.dumps({"response_code": 0, "response_result": [item]}))]
        saved(admin_client)
        gateway = TextGateway.objects.get()
        TextGateway.objects.update(settings={"base": f"http://127.0.0.1:{provider.port}"})
        carrier = SmsCarrier()
        with pytest.raises(PutOff):
            carrier.send(parcel(gateway=gateway.pk))
        TextGateway.objects.update(secret="another")

        carrier.send(parcel(gateway=gateway.pk, is_trial=True))

    assert [headers["Authorization"] for _path, headers, _content in provider.taken][1:] == ["Bearer another"]


def test_a_test_that_waited_for_an_hour_is_not_sent(admin_client):
    saved(admin_client, test_to="+380501112233")
    Message.objects.update(send_after=clock.now() - timedelta(hours=1))

    dispatch.send_due("sms")

    assert (Message.objects.get().status, Message.objects.get().error) == ("cancelled", trial.TOO_LATE)


def test_a_gateway_that_is_switched_off_sends_no_test(admin_client):
    typed = {name: value for name, value in TYPED.items() if name != "is_active"}
    answer = admin_client.post(reverse(ADD), typed | {"test_to": "+380501112233"}, follow=True)

    assert "No test was sent" in answer.text
    assert not Message.objects.exists()
