"""Nobody gets in at the company's provider by what it did not say, or said to somebody else, or at another time."""

import base64
import hmac
import re
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from accounts.access.signon import discovery, views
from accounts.models import SecurityEvent, User
from tests.identity_provider import CLIENT_ID, begin, sign_on, visit

pytestmark = pytest.mark.django_db
CALLBACK = "/accounts/sign-on/callback/"
STRANGE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def olena():
    return User.objects.create_user("olena@plumb.example", name="Olena", is_staff=True)


def who(client):
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).email if number else None


def reasons():
    return [
        details["reason"]
        for details in SecurityEvent.objects.filter(kind="login_failed").values_list("details", flat=True)
    ]


def unsigned(company, claims):
    return jwt.encode(claims, None, "none", headers=company.header)


def by_a_strange_key(company, claims):
    return jwt.encode(claims, STRANGE_KEY, "RS256", headers=company.header)


def by_a_key_nobody_knows(company, claims):
    return jwt.encode(claims, STRANGE_KEY, "RS256", headers={"kid": "second"})


def by_the_public_key_as_a_password(company, claims):
    public = company.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = jwt.encode({}, "not the one" * 3, "HS256", headers=company.header).split(".")[0]
    body = unsigned(company, claims).split(".")[1]
    signature = base64.urlsafe_b64encode(hmac.digest(public, f"{head}.{body}".encode(), "sha256")).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


def by_the_client_secret(company, claims):
    return jwt.encode(claims, "a secret between the two, as long as it must be", "HS256", headers=company.header)


def with_another_body(company, claims):
    head, _body, signature = jwt.encode(
        {**claims, "sub": "nobody"}, company.key, "RS256", headers=company.header
    ).split(".")
    return f"{head}.{unsigned(company, claims).split('.')[1]}.{signature}"


def with_a_key_of_its_own(company, claims):
    header = {"jwk": {"kty": "RSA"}, "jku": "https://evil.example/keys", "kid": "second"}
    return jwt.encode(claims, STRANGE_KEY, "RS256", headers=header)


FORGERIES = [
    unsigned, by_a_strange_key, by_a_key_nobody_knows, by_the_public_key_as_a_password, by_the_client_secret,
    with_another_body, with_a_key_of_its_own,
    lambda _company, _claims: "no.token.atall", lambda _company, _claims: None,
]  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(client, company, olena, forgery):
    company.sign = lambda claims: forgery(company, claims)

    answer = sign_on(client)

    assert (answer.status_code, who(client), reasons()) == (403, None, ["forged"])
    assert "was not right" in answer.text


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://id.elsewhere.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another client"]},
        {"azp": "another client"},
        {"aud": [CLIENT_ID, "another client"], "azp": "another client"},
        {"exp": NOW - 3600},
        {"exp": None},
        {"iat": NOW + 3600, "exp": NOW + 7200},
        {"nbf": NOW + 3600},
        {"iat": None},
        {"nonce": "of another attempt"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 192},
        {"sub": "a\x00b"},
        {"sub": 7},
    ],
    # Workers that start in different seconds must call the same test by the same name.
    ids=lambda claims: re.sub(r"\d{9,}", "a moment", str(claims)),
)
def test_a_token_for_somebody_else_or_another_time_lets_nobody_in(client, company, olena, claims):
    company.claims |= claims

    answer = sign_on(client)

    assert (answer.status_code, who(client), reasons()) == (403, None, ["forged"])


def test_a_token_for_several_lets_in_where_it_was_made_for_us(client, company, olena):
    company.claims |= {"aud": [CLIENT_ID, "another client"], "azp": CLIENT_ID}

    sign_on(client)

    assert who(client) == "olena@plumb.example"


def test_a_new_key_of_the_provider_is_known_at_once(client, company, olena):
    sign_on(client)
    company.key = STRANGE_KEY
    browser = Client()

    sign_on(browser)

    assert who(browser) == "olena@plumb.example"


def test_the_address_may_come_from_userinfo_but_only_of_the_same_subject(client, company, olena):
    company.claims |= {"email": None, "email_verified": None}
    company.userinfo = {"sub": "another", "email": "olena@plumb.example", "email_verified": True}
    assert sign_on(client).status_code == 403
    assert who(client) is None

    company.userinfo["sub"] = company.claims["sub"]
    sign_on(client)

    assert who(client) == "olena@plumb.example"


