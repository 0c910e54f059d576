import pytest

from accounts import clock
from followups.models import QuotePolicy, Testimonial
from followups.testimonials import feed
from tests.factories import InvitationFactory, ResponseFactory
from tests.followups.testimonials.conftest import WORDS


def path(brand, **query):
    return f"/quotes/feed/{brand.slug}.json", query


def read(client, brand, **query):
    address, query = path(brand, **query)
    return client.get(address, query)


def test_the_feed_tells_what_was_agreed_to_and_nothing_else(client, policy, public):
    answer = read(client, policy.brand)

    assert answer.json() == {
        "brand": policy.brand.name,
        "testimonials": [
            {"id": public.pk, "words": WORDS, "language": "en", "name": "Ona Petraitė", "company": "Baltic Foods"}
        ],
    }
    assert answer["Cache-Control"] == "public, no-cache"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies


def test_a_reader_who_has_it_already_is_told_so_until_something_changes(client, policy, public):
    address, _query = path(policy.brand)
    etag = client.get(address)["ETag"]

    same = client.get(address, headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == etag

    public.withdraw(at=clock.now(), evidence={})
    changed = client.get(address, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.json()["testimonials"]) == (200, [])


@pytest.mark.parametrize("change", [{"state": "waiting"}, {"state": "hidden"}, {"withdrawn_at": clock.now()}])
def test_only_what_is_approved_and_stands_is_told(client, policy, public, change):
    Testimonial.objects.update(**change)

    assert read(client, policy.brand).json()["testimonials"] == []


def test_shortened_words_are_told_as_they_were_shortened(client, policy, public):
    Testimonial.objects.update(shortened="Solid desks …")

    assert read(client, policy.brand).json()["testimonials"][0]["words"] == "Solid desks …"


def test_without_a_rule_switched_off_and_of_another_brand_there_is_no_feed(client, policy, public):
    assert client.get("/quotes/feed/nobody.json").status_code == 404
    QuotePolicy.objects.update(is_feed_on=False)
    assert read(client, policy.brand).status_code == 404


def test_a_feed_with_a_key_opens_with_that_key_alone(client, policy, public):
    QuotePolicy.objects.update(is_feed_open=False)

    assert read(client, policy.brand).status_code == 404
    assert read(client, policy.brand, key="x").status_code == 404
    assert read(client, policy.brand, key=policy.key).status_code == 200
    QuotePolicy.objects.update(key_number=2)
    assert read(client, policy.brand, key=policy.key).status_code == 404


@pytest.mark.parametrize(
    ("limit", "number"), [("1", 1), ("2", 2), ("0", 3), ("-1", 3), ("999", 3), ("x", 3), ("٢", 3), ("1e1", 3), ("", 3)]
)
def test_the_limit_is_a_number_from_one_to_a_hundred(client, policy, agree, limit, number):
    for _number in range(3):
        asked = InvitationFactory(version__survey__brand=policy.brand)
        agree(of=ResponseFactory(invitation=asked, score=10, comment=WORDS))
    Testimonial.objects.update(state="approved")

    assert len(read(client, policy.brand, limit=limit).json()["testimonials"]) == number


def test_a_language_is_chosen(client, policy, public):
    assert len(read(client, policy.brand, language="en").json()["testimonials"]) == 1
    assert read(client, policy.brand, language="uk").json()["testimonials"] == []


def test_one_network_is_limited(client, policy, monkeypatch):
    monkeypatch.setattr(feed, "RATE", 2)

    answers = [client.get(path(policy.brand)[0], REMOTE_ADDR="198.51.100.9") for _number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "60"


def test_the_feed_is_only_read(client, policy):
    assert client.post(path(policy.brand)[0]).status_code == 405
