"""What customers see is of their brand: its address, its languages, its legal lines."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts import clock
from accounts.models import Brand
from responses.page import middleware
from surveys.letters import kinds
from surveys.models import Invitation, ReviewLink, SurveyVersion
from surveys.services import plan_invitations
from tests.factories import BrandFactory, InvitationFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

pytestmark = pytest.mark.django_db
READ_HOSTS = middleware._hosts_of_brands


@pytest.fixture(autouse=True)
def known_hosts(settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr(middleware, "_hosts_of_brands", READ_HOSTS)
    READ_HOSTS.cache_clear()


@pytest.fixture
def invitation():
    return InvitationFactory(version__survey__brand__base_url="https://feedback.alder.example/")


def test_the_host_of_a_brand_serves_customers_and_nobody_else(client, invitation):
    host = {"host": "feedback.alder.example"}

    assert client.get(invitation.path, headers=host).status_code == 200
    assert client.get(f"/u/{invitation.token}/", headers=host).status_code == 200
    for path in ("/", "/inbox/", "/admin/", "/accounts/login/", "/api/v1/deals/", "/anymail/mailgun/tracking/"):
        assert client.get(path, headers=host).status_code == 404, path
    assert client.get("/accounts/login/").status_code == 200


def test_the_host_of_the_installation_is_no_brands_own(client, settings):
    settings.BASE_URL = "https://plumb.example"
    BrandFactory(base_url="https://plumb.example")

    assert middleware.hosts_of_brands() == frozenset()


def test_the_letter_leads_to_the_address_of_the_brand_and_is_sent_by_it(invitation):
    Brand.objects.update(
        sender_name="Ąžuolo komanda", sender_address="hello@alder.example", imprint_url="https://i.example/"
    )

    letter = kinds.render_preview(SurveyVersion.objects.get(), "lt")
    preview = letter.message
    assert "Ąžuolo komanda <hello@alder.example>" in str(preview["From"])
    assert "https://i.example/" in letter.html
    assert "https://i.example/" in letter.text
    context = kinds.context_of(Invitation.objects.get())
    assert context["base_url"] == "https://feedback.alder.example"


def test_only_the_languages_of_the_brand_are_offered(client, invitation):
    Brand.objects.update(languages=["en", "lt"], privacy_url="https://p.example/")

    page = client.get(invitation.path, {"language": "uk"}).content.decode()

    assert 'lang="en"' in page
    assert "Lietuviškai" in page
    assert "Українська" not in page
    assert "https://p.example/" in page


def test_a_contact_whose_language_the_brand_does_not_offer_is_asked_in_the_surveys_own():
    survey = SurveyVersionFactory(survey__brand__languages=["lt"], survey__default_language="lt").survey
    TriggerFactory(survey=survey)
    TouchpointFactory(contact__language="uk")

    plan_invitations()

    invitation = Invitation.objects.get()
    assert (invitation.language, invitation.brand) == ("lt", survey.brand)


def test_a_trigger_asks_about_touchpoints_of_its_brand_or_of_none():
    trigger = TriggerFactory(survey=SurveyVersionFactory().survey)
    own = TouchpointFactory(brand=trigger.survey.brand)
    of_nobody = TouchpointFactory()
    TouchpointFactory(brand=BrandFactory())

    assert plan_invitations() == 2

    assert set(Invitation.objects.values_list("touchpoint", flat=True)) == {own.pk, of_nobody.pk}


@pytest.mark.parametrize("path", ["/s/no-such-token", "/u/no-such-token"])
def test_a_link_that_is_unknown_is_still_signed_by_the_brand_of_its_host(client, path):
    BrandFactory(name="Alder", base_url="https://feedback.alder.example", colour="#aa3300", reply_to="hi@alder.example")
    BrandFactory(name="Birch")

    text = client.get(f"{path}/", headers={"host": "feedback.alder.example"}).content.decode()

    assert '<p class="brand">Alder</p>' in text
    assert "/s/brand/aa3300.css" in text
    assert "Birch" not in text


def test_a_link_that_is_unknown_says_where_to_write(client):
    BrandFactory(name="Alder <b>", reply_to="hi@alder.example")

    text = client.get(reverse("survey", args=["no-such-token"])).content.decode()

    assert '<p class="brand">Alder &lt;b&gt;</p>' in text
    assert (
        "It still does not open? Write to "
        '<a href="mailto:hi@alder.example">hi@alder.example</a>, and a person will read it.' in text
    )


def test_where_nobody_knows_whose_link_it_was_no_brand_signs(client):
    BrandFactory(name="Alder", reply_to="hi@alder.example")
    BrandFactory(name="Birch")

    text = client.get(reverse("survey", args=["no-such-token"])).content.decode()

    assert '<p class="brand"></p>' in text
    assert "mailto:" not in text


@pytest.mark.parametrize(
    "closed", [{"status": "expired", "expires_at": clock.now()}, {"status": "suppressed", "reason": "reopened"}]
)
def test_a_link_that_has_closed_is_signed_by_its_brand(client, closed):
    invitation = InvitationFactory(**closed)

    answer = client.get(invitation.path)

    assert answer.status_code == 410
    assert f'<p class="brand">{escape(invitation.brand.name)}</p>' in answer.content.decode()


@pytest.mark.parametrize("score", [0, 8, 10])
def test_a_brand_may_show_no_review_links_whatever_the_score(client, invitation, score):
    ReviewLink.objects.create(brand=invitation.brand, name="Google", url="https://g.example/r")
    Brand.objects.update(offers_reviews=False)

    client.post(invitation.path, {"step": "score", "score": score}, headers={"host": "feedback.alder.example"})
    thanks = client.post(invitation.path, {"step": "why", "language": "en"}, headers={"host": "feedback.alder.example"})

    assert "You may close this page." in thanks.content.decode()
    assert "Google" not in thanks.content.decode()
    assert "Public reviews" not in thanks.content.decode()
