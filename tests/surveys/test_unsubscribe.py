import pytest
from django.test import Client
from django.urls import reverse

from accounts.logs import HideTokens
from crm.models import Contact
from tests.factories import ContactFactory, InvitationFactory
from tests.noes import opt_out

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def invitation():
    return InvitationFactory(language="en")


@pytest.fixture
def page(invitation):
    return reverse("unsubscribe", args=[invitation.token])


def opted_out():
    return list(Contact.objects.order_by("pk").values_list("do_not_contact_reason", flat=True))


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_asks_first_and_changes_nothing(client, page, method):
    answer = getattr(client, method)(page)

    assert answer.status_code == 200
    assert opted_out() == [""]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


def test_the_page_asks_in_the_contacts_language_whatever_the_browser_says(client, invitation, page):
    invitation.language = "lt"
    invitation.save()

    answer = client.get(page, headers={"Accept-Language": "uk"}).content.decode()

    assert '<html lang="lt">' in answer
    assert "Ąžuolas &amp; Co" in answer


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_needs_no_cookie_no_login_and_no_csrf_token(invitation, page, encoding):
    bare = Client(enforce_csrf_checks=True)
    bodies = {
        "application/x-www-form-urlencoded": ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        "multipart/form-data": (
            "multipart/form-data; boundary=b",
            '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        ),
    }
    content_type, body = bodies[encoding]

    answer = bare.post(page, body, content_type=content_type)

    assert (answer.status_code, answer.content) == (200, b"You are unsubscribed.")
    assert not answer.cookies
    invitation.contact.refresh_from_db()
    assert invitation.contact.do_not_contact_reason == "unsubscribed"
    assert invitation.contact.do_not_contact_at is not None


def test_unsubscribing_twice_keeps_the_first_moment(client, invitation, page):
    client.post(page, ONE_CLICK)
    invitation.contact.refresh_from_db()
    first = invitation.contact.do_not_contact_at

    assert client.post(page, ONE_CLICK).status_code == 200

    invitation.contact.refresh_from_db()
    assert invitation.contact.do_not_contact_at == first


def test_a_person_can_take_it_back(client, page):
    answer = client.post(page, {"wish": "stop"})
    assert (answer.status_code, opted_out()) == (200, ["unsubscribed"])
    assert 'value="resume"' in answer.content.decode()
    assert "no offers and no news" in answer.content.decode()

    answer = client.post(page, {"wish": "resume"})
    assert (answer.status_code, opted_out()) == (200, [""])
    assert 'value="stop"' in answer.content.decode()


def test_nobody_takes_back_by_link_what_was_a_complaint(client, invitation, page):
    opt_out(invitation.contact, reason="complained")

    answer = client.post(page, {"wish": "resume"})

    assert opted_out() == ["complained"]
    assert 'value="resume"' not in answer.content.decode()


def test_everybody_behind_the_same_mailbox_is_unsubscribed(client, invitation, page):
    ContactFactory(email=invitation.contact.email.upper())
    ContactFactory(email="other@shop.example")

    client.post(page, ONE_CLICK)

    assert opted_out() == ["unsubscribed", "unsubscribed", ""]


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_token_gets_a_friendly_page(client, invitation, method):
    answer = getattr(client, method)(reverse("unsubscribe", args=["x" * 32]))

    assert answer.status_code == 404
    assert "This link does not work" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert opted_out() == [""]


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, page, method):
    assert getattr(client, method)(page).status_code == 405


@pytest.mark.parametrize("who", ["owner", "stranger", "administrator"])
def test_staff_who_open_the_link_see_the_same_page(client, page, who, request):
    client.force_login(request.getfixturevalue(who))

    assert 'value="stop"' in client.get(page).content.decode()
    assert opted_out()[0] == ""


def test_the_token_stays_out_of_the_request_log(client, invitation, page, caplog):
    caplog.handler.addFilter(HideTokens())

    client.put(page)
    client.get(page + "nothing/")

    assert "/u/***" in caplog.text
    assert invitation.token not in caplog.text
    assert not any(invitation.token in str(record.args) for record in caplog.records)
