"""Administrators make kiosks, pair tablets with them, and end what a tablet may do."""

import re

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import SecurityEvent
from responses.kiosks import pins
from responses.models import Kiosk, Tablet
from tests.conftest import person
from tests.factories import SurveyVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    who = person(roles.ADMINISTRATORS)
    client.force_login(who)
    return who


def form(kiosk=None, tablets=(), **fields):
    """Return what the form of a kiosk sends."""
    kept = {
        "name": "Hall", "language": "", "asks_words": "on", "crowd": "6", "is_active": "on", "place": "",
        "campaign": "", "product": "", "channel": "", "manager": "", "team": "", "secret_pin": "",
        "tablets-TOTAL_FORMS": len(tablets), "tablets-INITIAL_FORMS": len(tablets),
    }  # fmt: skip
    for place, (tablet, said) in enumerate(tablets):
        own = {"id": tablet.pk, "kiosk": kiosk.pk, "name": tablet.name, "is_active": "on", **said}
        kept |= {f"tablets-{place}-{name}": value for name, value in own.items() if value != ""}
    return kept | fields


def test_a_kiosk_is_made_with_a_pin_that_is_shown_nowhere(client, administrator):
    survey = SurveyVersionFactory().survey

    client.post(reverse("admin:responses_kiosk_add"), form(survey=survey.pk, secret_pin="483921"))

    kiosk = Kiosk.objects.get()
    assert (kiosk.entry.kind, kiosk.entry.origin, str(kiosk)) == ("kiosk", "kiosk", "Hall")
    assert pins.is_right("483921", kiosk.pin_hash)
    page = client.get(reverse("admin:responses_kiosk_change", args=[kiosk.pk])).content.decode()
    assert "483921" not in page
    assert kiosk.pin_hash not in page


@pytest.mark.parametrize("pin", ["", "123", "1234", "0000", "12a4"])
def test_no_kiosk_is_made_without_a_good_pin(client, administrator, pin):
    survey = SurveyVersionFactory().survey

    answer = client.post(reverse("admin:responses_kiosk_add"), form(survey=survey.pk, secret_pin=pin))

    assert answer.status_code == 200
    assert not Kiosk.objects.exists()


def test_without_a_new_pin_the_old_one_stays(client, administrator, kiosk):
    client.post(reverse("admin:responses_kiosk_change", args=[kiosk.pk]), form(name="Door"))
    kiosk.refresh_from_db()
    assert (str(Kiosk.objects.get()), pins.is_right("4821", kiosk.pin_hash)) == ("Door", True)

    client.post(reverse("admin:responses_kiosk_change", args=[kiosk.pk]), form(secret_pin="903817"))

    kiosk.refresh_from_db()
    assert pins.is_right("903817", kiosk.pin_hash)


def test_a_tablet_is_renamed_and_may_send_no_more(client, administrator, kiosk, tablet):
    tablet.send(tablet.answer(), waiting=7)
    page = client.get(reverse("admin:responses_kiosk_change", args=[kiosk.pk])).content.decode()
    assert re.search(r'field-answers">\s*<p>1</p>', page)
    assert re.search(r'field-waiting">\s*<p>7</p>', page)

    said = {"name": "At the door", "is_active": ""}
    client.post(reverse("admin:responses_kiosk_change", args=[kiosk.pk]), form(kiosk, [(tablet.row, said)]))

    row = Tablet.objects.get()
    assert (row.name, row.is_active) == ("At the door", False)
    assert tablet.send(tablet.answer()).status_code == 401
    assert SecurityEvent.objects.filter(subject__startswith="responses.Kiosk", by=administrator).exists()


def test_a_link_to_pair_is_shown_once_and_kept_nowhere(client, administrator, kiosk):
    answer = client.post(reverse("admin:responses_kiosk_tablet", args=[kiosk.pk]))

    html = answer.content.decode()
    token = re.search(r"/k/pair/([\w-]+)/", html)[1]
    assert len(token) >= 43
    assert "<svg" in html
    assert "no-store" in answer["Cache-Control"]
    tablet = Tablet.objects.get()
    assert token.encode() not in bytes(tablet.pairing_hash)
    assert tablet.paired_by == administrator
    assert not [event for event in SecurityEvent.objects.all() if token in str(vars(event))]
    assert SecurityEvent.objects.filter(subject__startswith="responses.Tablet", by=administrator).exists()


def test_nobody_else_pairs_a_tablet(client, owner, kiosk):
    client.force_login(owner)

    assert client.post(reverse("admin:responses_kiosk_tablet", args=[kiosk.pk])).status_code == 302
    assert not Tablet.objects.exists()


def test_a_kiosk_without_a_pin_is_switched_on_and_opened_only_with_one(client, administrator, kiosk):
    Kiosk.objects.update(pin_hash="", is_active=False)
    client.force_login(administrator)
    opened = client.post(reverse("admin:responses_kiosk_tablet", args=[kiosk.pk]), follow=True)
    assert "Give this kiosk a PIN first" in opened.text
    assert not Tablet.objects.exists()
    typed = {"name": "Hall", "crowd": "6", "is_active": "on", "tablets-TOTAL_FORMS": "0", "tablets-INITIAL_FORMS": "0"}

    refused = client.post(reverse("admin:responses_kiosk_change", args=[kiosk.pk]), typed)

    assert "4 to 12 digits" in refused.text
    assert not Kiosk.objects.get().is_active
    client.post(reverse("admin:responses_kiosk_change", args=[kiosk.pk]), typed | {"secret_pin": "7394"})
    assert Kiosk.objects.get().is_active
    assert pins.is_right("7394", Kiosk.objects.get().pin_hash)
