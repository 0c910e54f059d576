"""What each survey lacks before it asks, read from its rows."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts import clock
from onboarding import askers
from onboarding.askers import Lack
from surveys import switches
from surveys.models import Survey
from tests.factories import SurveyFactory, SurveyVersionFactory, TriggerFactory, WaveFactory

pytestmark = pytest.mark.django_db


def state():
    (found,) = askers.read(clock.now())
    return found


def asking_survey(**fields):
    survey = SurveyVersionFactory(**{f"survey__{name}": value for name, value in fields.items()}).survey
    return survey, TriggerFactory(survey=survey)


def test_a_survey_with_everything_asks():
    survey, trigger = asking_survey()

    found = state()

    assert (found.pk, found.lacks, found.asker.pk) == (survey.pk, (), trigger.pk)
    assert (found.touchpoint_kinds, found.has_wave, found.untranslated) == (frozenset({"deal_won"}), False, ())


def test_a_new_survey_lacks_everything_in_the_order_of_mending():
    draft = SurveyVersionFactory(survey=SurveyFactory(status="draft"), published_at=None)

    found = state()

    assert found.lacks == (Lack.WORDING, Lack.NO_ASKER, Lack.DRAFT)
    assert (found.draft, found.is_wanted) == (draft.pk, False)


def test_an_archived_survey_is_not_spoken_of():
    asking_survey(status="archived")

    assert askers.read(clock.now()) == []


@pytest.mark.parametrize(
    ("status", "wording", "fields", "lacks"),
    [
        ("paused", True, {}, (Lack.PAUSED,)),
        ("draft", True, {}, (Lack.DRAFT,)),
        ("active", False, {}, (Lack.WORDING,)),
        ("active", True, {"is_active": False}, (Lack.ASKER_OFF,)),
        ("active", True, {"sampling_share": Decimal(0)}, (Lack.NOBODY_SHARED,)),
        ("active", True, {"media": ["telegram"]}, (Lack.NO_MEDIUM,)),
        ("active", True, {"media": ["telegram", "email"]}, ()),
    ],
)
def test_each_switch_is_read(status, wording, fields, lacks):
    survey = SurveyFactory(status=status)
    SurveyVersionFactory(survey=survey, **({} if wording else {"published_at": None}))
    TriggerFactory(survey=survey, **fields)

    assert state().lacks == lacks


def test_one_trigger_that_asks_is_enough():
    survey, _trigger = asking_survey()
    TriggerFactory(survey=survey, is_active=False, touchpoint_kind="renewal")

    assert (state().lacks, state().touchpoint_kinds) == ((), frozenset({"deal_won"}))


def test_a_wave_that_rests_or_has_not_started_asks_nobody():
    wave = WaveFactory(starts_on=clock.now().date() + timedelta(days=9))
    assert state().lacks == (Lack.NOT_STARTED,)

    wave.starts_on = clock.now().date()
    wave.save()
    assert (state().lacks, state().has_wave) == ((), True)

    wave.pause()
    assert state().lacks == (Lack.WAVE_PAUSED,)


def test_a_language_that_the_brand_began_to_offer_later_is_named():
    survey, _trigger = asking_survey()
    version = SurveyVersionFactory(survey=survey, texts={"en": survey.versions.get().texts["en"]}, number=9999)
    survey.brand.languages = ["en", "lt"]
    survey.brand.save()

    assert version.is_published
    assert state().untranslated == ("lt",)


def test_what_lacks_nothing_is_what_the_pages_of_surveys_say_asks():
    for status in Survey.Status.values:
        for wording in (True, False):
            for active in (True, False):
                survey = SurveyFactory(status=status)
                SurveyVersionFactory(survey=survey, **({} if wording else {"published_at": None}))
                TriggerFactory(survey=survey, is_active=active)
    for fields in ({}, {"is_active": False}, {"paused_at": clock.now()}):
        WaveFactory(**fields)

    found = {state.pk: state.asks for state in askers.read(clock.now())}

    said = {survey.pk: not switches.off(survey) for survey in switches.known(Survey.objects.exclude(status="archived"))}
    assert found == said
    assert set(said.values()) == {True, False}


def test_many_surveys_take_no_more_queries_than_one(django_assert_num_queries):
    asking_survey()
    with django_assert_num_queries(8):
        askers.read(clock.now())
    for _number in range(3):
        asking_survey()
        WaveFactory()
    with django_assert_num_queries(8):
        askers.read(clock.now())
