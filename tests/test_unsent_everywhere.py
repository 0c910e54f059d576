"""Whatever form it was, in the administration too: what was typed without a session is kept, and shown on its page."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import unsent
from tests.access_world import SUPERUSER, build, models_of_the_admin
from tests.test_access import NAMED, path
from tests.test_written_words import FOR_MACHINES, pages

pytestmark = pytest.mark.django_db
WORDS = "She wants the invoice split in two."
HERE = "http://testserver"
# Pages of customers, who have no session that could end, and those that show a secret once.
OF_CUSTOMERS = (
    "survey",
    "open_link",
    "kiosk_pairing",
    "trial_decoy",
    "trial_survey",
    "trial_unsubscribe",
    "unsubscribe",
    "offers_end",
    "closing_",
    "quote",
    "referral",
    "object_to_address",
    "welcome",
    "first_administrator",
    "admin:surveys_survey_letter",
    "admin:surveys_surveyversion_letter",
    "account_",
)
# A screen on a wall has no session either.
OF_NOBODY = ("wallboard",)
# What a page asks for after it stands, and shows within itself.
FRAGMENTS = ("setup_card",)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def addresses(world):
    """Return every address that a form may be sent to."""
    found = [path(world, name, route) for name, route in NAMED.items() if not FOR_MACHINES.match(name)]
    for model in models_of_the_admin().values():
        beginning = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{beginning}_add"))
        if (row := model._default_manager.first()) is not None:
            found.append(reverse(f"{beginning}_change", args=[row.pk]))
    return found


def test_every_form_that_meets_the_login_is_kept_with_the_page_it_stood_on(world):
    kept = 0
    for address in addresses(world):
        client = Client(headers={"referer": f"{HERE}{address}", "sec-fetch-site": "same-origin"})
        with transaction.atomic():
            answer = client.post(address, {"text": WORDS, "new_password1": "seven green lamps hum"})
            found = client.session.get(unsent.IN_SESSION)
            transaction.set_rollback(True)
        if answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"):
            expected = None if address.startswith(unsent.OF_LOGINS) else (address, [["text", WORDS]])
            assert (found and (found["action"], [list(field) for field in found["fields"]])) == expected, address
            kept += expected is not None
    assert kept > 60


def test_every_page_with_a_form_shows_what_was_typed_there(world):
    client = Client()
    client.force_login(world.people[SUPERUSER])
    shown = 0
    for name, address in pages(world).items():
        if name.startswith(OF_CUSTOMERS) or name in OF_NOBODY + FRAGMENTS:
            continue
        with transaction.atomic():
            session = client.session
            session[unsent.IN_SESSION] = {"page": address, "action": address, "fields": [["text", WORDS]], "at": 4e9}
            session.save()
            answer = client.get(address)
            transaction.set_rollback(True)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            assert WORDS in answer.content.decode(), name
            shown += 1
    assert shown > 70
