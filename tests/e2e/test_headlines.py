"""What stands out stands in the first screen, by name; and the pages behind it are readable by everybody."""

import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from accounts import clock, company_clock, roles
from analytics.periods import months_before
from demo.data.plan import PROBLEM_MANAGER, PROBLEM_PRODUCT, PROBLEM_TOPIC, WORSE_CHANNEL
from responses.models import Response, ResponseTopic, Topic
from tests.analytics.answers import answer_all, version_of
from tests.conftest import person
from tests.e2e.conftest import PHONE, fits
from tests.factories import ChannelFactory, ProductFactory, TeamFactory, UserFactory

SCREEN = {"width": 1280, "height": 800}
USUAL, BAD = (58, 29, 13), (20, 25, 55)


@pytest.fixture
def ceo(transactional_db):
    """Sees all teams and sets nothing up: above the numbers of whoever does comes a card with what is to be done."""
    reader = person(roles.MANAGERS, email="ceo@plumb.example", name="Ceo")
    reader.user_permissions.add(Permission.objects.get(codename="see_all_teams"))
    return reader


@pytest.fixture
def company(ceo):
    """Thirteen months like the demo's: in the last six a manager and a product went wrong, and weak partners grew.

    Critics speak of delivery, promoters of quality.
    """
    dice, version = random.Random(3), version_of()
    managers = [
        UserFactory(name=name, team=TeamFactory()) for name in (PROBLEM_MANAGER, "Rasa", "Taras", "Emma", "Elena")
    ]
    products = [ProductFactory(name=name) for name in (PROBLEM_PRODUCT, "Rise Desk", "Aero Chair", "Care Plan")]
    channels = [ChannelFactory(name=name) for name in (WORSE_CHANNEL, "Web shop", "Phone", "Showroom")]
    today = clock.now().astimezone(company_clock.zone())
    rounds = []
    for month in range(13):
        is_late = month < 6
        moment = today.replace(day=15, hour=12).replace(**_month(months_before(today.date(), month + 1)))
        for _each in range(30):
            manager, product = dice.choice(managers), dice.choice(products)
            (channel,) = dice.choices(channels, (5 if is_late else 1, 4, 4, 4))
            is_bad = (is_late and (manager == managers[0] or product == products[0])) or channel == channels[0]
            score = dice.choices((10, 8, 3), BAD if is_bad else USUAL)
            facts = {"manager": manager, "team": manager.team, "product": product, "channel": channel}
            rounds.append((score * 2, {"at": moment - timedelta(minutes=_each), **facts}))
    answer_all(version, rounds)
    for slug, which in ((PROBLEM_TOPIC, {"category": "detractor"}), ("quality", {"category": "promoter"})):
        topic = Topic.objects.get(slug=slug)
        found = Response.objects.filter(**which)
        ResponseTopic.objects.bulk_create(
            [ResponseTopic(response=response, topic=topic, source="tapped") for response in found]
        )


def _month(first):
    return {"year": first.year, "month": first.month}


def test_the_planted_problems_stand_by_name_in_the_first_screen(open_page, company, ceo):
    page = open_page("/dashboard/", user=ceo, viewport=SCREEN)
    section = page.locator("#headlines")

    planted = {PROBLEM_MANAGER: "problem", PROBLEM_PRODUCT: "problem", WORSE_CHANNEL: "shift", "Delivery": "topic"}
    for name, sign in planted.items():
        line = section.locator(f'[data-{sign}="{name}"]')
        box = line.bounding_box()
        assert box["y"] + box["height"] <= SCREEN["height"], name
        expect(line.locator(".badge")).to_have_text("sure")
    expect(section.locator('[data-headline="down"]')).to_be_visible()


def test_every_sentence_leads_on(open_page, company, ceo):
    page = open_page("/dashboard/", user=ceo, viewport=SCREEN)
    page.locator("#headlines").get_by_role("link", name=PROBLEM_PRODUCT).click()
    page.wait_for_url("**product=*")
    assert page.locator("[data-value]").inner_text().startswith("−")

    page.go_back()
    page.locator("#headlines").get_by_role("link", name=WORSE_CHANNEL).first.click()
    page.wait_for_url("**/why/**")
    row = page.get_by_role("row", name=WORSE_CHANNEL)
    expect(row).to_contain_text("▼")
    expect(row).to_contain_text("sure")


@pytest.mark.parametrize("viewport", [PHONE, SCREEN], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_change_is_accessible_and_fits(open_page, assert_accessible, company, ceo, viewport, scheme):
    page = open_page("/dashboard/", user=ceo, viewport=viewport, scheme=scheme)
    page.locator("#headlines").get_by_role("link", name="What the change is made of").click()
    page.wait_for_url("**/why/**")

    expect(page.get_by_role("img", name="segment by segment")).to_have_count(1)
    assert fits(page)
    assert_accessible(page)


def test_on_a_phone_the_number_stands_before_the_sentences_and_the_filters(open_page, company, ceo):
    page = open_page("/dashboard/", user=ceo, viewport=PHONE)
    number, sentences = page.locator("[data-value]").bounding_box(), page.locator("#headlines").bounding_box()

    assert number["y"] + number["height"] < PHONE["height"]
    assert number["y"] < sentences["y"]


@pytest.mark.parametrize("viewport", [PHONE, SCREEN], ids=["phone", "desktop"])
def test_the_fair_comparison_is_accessible_and_fits(open_page, assert_accessible, company, ceo, viewport):
    page = open_page("/dashboard/fair/?period=last-month", user=ceo, viewport=viewport)

    expect(page.get_by_role("img", name="by the number of answers")).to_have_count(1)
    expect(page.get_by_role("rowheader", name=PROBLEM_MANAGER)).to_be_visible()
    assert fits(page)
    assert_accessible(page)
