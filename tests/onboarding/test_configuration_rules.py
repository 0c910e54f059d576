"""A file brings nothing that the form of such a row would refuse."""

import json

import pytest

from accounts.models import Brand
from followups.models import Playbook, RootCause
from onboarding.configuration import document, intake, rules
from onboarding.configuration.comparison import compare
from onboarding.configuration.kinds import KINDS
from onboarding.configuration.rules import FORMS
from surveys import services
from surveys.models import CustomerSegment, Survey, Trigger, Wave
from tests.factories import ProductFactory, UserFactory
from tests.responses.further.asked import QUESTIONS


@pytest.fixture
def survey(db):
    brand = Brand.objects.first() or Brand.objects.create(slug="main", name="Main")
    return services.create_survey(name="After a purchase", brand=brand)


@pytest.fixture
def take(administrator):
    """Take rows of one kind in, and return the reasons of those that are refused, by their titles."""

    def take(**rows):
        content = json.dumps({"plumb": {"format": 1}, **rows}).encode()
        comparison = compare(document.read(content))
        intake.take(comparison, administrator)
        return {change.title: change.trouble for change in comparison.changes if change.trouble}

    return take


def test_what_comes_with_an_installation_keeps_the_rules(survey, administrator):
    comparison = compare(document.read(document.write(now=survey.created_at).encode()))
    assert comparison.changes == []
    rows = [row for kind in KINDS if kind.model in FORMS for row in kind.rows()]
    assert len(rows) > 10
    for row in rows:
        rules.check_new(row)
        rules.check(row)

    text = document.write(now=survey.created_at).replace('"name": "After a purchase"', '"name": "Another"')
    comparison = compare(document.read(text.encode()))
    intake.try_out(comparison, administrator)

    assert [(change.title, change.trouble) for change in comparison.changes] == [("Another", [])]


def test_a_brand_is_found_by_links_and_letters(survey, take):
    rows = [
        {"slug": "a", "name": "A", "base_url": "https://shop.example/?of=a"},
        {"slug": "b", "name": "B", "opens_at": "09:00:00"},
        {"slug": "c", "name": "C", "base_url": "https://shop.example"},
    ]

    said = take(brands=rows)

    assert [*said] == ["A", "B"]
    assert "Give the address alone" in said["A"][0]
    assert Brand.objects.filter(slug="c").exists()


def test_a_brand_here_keeps_the_address_of_its_pages(survey, take):
    brand = survey.brand
    Brand.objects.filter(pk=brand.pk).update(base_url="https://feedback.shop.example")

    take(brands=[{"slug": brand.slug, "name": "Shop", "base_url": "https://staging.shop.example"}])

    brand.refresh_from_db()
    assert (brand.name, brand.base_url) == ("Shop", "https://feedback.shop.example")


def test_a_wave_asks_by_a_relational_survey_at_possible_hours(survey, take):
    common = {"survey": survey.name, "cadence_days": 90}

    said = take(
        surveys=[{"name": "Yearly", "brand": survey.brand.slug, "kind": "relational"}],
        waves=[
            {**common, "name": "Of a purchase"},
            {**common, "name": "Late", "survey": "Yearly", "reminder_days": [1, 2, 3, 4]},
            {**common, "name": "Good", "survey": "Yearly", "reminder_days": [3, 7]},
        ],
        triggers=[
            {"name": "At night", "survey": survey.name, "window_start": "18:00:00", "window_end": "08:00:00"},
            {"name": "Of a kind that nobody sent yet", "survey": survey.name, "touchpoint_kind": "visit_paid"},
        ],
    )

    assert said["Of a purchase"] == ["Survey: A wave asks about the whole relation: choose a relational survey."]
    assert said["Late"][0].startswith("Reminders")
    assert "Sending begins before it ends." in said["At night"][0]
    assert [wave.name for wave in Wave.objects.all()] == ["Good"]
    assert [trigger.name for trigger in Trigger.objects.all()] == ["Of a kind that nobody sent yet"]


def test_a_playbook_is_for_answers_that_no_other_is_for(survey, take):
    Playbook.objects.all().delete()

    said = take(
        playbooks=[
            {"name": "First", "category": "detractor"},
            {"name": "Same", "category": "detractor"},
            {"name": "Asks the content", "category": "promoter", "ask_again_days": 30},
            {"name": "Bad in silence", "category": "passive", "needs_comment": True},
            {"name": "Letter of nobody", "category": "hard", "steps": [{"action": "letter", "template": "None such"}]},
            {
                "name": "Told nobody",
                "category": "easy",
                "escalation_rules": [{"lateness": "resolution", "after_hours": 4, "to": "person"}],
            },
        ]
    )

    assert said["Same"] == ["“First” is for exactly the same answers."]
    assert [*said] == ["Same", "Asks the content", "Bad in silence", "Letter of nobody", "Told nobody"]
    assert "There is no reply template of this name." in said["Letter of nobody"][0]
    assert [playbook.name for playbook in Playbook.objects.all()] == ["First"]


def test_a_segment_has_conditions_that_there_are(survey, take):
    rows = [
        {"name": "Of nonsense", "conditions": {"moon": "full"}},
        {"name": "Of a score", "conditions": {"score_from": "many"}},
        {"name": "Of a region without customers", "conditions": {"region": "North", "size": "1000+"}},
    ]

    said = take(segments=rows)

    assert said["Of nonsense"] == ["A segment has no conditions of these names: moon."]
    assert [*said] == ["Of nonsense", "Of a score"]
    assert CustomerSegment.objects.get().name == "Of a region without customers"