def test_of_an_address_from_userinfo_counts_what_userinfo_says_of_it(client, company, olena):
    company.claims["email"] = None
    company.userinfo |= {"email": "olena@plumb.example", "email_verified": False}

    assert sign_on(client).status_code == 403
    assert reasons() == ["unverified"]


def test_nothing_else_is_taken_from_userinfo(client, company, olena, settings):
    settings.SIGN_ON_SECOND_FACTOR = ["mfa"]
    company.claims |= {"email": None, "email_verified": None}
    company.userinfo |= {"email": "olena@plumb.example", "email_verified": True, "amr": ["mfa"]}

    sign_on(client)

    assert client.session["signed_on"] == {"person": olena.pk, "second_factor": False}


@pytest.mark.parametrize(
    "config",
    [
        {"issuer": "https://id.elsewhere.example"},
        {"issuer": None},
        {"jwks_uri": None},
        {"token_endpoint": "ftp://id.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://["},
        {"token_endpoint": ["https://id.example/token"]},
        {"userinfo_endpoint": "ftp://id.example/userinfo"},
    ],
    ids=str,
)
def test_a_provider_that_is_another_or_says_nonsense_is_not_followed(client, company, olena, config):
    company.config = config

    answer = client.post("/accounts/sign-on/")

    assert (answer.status_code, reasons()) == (403, ["forged"])
    assert "Refresh" not in answer


@pytest.mark.parametrize(
    "keys", [[], "keys", 7, {}, {"keys": 7}, {"keys": [7, {"kty": 7}, {"kty": "RSA", "n": 7, "e": 7}]}], ids=str
)
def test_keys_that_are_none_let_nobody_in(client, company, olena, keys):
    company.keys = lambda: keys

    assert sign_on(client).status_code == 403
    assert (who(client), reasons()) == (None, ["forged"])


@pytest.mark.parametrize(
    "answer", [["access_token"], "access_token", {"access_token": None}, {"access_token": 7}, {}, None], ids=str
)
def test_an_answer_that_is_no_token_lets_nobody_in(client, company, olena, answer):
    company.token = lambda _form: (200, answer)

    assert sign_on(client).status_code == 403
    assert (who(client), reasons()) == (None, ["forged"])


@pytest.mark.parametrize("ends", ["soon", [], -1, 10**30, None])
def test_when_the_access_token_ends_is_not_asked(client, company, olena, ends):
    given = company.token
    company.token = lambda form: (200, {**given(form)[1], "expires_in": ends})

    sign_on(client)

    assert who(client) == "olena@plumb.example"


def test_nothing_is_asked_of_userinfo_without_encryption(client, company, olena, settings):
    company.config = {name: f"https://id.example/{name}" for name in discovery.ENDPOINTS}
    found = company.discovery()
    settings.PLAIN_HTTP = False

    assert found["userinfo_endpoint"].startswith("http://")
    with pytest.raises(OAuth2Error, match="userinfo_endpoint"):
        discovery._check(found, company.issuer)


def test_plain_http_is_not_spoken_over_the_network(client, company, olena, settings):
    settings.PLAIN_HTTP = False

    assert begin(client) == ""
    assert reasons() == ["forged"]


def test_a_provider_that_is_away_is_said_to_be(client, company, olena):
    back = visit(begin(client))
    company.is_down = True

    answer = client.get(back)
    elsewhere = Client().post("/accounts/sign-on/", REMOTE_ADDR="203.0.113.7")

    assert (answer.status_code, elsewhere.status_code) == (503, 200)
    assert "does not answer at the moment" in answer.text
    assert who(client) is None


def test_a_provider_that_never_was_there_is_said_to_be_away(client, company, olena):
    company.is_down = True

    assert client.post("/accounts/sign-on/").status_code == 503


# Login CSRF: nobody is logged in as somebody else, in a browser that did not ask.
def test_a_login_begins_only_by_a_form_of_ours(company):
    browser = Client(enforce_csrf_checks=True)

    assert browser.get("/accounts/sign-on/").status_code == 405
    assert browser.post("/accounts/sign-on/").status_code == 403


def test_the_way_back_of_one_browser_is_worth_nothing_in_another(client, company, olena):
    back = visit(begin(client))
    victim = Client()
    begin(victim)

    answer = victim.get(back)

    assert (answer.status_code, who(victim), reasons()) == (403, None, ["stale"])
    assert "began in another browser" in answer.text


