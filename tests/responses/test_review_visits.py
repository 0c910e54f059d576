import pytest

from responses.models import LinkVisit, Response
from responses.page import links
from surveys.models import ReviewLink
from tests.factories import BrandFactory, ContactFactory, InvitationFactory, ProductFactory

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
pytestmark = pytest.mark.django_db
GOOGLE = "https://search.google.com/local/writereview?placeid=ChIJ&a=1"


def place(brand, name="Google", url=GOOGLE, **more):
    return ReviewLink.objects.create(brand=brand, name=name, url=url, **more)


@pytest.fixture
def google(invitation):
    return place(invitation.brand)


def way(invitation, link):
    return f"{invitation.path}r/{link.pk}/"


def answered(client, invitation, score=10, language="en", **fields):
    client.post(invitation.path, {"step": "score", "score": score, "language": language, "gesture": "touch"})
    return client.post(invitation.path, {"step": "why", "language": language, "gesture": "touch", **fields})


def test_following_a_link_leads_to_its_place_and_is_a_visit_and_no_answer(client, invitation, google):
    response = client.get(way(invitation, google), headers={"User-Agent": CHROME}, REMOTE_ADDR="203.0.113.77")

    assert (response.status_code, response["Location"]) == (302, GOOGLE)
    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "no-store")
    visit = LinkVisit.objects.get()
    assert (visit.review_link, visit.method, visit.verdict) == (google, "GET", "unsure")
    assert (visit.network, visit.user_agent) == ("203.0.113.0/24", "Chrome")
    assert not Response.objects.exists()
    assert not response.cookies


@pytest.mark.parametrize("query", ["?next=https://evil.example/", "?url=//evil.example", "?score=3"])
def test_nothing_in_the_address_says_where_it_leads(client, invitation, google, query):
    assert client.get(way(invitation, google) + query)["Location"] == GOOGLE


def test_links_of_other_brands_unknown_switched_off_and_hidden_ones_lead_nowhere(client, invitation, google):
    foreign = place(BrandFactory())
    off = place(invitation.brand, is_active=False)

    for link_id in (foreign.pk, off.pk, 999_999_999, 10**18):
        assert client.get(f"{invitation.path}r/{link_id}/").status_code == 404
    assert client.get(f"/s/{'x' * 32}/r/{google.pk}/").status_code == 404
    assert not LinkVisit.objects.exists()


def test_a_brand_that_offers_no_reviews_leads_to_none(client, invitation, google):
    type(invitation.brand).objects.update(offers_reviews=False)

    assert client.get(way(invitation, google)).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_link_to_a_place_is_only_followed(client, invitation, google, method):
    assert getattr(client, method)(way(invitation, google)).status_code == 405


@pytest.mark.parametrize(("agent", "method"), [("Barracuda-scanner/1.0", "get"), (CHROME, "head"), ("curl/8.1", "get")])
def test_machines_that_show_themselves_are_machines_here_too(client, invitation, google, agent, method):
    assert getattr(client, method)(way(invitation, google), headers={"User-Agent": agent}).status_code == 302

    assert LinkVisit.objects.get().verdict == "machine"


def test_a_closed_survey_still_leads_to_the_place(client):
    invitation = InvitationFactory(status="expired")

    assert client.get(way(invitation, place(invitation.brand))).status_code == 302


def test_a_flooded_link_is_busy_and_keeps_nothing(client, invitation, google, monkeypatch):
    monkeypatch.setattr(links.Link, "is_flooded", True)

    assert client.get(way(invitation, google)).status_code == 429
    assert not LinkVisit.objects.exists()


def test_what_the_page_of_thanks_shows_is_written_down_with_the_answer(client, invitation, google):
    place(invitation.brand, "Only others", "https://o.example/", tiers=["bad"])

    text = answered(client, invitation).content.decode()

    assert way(invitation, google) in text
    assert "Only others" not in text
    assert [visit.reviews_shown for visit in LinkVisit.objects.order_by("pk")] == [[], [google.pk]]


@pytest.mark.parametrize(("score", "shown"), [(0, ["Bad", "All"]), (8, ["All"]), (10, ["Good", "All"])])
def test_links_for_some_are_shown_to_those(client, invitation, score, shown):
    for position, (name, tiers) in enumerate([("Good", ["good"]), ("Bad", ["bad"]), ("All", [])]):
        place(invitation.brand, name, tiers=tiers, position=position)

    text = answered(client, invitation, score).content.decode()

    assert [name for name in ("Good", "Bad", "All") if f">{name}</a>" in text] == shown


def test_links_of_a_product_are_shown_to_its_customers(client):
    desk = ProductFactory(name="Desk")
    of_desk = InvitationFactory(product=desk)
    link = place(of_desk.brand, product=desk)
    other = InvitationFactory(survey=of_desk.survey, version=of_desk.version, product=ProductFactory())

    assert way(of_desk, link) in answered(client, of_desk).content.decode()
    assert f"/r/{link.pk}/" not in answered(client, other).content.decode()


def test_a_person_with_two_records_is_shown_the_same_place_of_several(client, invitation):
    for number in range(8):
        place(invitation.brand, f"Place {number}", share=1)
    twin = InvitationFactory(
        survey=invitation.survey, version=invitation.version, contact=ContactFactory(merged_into=invitation.contact)
    )

    pages = [answered(client, asked).content.decode() for asked in (invitation, twin)]

    shown = [[n for n in range(8) if f">Place {n}</a>" in text] for text in pages]
    assert len(shown[0]) == 1
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("score", "language", "words"),
    [
        (10, "en", "If you like, say so publicly:"),
        (3, "en", "Public reviews:"),
        (8, "en", "Public reviews:"),
        (3, "uk", "Відгуки для всіх:"),
    ],
)
def test_who_was_not_content_is_shown_the_links_without_being_urged(client, invitation, google, score, language, words):
    assert words in answered(client, invitation, score, language).content.decode()


def test_in_a_preview_links_lead_straight_to_their_places(client, invitation, google, admin_client):
    address = f"/s/preview/{invitation.version.pk}/"

    text = admin_client.post(address, {"step": "why", "score": "10", "language": "en"}).content.decode()

    assert 'href="https://search.google.com/local/writereview?placeid=ChIJ&amp;a=1"' in text
