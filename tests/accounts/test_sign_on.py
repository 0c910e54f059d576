"""Staff log in at their company's provider: those who work here, by an address it vouches for, and nobody else."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from accounts import addresses
from accounts.models import SecurityEvent, User
from tests.factories import UserFactory
from tests.identity_provider import begin, sign_on

pytestmark = pytest.mark.django_db
PHRASE = "seven green lamps hum"
LOGIN, CALLBACK = "/accounts/login/", "/accounts/sign-on/callback/"


@pytest.fixture
def olena():
    return User.objects.create_user("olena@plumb.example", PHRASE, name="Olena")


def who(client):
    """Return the address of whoever is logged in, None for nobody."""
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).email if number else None


def events(kind):
    return list(
        SecurityEvent.objects.filter(kind=kind).order_by("pk").values_list("by__name", "about__name", "details")
    )


def test_without_a_provider_nothing_shows_and_no_address_of_it_answers(client, owner):
    assert "sign-on" not in client.get(LOGIN).text
    client.force_login(owner)
    for browser in (client, Client()):
        assert [browser.post("/accounts/sign-on/").status_code, browser.get(CALLBACK).status_code] == [404, 404]
    assert client.get("/accounts/sign-on/again/").status_code == 404


def test_a_round_to_the_provider_logs_in_and_is_written_down(client, company, olena):
    answer = sign_on(client, next="/me/sessions/")

    assert (answer.status_code, answer["Location"], who(client)) == (302, "/me/sessions/", "olena@plumb.example")
    assert events("login") == [("Olena", "Olena", {"step": "single sign-on"})]
    assert events("sign_on") == [(None, "Olena", {"change": "linked"})]
    assert client.get("/me/sessions/").text.count("this browser") == 1


def test_it_asks_for_a_code_with_a_challenge_a_state_and_a_nonce_and_for_the_address_only(client, company, olena):
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begin(client)).query).items()}
    again = {name: values[0] for name, values in parse_qs(urlsplit(begin(client)).query).items()}

    assert asked["redirect_uri"].endswith(CALLBACK)
    assert (asked["response_type"], set(asked["scope"].split())) == ("code", {"openid", "email"})
    assert asked["code_challenge_method"] == "S256"
    for name in ("code_challenge", "state", "nonce"):
        assert len(asked[name]) >= 16
        assert asked[name] != again[name]


def test_nothing_of_what_the_provider_tells_is_kept_but_the_subject(client, company, olena):
    company.claims |= {"name": "Olena Koval", "picture": "https://id.example/olena.jpg"}

    sign_on(client)

    link = SocialAccount.objects.get()
    assert (link.provider, link.uid, link.user, link.extra_data) == (company.issuer, "248289761001", olena, {})
    assert not SocialToken.objects.exists()
    assert User.objects.get().name == "Olena"


def test_the_password_stays_as_good_as_it_was(client, company, olena):
    sign_on(client)

    assert Client().post(LOGIN, {"login": "olena@plumb.example", "password": PHRASE}).status_code == 302


def test_who_has_a_role_and_no_password_yet_logs_in(client, company, owner):
    owner.set_unusable_password()
    owner.save()
    company.claims["email"] = "owner@plumb.example"

    sign_on(client)

    assert who(client) == "owner@plumb.example"


@pytest.mark.parametrize("told", ["OLENA@Plumb.Example", " olena@plumb.example "])
def test_the_address_is_compared_as_it_is_kept(client, company, olena, told):
    company.claims["email"] = told

    sign_on(client)

    assert who(client) == "olena@plumb.example"


@pytest.mark.parametrize("told", ["olena@мята.example", "olena@МЯТА.example", "olena@xn--80ak6aa92e.example"])
def test_a_domain_in_other_letters_is_told_either_way(client, company, olena, settings, told):
    host = addresses.domain(told.partition("@")[2])
    settings.SIGN_ON_DOMAINS = [host]
    olena.email = f"olena@{host}"
    olena.save()
    company.claims["email"] = told

    sign_on(client)

    assert who(client) == olena.email


@pytest.mark.parametrize("yes", [True, "true", 1, "1"])
def test_providers_say_in_several_ways_that_an_address_is_confirmed(client, company, olena, settings, yes):
    settings.SIGN_ON_VERIFIED_BY = "xms_edov"
    company.claims |= {"email_verified": None, "xms_edov": yes}

    sign_on(client)

    assert who(client) == "olena@plumb.example"


@pytest.mark.parametrize(
    ("claims", "reason", "said"),
    [
        ({"email": "stranger@plumb.example"}, "unknown", "Nobody works here as stranger@plumb.example."),
        ({"email": "inactive@plumb.example"}, "inactive", "Nobody works here as inactive@plumb.example."),
        ({"email": "deals@plumb.example"}, "no_role", "Nobody works here as deals@plumb.example."),
        ({"email_verified": False}, "unverified", "does not say that olena@plumb.example is confirmed"),
        ({"email_verified": None}, "unverified", "does not say that olena@plumb.example is confirmed"),
        ({"email_verified": "false"}, "unverified", "does not say that olena@plumb.example is confirmed"),
        ({"email_verified": [True]}, "unverified", "does not say that olena@plumb.example is confirmed"),
        ({"email": "olena@elsewhere.example"}, "domain", "olena@elsewhere.example is not an address of the company"),
        ({"email": "olena@sub.plumb.example"}, "domain", "is not an address of the company"),
        ({"email": None}, "no_address", "does not tell us your e-mail address"),
        ({"email": "olena"}, "no_address", "does not tell us your e-mail address"),
        ({"email": "Eve <olena@plumb.example>"}, "no_address", "does not tell us your e-mail address"),
        ({"email": "mailto:olena@plumb.example"}, "no_address", "does not tell us your e-mail address"),
        # A Kelvin sign, which is a k in lower case.
        ({"email": "\u212aoval@plumb.example"}, "no_address", "does not tell us your e-mail address"),
        # A soft hyphen, another full stop, an end that is not seen.
        ({"email": "olena@plu\xadmb.example"}, "no_address", "does not tell us your e-mail address"),
        ({"email": "olena@plumb\u3002example"}, "no_address", "does not tell us your e-mail address"),
        ({"email": "olena@plumb.example\x00"}, "no_address", "does not tell us your e-mail address"),
    ],
)
def test_nobody_else_gets_in_and_the_page_says_what_to_do(client, company, olena, claims, reason, said):
    UserFactory(email="inactive@plumb.example", is_active=False)
    UserFactory(email="koval@plumb.example")
    UserFactory(email="deals@plumb.example", password="!")
    company.claims |= claims

    answer = sign_on(client)

    assert (answer.status_code, who(client)) == (403, None)
    assert said in answer.text
    assert not SocialAccount.objects.exists()
    [(by, _about, details)] = events("login_failed")
    assert (by, details) == (None, {"step": "single sign-on", "reason": reason})
    assert User.objects.count() == 4


def test_the_log_knows_the_refused_by_name_or_by_the_hash_of_their_address(client, company):
    UserFactory(email="inactive@plumb.example", name="Ines", is_active=False)
    for address in ("inactive@plumb.example", "stranger@plumb.example"):
        company.claims["email"] = address
        sign_on(client)

    known, unknown = SecurityEvent.objects.filter(kind="login_failed").order_by("pk")

    assert (known.about.name, known.subject) == ("Ines", "")
    assert unknown.about is None
    assert re.fullmatch(r"[0-9a-f]{16}", unknown.subject)


# What the subject is kept for.
def test_another_address_at_the_provider_moves_nobody(client, company, olena):
    UserFactory(email="jonas@plumb.example")
    sign_on(client)
    company.claims["email"] = "jonas@plumb.example"
    browser = Client()

    sign_on(browser)

    assert who(browser) == "olena@plumb.example"


def test_who_gets_the_mailbox_of_somebody_before_does_not_get_their_account(client, company, olena):
    sign_on(client)
    company.claims["sub"] = "another one"
    browser = Client()

    answer = sign_on(browser)

    assert (answer.status_code, who(browser)) == (403, None)
    assert "belongs to another account" in answer.text
    assert events("login_failed") == [(None, "Olena", {"step": "single sign-on", "reason": "other_subject"})]
    assert SocialAccount.objects.get().uid == "248289761001"


def test_the_same_subject_of_another_provider_is_somebody_else(client, company, olena):
    jonas = UserFactory(email="jonas@plumb.example")
    SocialAccount.objects.create(user=jonas, provider="https://former.example", uid=company.claims["sub"])

    sign_on(client)

    assert who(client) == "olena@plumb.example"


def test_who_was_deactivated_since_is_out_and_does_not_get_in_again(client, company, olena):
    sign_on(client)
    User.objects.filter(pk=olena.pk).update(is_active=False)

    assert client.get("/me/settings/").status_code == 302
    answer = sign_on(client)

    assert "Nobody works here as olena@plumb.example." in answer.text
    assert client.get("/me/settings/").status_code == 302


def test_a_new_login_address_is_linked_anew_by_it(client, company, olena):
    sign_on(client)
    olena.email = "koval@plumb.example"
    olena.save()
    browser = Client()

    assert sign_on(browser).status_code == 403
    company.claims["email"] = "koval@plumb.example"
    sign_on(browser)

    assert who(browser) == "koval@plumb.example"
    assert [details["change"] for _by, _about, details in events("sign_on")] == ["linked", "forgotten", "linked"]


def test_an_administrator_lets_somebody_be_linked_anew(client, company, olena, administrator):
    sign_on(client)
    company.claims["sub"] = "made anew"
    client_of_ada = Client()
    client_of_ada.force_login(administrator)
    form = {"action": "forget_sign_on", "_selected_action": [olena.pk]}

    page = client_of_ada.post("/admin/accounts/user/", form, follow=True)

    assert "They are logged out; their next login is linked by their address: Olena" in page.text
    assert who(client) is None
    sign_on(client)
    assert who(client) == "olena@plumb.example"


def test_an_administrator_forgets_no_link_of_a_superuser(client, company, administrator):
    above = UserFactory(is_staff=True, is_superuser=True)
    SocialAccount.objects.create(user=above, provider=company.issuer, uid="above")
    client.force_login(administrator)

    page = client.post(
        "/admin/accounts/user/", {"action": "forget_sign_on", "_selected_action": [above.pk]}, follow=True
    )

    assert "None of them has a link that you may change." in page.text
    assert SocialAccount.objects.exists()


def test_logging_out_ends_it(client, company, olena):
    sign_on(client)

    client.post("/accounts/logout/")

    assert who(client) is None
    assert client.get("/me/settings/")["Location"].startswith(LOGIN)


def test_the_administration_is_entered_by_the_same_page(client, company):
    UserFactory(email="olena@plumb.example", is_staff=True, is_superuser=True)

    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].endswith("/accounts/login/?next=%2Fadmin%2F")
    answer = sign_on(client, next="/admin/")

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