def test_a_code_of_one_browser_is_worth_nothing_in_an_attempt_of_another(client, company, olena):
    code = parse_qs(urlsplit(visit(begin(client))).query)["code"][0]
    thief = Client()
    state = parse_qs(urlsplit(begin(thief)).query)["state"][0]

    thief.get(CALLBACK, {"code": code, "state": state})

    assert (who(thief), reasons()) == (None, ["forged"])


def test_a_way_back_is_gone_once(client, company, olena):
    back = visit(begin(client))
    client.get(back)
    client.post("/accounts/logout/")

    assert client.get(back).status_code == 403
    assert who(client) is None


def test_an_attempt_that_was_left_lying_is_over(client, company, olena, monkeypatch):
    back = visit(begin(client))
    then = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: then)

    assert client.get(back).status_code == 403
    assert who(client) is None


@pytest.mark.parametrize(
    "query", [{}, {"code": "x"}, {"state": "x"}, {"state": "\x00", "code": "\x00"}, {"error": "<b>"}]
)
def test_what_nobody_asked_for_is_refused(client, company, query):
    answer = client.get(CALLBACK, query)

    assert (answer.status_code, who(client)) == (403, None)
    assert "<b>" not in answer.text


@pytest.mark.parametrize(("error", "reason"), [("access_denied", "broken_off"), ("server_error", "forged")])
def test_an_error_of_the_provider_is_told(client, company, olena, error, reason):
    company.error = error

    assert sign_on(client).status_code == 403
    assert reasons() == [reason]


def test_a_refused_attempt_leaves_whoever_is_logged_in_alone(client, company, olena, owner):
    client.force_login(owner)
    company.claims["email"] = "unknown@plumb.example"

    sign_on(client)

    assert who(client) == "owner@plumb.example"


# Where it leads, and what the session is then.
@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)",
        "https://testserver@evil.example/", "http://brand.plumb.example/", "\x08//evil.example",
    ],
)  # fmt: skip
def test_it_never_leads_to_another_site(client, company, olena, settings, page):
    settings.ALLOWED_HOSTS = ["testserver", "brand.plumb.example"]

    answer = sign_on(client, next=page)

    assert answer["Location"] == "/"


def test_what_is_asked_of_the_provider_cannot_be_changed_from_outside(client, company, olena):
    form = {"auth_params": "redirect_uri=https://evil.example/", "scope": "admin", "process": "connect"}

    answer = client.post("/accounts/sign-on/?" + "&".join(f"{name}={value}" for name, value in form.items()), form)

    assert "evil" not in answer["Refresh"]
    assert "admin" not in answer["Refresh"]
    client.get(visit(answer["Refresh"].removeprefix("0; url=")))
    assert who(client) == "olena@plumb.example"


def test_the_session_is_another_one_after_the_login(client, company, olena, settings):
    back = visit(begin(client))
    before = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.get(back)

    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    fixed = Client()
    fixed.cookies[settings.SESSION_COOKIE_NAME] = before
    assert after != before
    assert (who(fixed), who(client)) == (None, "olena@plumb.example")


def test_no_page_of_it_stays_in_the_browser_or_leads_a_form_elsewhere(client, company, olena):
    answer = client.post("/accounts/sign-on/")

    assert "no-store" in answer["Cache-Control"]
    assert "form-action 'self'" in answer["Content-Security-Policy"]
    assert "<form" not in answer.text
    assert "no-store" in client.get(CALLBACK)["Cache-Control"]


# How often.
def test_attempts_from_one_network_are_bounded(client, company, olena, monkeypatch):
    monkeypatch.setattr(views, "MOST_BEGUN", 3)
    begun = [client.post("/accounts/sign-on/").status_code for _number in range(5)]

    assert begun == [200, 200, 200, 429, 429]
    assert SecurityEvent.objects.filter(kind="locked_out").count() == 1
    assert Client().post("/accounts/sign-on/", REMOTE_ADDR="203.0.113.7").status_code == 200


def test_failures_are_bounded_and_logins_that_went_well_are_none(client, company, olena, monkeypatch):
    monkeypatch.setattr(views, "MOST_FAILED", 2)
    for _number in range(3):
        sign_on(client)
    assert who(client) == "olena@plumb.example"
    stranger = Client()

    failed = [stranger.get(CALLBACK, {"state": "x", "code": "y"}).status_code for _number in range(4)]

    assert failed == [403, 403, 429, 429]


def test_the_provider_is_asked_for_its_addresses_once(client, company, olena):
    for _number in range(3):
        begin(Client())

    assert company.requests.count("/.well-known/openid-configuration") == 1
