import re

import pytest

from accounts.customerlanguages import spoken
from surveys.metrics import SCALES, Metric, Tier
from surveys.models import Survey, SurveyVersion
from surveys.wording import texts
from surveys.wording.texts import EVERY_FIELD, FIELDS, STANDARD, TEXTED, fill, unknown_placeholders

EVERYTHING = {"brand": "Ąžuolas & Co", "product": "GTX Pro", "manager": "Olena Koval", "name": "Ona"}
QUESTIONS = {
    "en": "How likely is it that you would recommend {brand} to a friend or colleague?",
    "uk": "Наскільки ймовірно, що ви порекомендуєте {brand} другу або колезі?",
    "ru": "Насколько вероятно, что вы порекомендуете {brand} другу или коллеге?",
    "lt": "Kiek tikėtina, kad rekomenduotumėte {brand} draugui ar kolegai?",
}
EVERY_TEXT = [(language, field) for language in spoken.OWN for field in FIELDS]


def test_the_wording_of_the_question_is_the_one_the_method_fixes():
    assert {language: STANDARD[Metric.NPS][language]["question"] for language in spoken.OWN} == QUESTIONS


def test_every_metric_has_every_text_in_every_language():
    assert set(STANDARD) == set(Metric)
    for by_language in STANDARD.values():
        assert set(by_language) == set(spoken.OWN) == {"en", "uk", "ru", "lt"}
        assert all(tuple(by_language[language]) == EVERY_FIELD for language in spoken.OWN)


@pytest.mark.parametrize("language", spoken.OWN)
def test_each_metric_asks_its_own_question_and_names_its_own_ends(language):
    for field in ("question", "low_label", "high_label", "middle_question"):
        said = {STANDARD[metric][language][field] for metric in Metric}
        # Satisfaction is asked alike on both of its scales.
        assert STANDARD[Metric.CSAT][language][field] == STANDARD[Metric.CSAT10][language][field]
        assert len(said) == len(Metric) - 1


@pytest.mark.parametrize("language", spoken.OWN)
@pytest.mark.parametrize("metric", Metric)
def test_scores_that_the_texts_name_are_good_ones_of_their_own_scale(metric, language):
    scale = SCALES[metric]
    for field in FIELDS:
        named = {int(number) for number in re.findall(r"\d+", STANDARD[metric][language][field])}
        assert named <= set(scale.scores_of(Tier.GOOD)), field


NPS_WORDS = re.compile(r"recommend|порекоменд|rekomend|number|числ|skaiči|\b(?:0|9|10)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", spoken.OWN)
@pytest.mark.parametrize("metric", [Metric.CSAT, Metric.CES])
def test_no_text_of_another_metric_speaks_of_recommending_or_of_numbers(metric, language):
    named = {field: NPS_WORDS.findall(text) for field, text in STANDARD[metric][language].items()}

    assert {field: words for field, words in named.items() if words} == {}


@pytest.mark.parametrize("language", spoken.OWN)
@pytest.mark.parametrize("metric", [Metric.CSAT, Metric.CES])
def test_texts_to_the_phone_say_which_end_is_the_good_one(metric, language):
    for field in TEXTED:
        said = fill(STANDARD[metric][language][field], {"brand": "B", "scores": SCALES[metric].ends, "link": "L"})
        assert f"{SCALES[metric].ends} ({SCALES[metric].highest} = " in said


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize(("language", "field"), EVERY_TEXT)
@pytest.mark.parametrize(
    "known", [("brand",), ("brand", "name"), ("brand", "product"), ("brand", "manager"), tuple(EVERYTHING)]
)
def test_standard_texts_read_well_whatever_is_known(metric, language, field, known):
    text = STANDARD[metric][language][field]
    values = {name: EVERYTHING[name] for name in known}

    filled = fill(text, values)

    assert unknown_placeholders(text) == []
    assert not set("{}[]|") & set(filled)
    assert not any(spoilt in filled for spoilt in ("  ", " ,", " .", " !", "«»", "„“", ",,", ", ,"))
    assert filled[0] in "«„" or filled[0] == filled[0].upper()
    assert filled == filled.strip()


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("language", spoken.OWN)
@pytest.mark.parametrize("field", ["email_subject", "reminder_subject", "thanks_subject"])
def test_subjects_fit_a_phone(metric, language, field):
    assert len(fill(STANDARD[metric][language][field], EVERYTHING)) <= 45


@pytest.mark.parametrize("language", spoken.OWN)
def test_the_letter_names_product_and_manager_when_there_are_such(language):
    body = STANDARD[Metric.NPS][language]["email_body"]

    assert "GTX Pro" in fill(body, EVERYTHING)
    assert "Olena Koval" in fill(body, EVERYTHING)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("Hello[[ {name}]]!", {"name": "Ona"}, "Hello Ona!"),
        ("Hello[[ {name}]]!", {"name": ""}, "Hello!"),
        ("Hello[[ {name}]]!", {}, "Hello!"),
        ("[[{name}, we|We]] ask", {"name": "Ona"}, "Ona, we ask"),
        ("[[{name}, we|We]] ask", {}, "We ask"),
        ("[[{name} of {product}|You]]", {"name": "Ona"}, "You"),
        ("{brand}{unheard_of}", {"brand": "B"}, "B"),
        # A value is never read as text to fill.
        ("{product}", {"product": "[[{name}]] {brand}", "brand": "B"}, "[[{name}]] {brand}"),
        ("{brand.__class__} {0}", {"brand": "B"}, "{brand.__class__} "),
    ],
)
def test_filling_in(text, values, expected):
    assert fill(text, values) == expected


def test_a_text_falls_back_to_the_surveys_language_then_english_then_the_standard():
    survey = Survey(default_language="ru")
    version = SurveyVersion(
        survey=survey,
        texts={
            "lt": {"question": "lt", "email_subject": ""},
            "ru": {"question": "ru", "email_subject": "ru"},
            "en": {"question": "en", "email_subject": "en", "email_body": "en"},
        },
    )

    found = texts.of(version, "lt")

    assert found["question"] == "lt"
    assert found["email_subject"] == "ru"
    assert found["email_body"] == "en"
    assert found["email_button"] == STANDARD[Metric.NPS]["lt"]["email_button"]
    assert tuple(found) == EVERY_FIELD
