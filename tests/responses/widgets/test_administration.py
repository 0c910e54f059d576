"""A widget is made, copied and given secrets in the administration."""

import pytest
from django.db import connection

from accounts.models import SecurityEvent
from responses.models import WebWidget
from tests.factories import SurveyVersionFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/responses/webwidget/add/"


def fields(**more):
    return {
        "name": "Shop", "shape": "popover", "share": "50",
        "origins": "https://Shop.example/\nhttps://пошта.example:8443",
        "delay_seconds": "5", "scroll_percent": "0", "paths": "/orders/*\n!/orders/new", "events": "order_done",
        "again_after_days": "90", "crowd": "20", "is_active": "on", **more,
    }  # fmt: skip


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def test_an_administrator_makes_one(admin):
    survey = SurveyVersionFactory().survey

    answer = admin.post(ADD, fields(survey=survey.pk))

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    widget = WebWidget.objects.get()
    assert widget.origins == ["https://shop.example", "https://xn--80a1acn3a.example:8443"]
    assert (widget.paths, widget.events, str(widget)) == (["/orders/*", "!/orders/new"], ["order_done"], "Shop")
    page = admin.get(f"/admin/responses/webwidget/{widget.pk}/change/").content.decode()
    assert f"data-key=&quot;{widget.key}&quot;" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("origins", "shop.example", "is no site"),
        ("origins", "https://shop.example/path", "is no site"),
        ("origins", "https://user@shop.example", "is no site"),
        ("origins", "https://[", "is no site"),
        ("origins", "javascript:alert(1)", "is no site"),
        ("origins", "", "Say on which sites"),
        ("origins", "\n".join(f"https://a{n}.example" for n in range(60)), "At most 50"),
        ("paths", "orders", "begins with no slash"),
        ("share", "0", "greater than or equal to 1"),
        ("scroll_percent", "101", "less than or equal to 100"),
    ],
)
def test_what_is_wrong_is_said(admin, field, value, sentence):
    answer = admin.post(ADD, fields(survey=SurveyVersionFactory().survey.pk, **{field: value}))

    assert sentence in str(answer.context["adminform"].form.errors)
    assert not WebWidget.objects.exists()


def test_a_secret_is_shown_once_and_the_one_before_stays_good(admin, widget):
    before = widget.secret
    address = f"/admin/responses/webwidget/{widget.pk}/secret/"

    page = admin.post(address).content.decode()

    widget = WebWidget.objects.get()
    assert widget.secret in page
    assert (widget.earlier_secret, len(widget.secret) >= 43) == (before, True)
    assert widget.secret not in admin.get(f"/admin/responses/webwidget/{widget.pk}/change/").content.decode()
    assert SecurityEvent.objects.filter(kind="setting_changed", subject__contains="WebWidget").exists()

    admin.post(address, {"end": "1"})
    assert WebWidget.objects.get().secrets == (widget.secret,)


def test_who_presses_twice_keeps_the_secret_that_the_site_has(admin, widget):
    before, address = widget.secret, f"/admin/responses/webwidget/{widget.pk}/secret/"

    first, second = (admin.post(address).content.decode() for _press in range(2))

    widget = WebWidget.objects.get()
    assert widget.secrets == (widget.secret, before)
    assert widget.secret in first
    assert widget.secret in second


def test_secrets_are_no_business_of_others(client, owner, widget):
    client.force_login(owner)

    client.post(f"/admin/responses/webwidget/{widget.pk}/secret/")

    assert WebWidget.objects.get().secret == widget.secret


def test_a_secret_lies_encrypted(widget):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM responses_webwidget")
        assert widget.secret not in cursor.fetchone()[0]
