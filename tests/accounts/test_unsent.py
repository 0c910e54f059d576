"""What was typed survives a lost session, and every form that is refused says so in our own words."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.access import unsent
from followups.models import Activity
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct-Horse-battery-77"
WORDS = "She wants the invoice\nsplit in two."
HERE = "http://testserver"


@pytest.fixture
def followup(owner):
    owner.password = make_password(PASSWORD)
    owner.save(update_fields=["password"])
    return FollowupFactory(assignee=owner, team=owner.team)


@pytest.fixture
def browser(owner, followup):
    """A browser that checks for forged requests, with the page of the follow-up open."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    client.get(followup.get_absolute_url())
    return client


def send(client, page, action, fields, **headers):
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    headers = {"referer": HERE + page, "sec-fetch-site": "same-origin"} | headers
    return client.post(action, {"csrfmiddlewaretoken": token, **fields}, headers=headers)


def log_in(client, page):
    client.get("/accounts/login/")
    fields = {"login": "owner@plumb.example", "password": PASSWORD, "next": page}
    return send(client, "/accounts/login/", "/accounts/login/", fields)


FORMS = {
    "notes": {"kind": "call", "text": WORDS},
    "replies": {"key": "5b5d3c5e-7c2b-4b39-9a0c-111111111111", "subject": "Sorry", "message": WORDS},
    "closure": {"root_cause": "billing", "resolution": WORDS, "outcome": ""},
    "dismissal": {"reason": WORDS},
}


@pytest.mark.parametrize("form", FORMS)
def test_what_was_typed_is_shown_again_on_its_page_after_the_login(browser, followup, form):
    page = followup.get_absolute_url()
    Session.objects.all().delete()

    refused = send(browser, page, f"{page}{form}/", FORMS[form])
    assert refused.url == f"/accounts/login/?next={page}"
    assert log_in(browser, page).url == page
    shown = browser.get(page)

    assert shown.context["unsent"]["action"] == f"{page}{form}/"
    assert dict(shown.context["unsent"]["fields"]) == FORMS[form]
    assert "She wants the invoice\nsplit in two." in shown.content.decode()
    assert Activity.objects.count() == 0


def test_what_is_sent_at_last_is_saved_once_and_not_shown_again(browser, followup):
    page = followup.get_absolute_url()
    Session.objects.all().delete()
    send(browser, page, f"{page}notes/", FORMS["notes"])
    log_in(browser, page)
    browser.get(page)

    send(browser, page, f"{page}notes/", FORMS["notes"])

    assert Activity.objects.get(kind="call").text == WORDS
    assert "unsent" not in browser.get(page).context


def test_what_is_discarded_is_not_shown_again(browser, followup):
    page = followup.get_absolute_url()
    Session.objects.all().delete()
    send(browser, page, f"{page}notes/", FORMS["notes"])
    log_in(browser, page)
    assert "unsent" in browser.get(page).context

    assert send(browser, page, "/me/unsent/", {}).url == page

    assert "unsent" not in browser.get(page).context
    assert Activity.objects.count() == 0


def test_who_may_not_open_the_page_does_not_see_what_was_typed_there(browser, followup, stranger):
    page = followup.get_absolute_url()
    Session.objects.all().delete()
    send(browser, page, f"{page}notes/", FORMS["notes"])

    browser.force_login(stranger)
    shown = browser.get(page)

    assert shown.status_code == 404
    assert "the invoice" not in shown.content.decode()


def test_a_form_with_the_token_of_an_older_login_gets_its_words_back_on_our_page(browser, followup, owner):
    page = followup.get_absolute_url()
    sent = {"csrfmiddlewaretoken": "x" * 64, **FORMS["notes"]}

    refused = browser.post(f"{page}notes/", sent, headers={"referer": HERE + page, "sec-fetch-site": "same-origin"})

    assert refused.status_code == 403
    assert "This was not sent" in refused.content.decode()
    assert WORDS in refused.content.decode()
    assert Activity.objects.count() == 0


def test_no_page_of_another_site_is_led_to(browser, followup):
    page = followup.get_absolute_url()
    Session.objects.all().delete()

    refused = send(browser, "//evil.example/", f"{page}notes/", FORMS["notes"])

    assert refused.url == "/accounts/login/?next=/%252Fevil.example/"


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"referer": "https://evil.example/"}, {}])
def test_words_that_another_site_sends_are_neither_shown_nor_kept(browser, followup, headers):
    page = followup.get_absolute_url()

    refused = browser.post(f"{page}notes/", FORMS["notes"], headers=headers)

    assert refused.status_code == 403
    assert "the invoice" not in refused.content.decode()
    assert unsent.IN_SESSION not in browser.session


def test_passwords_are_never_kept(browser):
    Session.objects.all().delete()
    for page in ("/accounts/password/change/", "/me/address/", "/accounts/login/"):
        send(browser, page, page, {"password": PASSWORD, "oldpassword": PASSWORD, "new": "a@b.example"})

    kept = [session.get_decoded() for session in Session.objects.all()]
    assert PASSWORD not in str(kept)
