import pytest
from django.urls import reverse

from surveys.models import ReviewLink
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db
ADD = "admin:surveys_reviewlink_add"


def fields(**more):
    return {
        "brand": BrandFactory().pk,
        "platform": "google",
        "name": "Google",
        "url": "https://g.page/r/abc/review",
        "share": "0",
        "position": "0",
        "is_active": "on",
        **more,
    }


def test_the_page_says_which_places_forbid_to_choose_who_is_asked(admin_client):
    text = admin_client.get(reverse(ADD)).content.decode()

    assert "Google forbids it" in text
    assert "Trustpilot forbids it" in text


@pytest.mark.parametrize(
    ("platform", "url", "words"),
    [
        ("google", "https://g.page/r/abc/review", "Google forbids it"),
        ("trustpilot", "https://www.trustpilot.com/evaluate/a.example", "Trustpilot forbids it"),
        ("other", "https://a.example/", "We know of no such rule"),
    ],
)
def test_a_link_is_shown_to_some_only_by_who_has_read_the_rule(admin_client, platform, url, words):
    gated = fields(platform=platform, url=url, tiers=["good"])

    refused = admin_client.post(reverse(ADD), gated)
    assert refused.status_code == 200
    assert words in refused.context["adminform"].form.errors["knows_rule"][0]
    assert not ReviewLink.objects.exists()

    assert admin_client.post(reverse(ADD), gated | {"knows_rule": "on"}).status_code == 302
    assert ReviewLink.objects.get().tiers == ["good"]


def test_a_link_for_everybody_needs_no_more(admin_client):
    assert admin_client.post(reverse(ADD), fields()).status_code == 302
    assert ReviewLink.objects.get().tiers == []


@pytest.mark.parametrize("url", ["http://g.page/r/abc/review", "https://evil.example/", "javascript:alert(1)"])
def test_an_address_that_is_not_of_the_place_is_refused(admin_client, url):
    assert admin_client.post(reverse(ADD), fields(url=url)).status_code == 200
    assert not ReviewLink.objects.exists()


def test_a_link_is_switched_off_and_never_deleted(admin_client):
    link = ReviewLink.objects.create(brand=BrandFactory(), name="Google", url="https://g.page/r/abc/review")

    assert admin_client.post(reverse("admin:surveys_reviewlink_delete", args=[link.pk])).status_code == 403