def test_causes_are_a_tree_and_may_come_in_any_order(survey, take):
    RootCause.objects.all().delete()
    names = {"en": "A cause"}
    chain = [{"slug": slug, "names": names, "parent": parent} for slug, parent in (("c", "b"), ("b", "a"), ("a", None))]

    assert take(root_causes=chain) == {}
    said = take(root_causes=[{"slug": "d", "names": {"en": "Too deep"}, "parent": "c"}])

    assert "there are three levels at most" in said["Too deep"][0]
    assert take(root_causes=[{"slug": "a", "parent": "c"}]) != {}
    assert set(RootCause.objects.values_list("slug", "parent__slug")) == {("a", None), ("b", "a"), ("c", "b")}


def test_a_file_names_no_sample_and_nothing_that_somebody_keeps_for_themselves(survey, take):
    Survey.objects.filter(pk=survey.pk).update(kind="relational")
    lamp = ProductFactory(name="Lamp", source="shop")
    ProductFactory(name="Lamp", source="sample")
    CustomerSegment.objects.create(owner=UserFactory(), name="Mine")
    row = {"name": "Quarterly", "survey": survey.name, "cadence_days": 90}

    assert take(waves=[{**row, "products": ["Lamp", "Lamp"]}]) == {}
    said = take(waves=[{**row, "name": "Of somebody", "segment": "Mine"}])

    assert list(Wave.objects.get().products.all()) == [lamp]
    assert said == {"Of somebody": ["Only customers in this segment: Not here: segment “Mine”."]}


def test_a_row_names_no_more_than_somebody_may_wait_for(survey, take):
    many = {"name": "Many", "category": "detractor"}

    said = take(playbooks=[{**many, "steps": [{"action": "task"}] * 101}])
    assert said == {"Many": ["Steps: Write at most 100."]}
    said = take(playbooks=[{**many, "products": [f"Lamp {n}" for n in range(1001)]}])
    assert said == {"Many": ["Only these products: Write at most 1000."]}


def test_an_existing_wording_is_not_taken_away(survey, take):
    before = survey.versions.get().texts

    assert take(surveys=[{"name": survey.name, "wording": None, "priority": 3}]) == {}

    survey.refresh_from_db()
    assert (survey.priority, survey.versions.get().texts) == (3, before)


def test_an_nps_is_asked_by_numbers_here_too(survey, take):
    brand = survey.brand.slug

    said = take(
        surveys=[
            {"name": survey.name, "presentation": "stars"},
            {"name": "New", "brand": brand, "metric": "nps", "presentation": "smileys"},
            {"name": "Service", "brand": brand, "metric": "csat", "presentation": "smileys"},
            {"name": "Old file", "brand": brand, "metric": "csat"},
        ]
    )

    assert [*said] == [survey.name, "New"]
    assert all("An NPS is always asked by numbers" in words[0] for words in said.values())
    kept = Survey.objects.values_list("name", "presentation")
    assert dict(kept) == {survey.name: "numbers", "Service": "smileys", "Old file": "numbers"}


def _with(number, **changed):
    return [{**QUESTIONS[number], **changed}]


def _in_english(number, **changed):
    return _with(number, texts={"en": {**QUESTIONS[number]["texts"]["en"], **changed}})


@pytest.mark.parametrize(
    "questions",
    [
        "five", [1], [{}], [QUESTIONS[0], QUESTIONS[0]], QUESTIONS + _with(0, key="other1"), _with(0, key="../../"),
        _with(0, key=None), _with(0, kind="dance"), _with(0, tiers=["worst"]), _with(0, tiers="bad"),
        _with(0, texts=[]), _with(0, texts={}), _with(0, texts={"en": "How?"}), _with(0, more=1),
        _with(0, texts={"xx": QUESTIONS[0]["texts"]["en"]}), _in_english(0, options={"1": "One"}),
        _in_english(0, options={"1": "One", "9": "Nine"}), _in_english(0, options={"1": "One", "2": ""}),
        _in_english(0, options=["One", "Two"]), _in_english(0, question=""), _in_english(0, question="x" * 201),
        _in_english(0, question="{thing}?"), _in_english(0, question=7), _in_english(2, low=""),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_not_taken_in(survey, take, questions):
    said = take(surveys=[{"name": survey.name, "questions": questions}])

    assert [*said] == [survey.name]
    assert survey.versions.get().questions == []


def test_questions_that_can_be_asked_are_taken_in(survey, take):
    assert take(surveys=[{"name": survey.name, "questions": QUESTIONS}]) == {}

    assert survey.versions.order_by("-number").first().questions == QUESTIONS


def test_questions_of_another_survey_are_others_here(survey, take):
    take(surveys=[{"name": survey.name, "questions": QUESTIONS}])

    take(surveys=[{"name": "Twin", "brand": survey.brand.slug, "metric": survey.metric, "questions": QUESTIONS[:1]}])

    (twin,) = Survey.objects.get(name="Twin").versions.get().questions
    assert twin["key"] != QUESTIONS[0]["key"]
    assert {**twin, "key": ""} == {**QUESTIONS[0], "key": ""}
