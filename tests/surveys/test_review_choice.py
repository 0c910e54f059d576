from collections import Counter

import pytest

from surveys.reviews import Reviewer, ReviewPlace, fitting
from surveys.reviews.platforms import Platform, problem_with

GOOGLE = ReviewPlace(1, "Google", "https://g.example/")
PEOPLE = range(1, 4001)


def reviewer(contact_id=1, language="en", product_id=None, tier="good"):
    return Reviewer(contact_id, language, product_id, tier)


def names(places, **about):
    return [place.name for place in fitting(places, reviewer(**about))]


@pytest.mark.parametrize("tier", ["good", "middle", "bad"])
def test_everybody_is_shown_a_place_unless_it_says_otherwise(tier):
    assert names([GOOGLE], tier=tier, language="lt", product_id=7) == ["Google"]
    assert names([GOOGLE._replace(tiers=("middle",))], tier=tier) == (["Google"] if tier == "middle" else [])


def test_a_place_may_be_for_one_language_or_product_only():
    assert names([GOOGLE._replace(language="uk")], language="uk") == ["Google"]
    assert names([GOOGLE._replace(language="uk")], language="en") == []
    assert names([GOOGLE._replace(product_id=7)], product_id=7) == ["Google"]
    assert names([GOOGLE._replace(product_id=7)], product_id=8) == []
    assert names([GOOGLE._replace(product_id=7)]) == []


def test_shares_are_kept_over_many_people_and_one_person_sees_always_the_same():
    places = [GOOGLE._replace(share=70), ReviewPlace(2, "Trustpilot", "https://t.example/", share=30)]

    first = [names(places, contact_id=person) for person in PEOPLE]
    again = [names(places[::-1], contact_id=person) for person in PEOPLE]

    seen = Counter(name for shown in first for name in shown)
    assert first == again
    assert seen.total() == len(PEOPLE)
    # Four standard deviations of 4000 draws at 0.7 are 116.
    assert abs(seen["Google"] - 2800) < 116


def test_a_place_that_comes_takes_people_from_the_others_and_moves_nobody_between_them():
    old = [GOOGLE._replace(share=50), ReviewPlace(2, "Trustpilot", "https://t.example/", share=50)]
    new = [*old, ReviewPlace(3, "G2", "https://g2.example/", share=50)]

    moved = {(names(old, contact_id=p)[0], names(new, contact_id=p)[0]) for p in PEOPLE}

    assert moved == {("Google", "Google"), ("Trustpilot", "Trustpilot"), ("Google", "G2"), ("Trustpilot", "G2")}


def test_places_without_a_share_are_shown_beside_the_one_that_is_drawn():
    places = [
        ReviewPlace(2, "A", "https://a.example/", share=1),
        GOOGLE,
        ReviewPlace(3, "B", "https://b.example/", share=1),
    ]

    shown = names(places)

    assert len(shown) == 2
    assert "Google" in shown


@pytest.mark.parametrize(
    ("platform", "url"),
    [
        ("google", "https://search.google.com/local/writereview?placeid=ChIJN1t_tDeuEmsRUsoyG83frY4"),
        ("google", "https://g.page/r/CZw8x_y-Z/review"),
        ("trustpilot", "https://www.trustpilot.com/evaluate/alder.example"),
        ("trustpilot", "https://uk.trustpilot.com/evaluate/alder.example"),
        ("yandex", "https://yandex.com/maps/org/alder/123456/reviews/?add-review=true"),
        ("yandex", "https://yandex.com.tr/maps/org/123456/reviews/"),
        ("2gis", "https://2gis.kz/almaty/firm/70000001/tab/reviews/addreview"),
        ("facebook", "https://www.facebook.com/alder/reviews"),
        ("capterra", "https://reviews.capterra.com/new/123"),
        ("g2", "https://www.g2.com/products/alder/reviews/start"),
        ("other", "https://rekvizitai.example/alder"),
    ],
)
def test_the_forms_of_the_platforms_are_taken(platform, url):
    assert problem_with(platform, url) == ""


@pytest.mark.parametrize(
    ("platform", "url"),
    [
        *((platform, "https://evil.example/") for platform in Platform if platform != "other"),
        ("google", "https://search.google.com.evil.example/local/writereview?placeid=1"),
        ("google", "https://evil.example/?https://search.google.com/local/writereview?placeid=1"),
        ("trustpilot", "https://trustpilot.com.evil.example/evaluate/x"),
        ("trustpilot", "https://www.trustpilot.com/review/alder.example"),
        ("other", "http://rekvizitai.example/"),
        ("other", "javascript:alert(1)"),
        ("other", "https://"),
        ("other", "https://name:word@rekvizitai.example/"),
        ("g2", "http://www.g2.com/products/alder"),
        ("facebook", "https://facebook.com"),
        ("google", "https://search.google.com/local/writereview?placeid=1\nhttps://evil.example"),
    ],
)
def test_other_addresses_are_refused_with_a_sentence(platform, url):
    assert problem_with(platform, url).startswith(("Give an address", "That is not where"))
