"""Those who were asked are counted once each, whatever they are told apart by."""

from datetime import timedelta

import pytest

from analytics.counts import Counts
from analytics.models import Dimension
from analytics.silence import asked
from analytics.silence.asked import EARLY, LATER, SILENT, SOON, Asked
from crm.models import Profile
from responses.models import Response
from tests.analytics.answers import NOW, answer, ask, at, manager_called, scores, version_of
from tests.analytics.test_rollups import selection
from tests.factories import ProductFactory, SurveyFactory

pytestmark = pytest.mark.django_db

MAY = at("2026-05-10T10:00")
TRAITS = ("size_band", "region", "product", "medium")


@pytest.fixture
def profiles():
    return {
        name: Profile.objects.create(region=region, size_band=size)
        for name, region, size in (("a", "Kyiv", "1-10"), ("b", "Kyiv", "11-50"), ("c", "Vilnius", "1-10"))
    }


def read(traits=TRAITS, pair=None, **chosen):
    return asked.read(selection("12m", **chosen), traits, pair)


def test_people_are_counted_by_what_they_are_and_by_what_they_answered(version, profiles):
    shop = ProductFactory()
    answer(version, scores(3, 2, 1), at=MAY, profile=profiles["a"], medium="email")
    answer(version, scores(1, 0, 4), at=MAY, profile=profiles["b"], medium="sms", product=shop)
    ask(version, count=7, at=MAY, profile=profiles["c"], medium="email")
    ask(version, count=2, at=MAY)

    found = read(pair=("size_band", "region"))

    assert found.together == Asked(20, Counts(4, 2, 5))
    assert found.by_trait["size_band"] == {
        "1-10": Asked(13, Counts(3, 2, 1)), "11-50": Asked(5, Counts(1, 0, 4)), "": Asked(2),
    }  # fmt: skip
    assert found.by_trait["region"] == {"Kyiv": Asked(11, Counts(4, 2, 5)), "Vilnius": Asked(7), "": Asked(2)}
    assert found.by_trait["product"] == {shop.pk: Asked(5, Counts(1, 0, 4)), "": Asked(15, Counts(3, 2, 1))}
    assert found.by_trait["medium"] == {
        "email": Asked(13, Counts(3, 2, 1)), "sms": Asked(5, Counts(1, 0, 4)), "": Asked(2),
    }  # fmt: skip
    assert found.crossed["1-10", "Kyiv"] == Asked(6, Counts(3, 2, 1))
    assert sum(found.crossed.values(), Asked()) == found.together


def test_a_trait_of_the_profile_crosses_with_one_of_the_ask(version, profiles):
    shop = ProductFactory()
    answer(version, scores(2), at=MAY, profile=profiles["a"], product=shop)
    ask(version, count=3, at=MAY, profile=profiles["b"], product=shop)

    found = read(pair=("product", "size_band")).crossed

    assert found == {(shop.pk, "1-10"): Asked(2, Counts(2)), (shop.pk, "11-50"): Asked(3)}


def test_answers_are_told_apart_by_how_soon_they_came(version):
    for delay in (0.1, 1, 3, 3.1, 14, 14.1):
        answer(version, [9], asked_at=MAY, at=MAY + timedelta(days=delay))
    ask(version, count=4, at=MAY)

    found = read()

    numbers = {stretch: one.number for stretch, one in found.by_stretch.items()}
    assert numbers == {SILENT: 4, EARLY: 3, SOON: 2, LATER: 1}
    assert (found.early.n, found.late.n, found.answered_soon) == (3, 3, 5)


def test_every_ask_counts_by_its_own_day_and_nobody_else(version, team):
    other = version_of(SurveyFactory(metric="csat"))
    ona = manager_called("Ona")
    answer(version, [9], asked_at=at("2025-07-31T20:00"), at=MAY)
    answer(version, [9, 3], asked_at=at("2025-08-01T10:00"), at=MAY, manager=ona, team=ona.team)
    waiting = answer(version, [2], at=MAY)
    Response.objects.filter(pk=waiting[0].pk).update(is_provisional=True)
    ask(other, count=5, at=MAY, metric="csat")
    ask(version, count=3, at=MAY, team=team)

    assert read().together == Asked(6, Counts(1, 0, 1))
    assert read(teams=(ona.team_id,)).together == Asked(2, Counts(1, 0, 1))
    assert read(teams=(team.pk,)).together == Asked(3)
    assert read(members={Dimension.MANAGER: ona.pk}).together.number == 2
    assert read(teams=()).together == Asked()
    assert read(metric="csat").together == Asked(5)


def test_nobody_asked_is_nobody(version, django_assert_num_queries):
    chosen = selection("12m")
    with django_assert_num_queries(1):
        found = asked.read(chosen, TRAITS, ("region", "medium"))

    assert found.together == Asked()
    assert found.by_trait == {trait: {} for trait in TRAITS}
    assert found.crossed == {}


def test_one_pass_and_the_profiles_are_all_that_is_read(version, profiles, django_assert_num_queries):
    for profile in profiles.values():
        answer(version, scores(3, 2, 1), at=NOW - timedelta(days=40), profile=profile)

    chosen = selection("12m")
    with django_assert_num_queries(2):
        asked.read(chosen, TRAITS, ("size_band", "region"))
