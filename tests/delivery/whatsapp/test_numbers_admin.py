"""Numbers in the administration: secrets are written and never shown, Meta is asked at once, a test is one message."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from delivery import dispatch
from delivery.models import Message, WhatsAppNumber, WhatsAppTemplate
from tests.factories import BrandFactory
from tests.fakes.whatsapp import ACCOUNT, PHONE_NUMBER_ID, SECRET, TOKEN

pytestmark = pytest.mark.django_db
ADD = "admin:delivery_whatsappnumber_add"


@pytest.fixture
def meta(fake, monkeypatch):
    monkeypatch.setattr("delivery.media.whatsapp.api.HOST", fake.url)
    return fake


@pytest.fixture
def brand():
    return BrandFactory()


def saved(admin_client, brand, number=None, **typed):
    page = reverse("admin:delivery_whatsappnumber_change", args=[number.pk]) if number else reverse(ADD)
    rows = list(number.templates.order_by("pk")) if number else []
    table = {"templates-TOTAL_FORMS": len(rows), "templates-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        told = {"id": row.pk, "number": number.pk, "kind": row.kind, "language": row.language, "name": row.name}
        table |= {f"templates-{place}-{name}": value for name, value in told.items()}
    account = {
        "brand": brand.pk, "phone_number_id": PHONE_NUMBER_ID, "account_id": ACCOUNT, "is_active": "on", "test_to": "",
        "token": "" if number else TOKEN, "app_secret": "" if number else SECRET,
        "utility_price": "0.0400", "marketing_price": "0.0900", "service_price": "0",
    }  # fmt: skip
    return admin_client.post(page, table | account | typed, follow=True)


def errors(answer):
    return {field: list(said) for field, said in answer.context["adminform"].form.errors.items()}


def test_a_number_is_introduced_by_its_account_and_its_secrets_are_never_shown(admin_client, meta, brand):
    page = saved(admin_client, brand).text

    number = WhatsAppNumber.objects.get()
    assert (number.display_number, number.verified_name) == ("+15550783881", "Alder")
    assert (number.token, number.app_secret) == (TOKEN, SECRET)
    assert number.templates.count() == 8
    page += admin_client.get(reverse("admin:delivery_whatsappnumber_change", args=[number.pk])).text
    assert f"/whatsapp/{number.pk}/</code>" in page
    assert number.verify_token in page
    assert TOKEN not in page
    assert SECRET not in page


def test_empty_secrets_keep_those_there_are(admin_client, meta, brand):
    saved(admin_client, brand)

    saved(admin_client, brand, WhatsAppNumber.objects.get(), utility_price="0.0500")

    number = WhatsAppNumber.objects.get()
    assert (str(number.utility_price), number.token, number.app_secret) == ("0.0500", TOKEN, SECRET)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"token": ""}, "token"),
        ({"app_secret": ""}, "app_secret"),
        ({"phone_number_id": "+380501112233"}, "phone_number_id"),
        ({"account_id": "12 34"}, "account_id"),
        ({"token": "wrong"}, "token"),
        ({"phone_number_id": "404"}, "token"),
        ({"utility_price": "-1"}, "utility_price"),
        ({"test_to": "0501112233"}, "test_to"),
    ],
)
def test_what_cannot_work_is_told_beside_its_field(admin_client, meta, brand, typed, field):
    answer = saved(admin_client, brand, **typed)

    assert list(errors(answer)) == [field]
    assert not WhatsAppNumber.objects.exists()


def test_while_meta_is_away_the_number_is_saved_all_the_same(admin_client, monkeypatch, brand, settings):
    settings.DEBUG = True
    monkeypatch.setattr("delivery.media.whatsapp.api.HOST", "http://127.0.0.1:9")

    saved(admin_client, brand)

    assert WhatsAppNumber.objects.get().display_number == ""


def test_templates_are_handed_in_and_read_by_two_buttons(admin_client, meta, brand):
    saved(admin_client, brand)
    number = WhatsAppNumber.objects.get()

    page = saved(admin_client, brand, number, _hand_in="1").text

    assert "8 templates were handed in." in page
    assert set(number.templates.values_list("state", flat=True)) == {"pending"}
    meta.approve(category="MARKETING")
    page = saved(admin_client, brand, number, _read_states="1").text
    assert set(number.templates.values_list("state", flat=True)) == {"approved"}
    assert "⚠ marketing (0.09)" in page


def test_a_refusal_is_told_and_loses_nothing(admin_client, meta, brand):
    saved(admin_client, brand)
    number = WhatsAppNumber.objects.get()
    meta.token = "another"

    page = saved(admin_client, brand, number, _hand_in="1").text

    assert "Meta did not take it: 190 (#190) Error validating access token" in page
    assert number.templates.count() == 8


def test_a_test_is_metas_greeting_until_an_invitation_is_approved(admin_client, meta, brand):
    meta.templates["hello_world", "en_US"] = {
        "id": "1", "name": "hello_world", "language": "en_US", "status": "APPROVED", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Welcome and congratulations!!"}],
    }  # fmt: skip
    saved(admin_client, brand)
    number = WhatsAppNumber.objects.get()

    saved(admin_client, brand, number, test_to="+380501112233")
    dispatch.send_due("whatsapp")
    saved(admin_client, brand, number, _hand_in="1")
    meta.approve()
    saved(admin_client, brand, number, _read_states="1", test_to="+380501112233")
    dispatch.send_due("whatsapp")

    assert [message.template for message in meta.sent] == ["hello_world", "plumb_invitation"]
    assert {message.status for message in Message.objects.all()} == {"sent"}


def test_a_test_goes_now_or_never(admin_client, meta, brand):
    saved(admin_client, brand)
    meta.token = "another"

    saved(admin_client, brand, WhatsAppNumber.objects.get(), test_to="+380501112233")
    dispatch.send_due("whatsapp")

    message = Message.objects.get()
    assert (message.status, message.error[:4]) == ("failed", "190 ")


def test_what_meta_took_and_never_delivered_is_counted_with_a_link(admin_client, meta, brand):
    saved(admin_client, brand)
    number = WhatsAppNumber.objects.get()
    for hours in (1, 25, 48):
        Message.objects.create(
            medium="whatsapp", purpose="invite", to_address="+380501112233", language="uk", template="x", status="sent",
            sent_at=clock.now() - timedelta(hours=hours), provider_id=f"{number.pk}:{hours}",
            idempotency_key=str(hours),
        )  # fmt: skip

    page = admin_client.get(reverse("admin:delivery_whatsappnumber_changelist")).text

    assert "2 – <a href=" in page
    assert "medium__exact=whatsapp&amp;status__exact=sent" in page


def test_renewed_verify_tokens_shut_the_old_ones_out(admin_client, meta, brand):
    saved(admin_client, brand)
    number = WhatsAppNumber.objects.get()
    before = number.verify_token

    admin_client.post(
        reverse("admin:delivery_whatsappnumber_changelist"),
        {"action": "renew_verification", "_selected_action": [number.pk]},
    )

    assert not WhatsAppNumber.objects.get().is_verified_by(before)


def test_own_templates_are_named_there(admin_client, meta, brand):
    saved(admin_client, brand)
    number = WhatsAppNumber.objects.get()
    row = number.templates.get(kind="invitation", language="uk")
    rows = list(number.templates.order_by("pk"))

    saved(admin_client, brand, number, **{f"templates-{rows.index(row)}-name": "our_own"})

    assert WhatsAppTemplate.objects.get(pk=row.pk).name == "our_own"


@pytest.fixture
def approved(admin_client, meta, brand):
    saved(admin_client, brand)
    number = WhatsAppNumber.objects.get()
    number.templates.update(state="approved", category="utility")
    return number


def states(number):
    return list(number.templates.order_by("pk").values_list("state", flat=True))


def test_what_is_known_of_a_template_is_of_that_name(admin_client, brand, approved):
    saved(admin_client, brand, approved, **{"templates-0-name": "our_own"})

    assert states(approved) == ["missing", *["approved"] * 7]


def test_what_is_known_of_templates_is_of_that_account(admin_client, brand, approved):
    saved(admin_client, brand, approved, utility_price="0.0500")
    assert states(approved) == ["approved"] * 8

    saved(admin_client, brand, approved, account_id="404404")

    assert states(approved) == ["missing"] * 8


def test_and_of_that_brand(admin_client, brand, approved):
    saved(admin_client, BrandFactory(name="Another"), approved)

    assert states(approved) == ["missing"] * 8
