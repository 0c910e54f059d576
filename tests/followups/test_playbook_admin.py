"""The pages on which playbooks are written read like sentences and refuse nonsense."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from followups.models import CodePool, EscalationRule, Playbook, PlaybookStep, ReplyTemplate
from responses.models import Topic
from surveys.models import CustomerSegment
from tests.factories import PlaybookFactory, ProductFactory, SurveyFactory, UserFactory
from tests.followups.test_admin import PLAYBOOKS, page_of, sent

pytestmark = pytest.mark.django_db
ADD = "admin:followups_playbook_add"


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def default():
    return Playbook.objects.get(category="detractor", survey=None)


def added(page, default, **changes):
    return page.post(reverse(ADD), sent(default, **{"position": "50", **changes}))


def rule(**fields):
    shown = {"lateness": "first_contact", "after_hours": "0", "to": "lead", **fields}
    return {"escalation_rules-TOTAL_FORMS": "1", **{f"escalation_rules-0-{name}": text for name, text in shown.items()}}


def test_a_playbook_its_steps_and_its_escalations_are_told_in_sentences(page, default):
    html = page.get(page_of(default)).text

    sentences = [re.sub(r"<[^>]+>|\\s+", " ", text) for text in html.split('<div class="told__sentence">')[1:]]
    assert sum(text.split()[:2] == ["As", "number"] for text in sentences) == default.steps.count() + 2
    assert sum(text.split()[0] == "When" for text in sentences) == default.escalation_rules.count() + 2
    assert "</label> is told" not in html
    assert "creates a follow-up" in html
    assert "For letters without a score" in html


def test_what_is_folded_opens_where_it_has_an_error(page, default):
    long = {"steps-TOTAL_FORMS": "1", "steps-0-position": "1", "steps-0-action": "call", "steps-0-words_en": "x" * 301}

    assert '<details class="told__more" open>' not in page.get(page_of(default)).text
    assert page.post(page_of(default), sent(default, **long)).text.count('<details class="told__more" open>') == 1


def test_rows_are_folded_until_something_is_typed_in_them(page, default):
    rows = default.steps.count() + default.escalation_rules.count() + 2
    html = page.get(page_of(default)).text
    assert html.count('<details class="told__row">') == rows
    assert html.count('<details class="told__row" open>') == 2  # what scripts copy

    wrong = rule(after_hours="-1") | {
        "steps-TOTAL_FORMS": "2", "steps-0-position": "1", "steps-0-action": "", "steps-0-after_hours": "7",
        "steps-1-position": "1", "steps-1-after_hours": "0", "steps-1-counts_from": "start", "steps-1-whose": "holder",
    }  # fmt: skip
    answer = page.post(page_of(default), sent(default, **wrong))

    unfolded = answer.text.split('<details class="told__row" open>')[1:-1]
    assert 'name="steps-0-after_hours" value="7"' in unfolded[0]
    assert 'id="id_steps-0-action_error"' in unfolded[0]
    assert any('id="id_escalation_rules-0-after_hours_error"' in row for row in unfolded)
    folded = answer.text.split('<details class="told__row">')[1:]
    assert all('class="errorlist"' not in row.partition("</details>")[0] for row in folded)


def test_every_condition_is_kept(page, default):
    product, topic, survey = ProductFactory(), Topic.objects.first(), SurveyFactory()
    segment = CustomerSegment.objects.create(owner=UserFactory(), name="Fans", is_shared=True)

    done = added(
        page,
        default,
        name="Large and angry",
        survey=survey.pk,
        metric="nps",
        lowest_score="0",
        highest_score="2",
        products=[product.pk],
        min_amount="1000",
        topics=[topic.pk],
        segment=segment.pk,
    )

    assert done.status_code == 302
    made = Playbook.objects.get(name="Large and angry")
    assert (made.survey, made.metric, made.lowest_score, made.highest_score) == (survey, "nps", 0, 2)
    assert (made.min_amount, made.max_amount) == (Decimal(1000), None)
    assert (list(made.products.all()), list(made.topics.all())) == ([product], [topic])
    assert made.segment == segment


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"min_amount": "2", "max_amount": "1"}, "max_amount"),
        ({"lowest_score": "3", "highest_score": "2"}, "highest_score"),
        ({"lowest_score": "7"}, "highest_score"),
        ({"metric": "csat"}, "category"),
        ({"category": "", "lowest_score": "2"}, "metric"),
        ({"category": "", "needs_comment": "on"}, "needs_comment"),
        ({"lowest_score": "2", "needs_comment": "on"}, "needs_comment"),
    ],
)
def test_nonsense_is_refused_at_the_door(page, default, changes, field):
    refused = added(page, default, **changes)

    assert list(refused.context["adminform"].form.errors) == [field]
    assert not Playbook.objects.filter(position=50).exists()


def test_a_category_of_another_metric_than_the_surveys_is_refused(page, default):
    refused = added(page, default, survey=SurveyFactory(metric="csat").pk)

    assert list(refused.context["adminform"].form.errors) == ["category"]


def test_the_list_says_for_which_answers_each_is_and_who_gets_them(page):
    playbook = PlaybookFactory(survey=None, lowest_score=0, highest_score=2, min_amount=1000, assign="lead", name="X")
    playbook.products.add(ProductFactory(name="Crane"))
    playbook.topics.add(Topic.objects.get(slug="delivery"))
    playbook.segment = CustomerSegment.objects.create(owner=UserFactory(), name="Fans")
    playbook.save()

    shown = page.get(reverse(PLAYBOOKS)).text

    assert "detractor · scores 0 to 2 · from 1,000 EUR · Crane · named: Delivery · in the segment “Fans”" in shown
    assert "the lead of the manager&#x27;s team, else the team&#x27;s queue; first contact within 8 h" in shown


def test_the_list_names_a_playbook_that_no_answer_follows(page, default):
    never = "never followed, for others before it take every answer that fits"
    assert never not in page.get(reverse(PLAYBOOKS)).text

    PlaybookFactory(survey=None, lowest_score=0, highest_score=2, position=default.position + 1)

    assert page.get(reverse(PLAYBOOKS)).text.count(never) == 1


def test_each_field_of_the_list_is_named_by_its_column_and_its_row(page, default):
    assert f'aria-label="Place: {default}"' in page.get(reverse(PLAYBOOKS)).text


def test_saving_names_what_is_never_followed_any_more(page, default):
    done = page.post(reverse(ADD), sent(default, name="All", category="", metric="nps", position="1"), follow=True)

    assert f"“{default}”: never followed" in done.text


def test_overlaps_are_shown_with_which_of_both_goes_first(page, default):
    playbook = PlaybookFactory(survey=None, lowest_score=0, highest_score=2, name="Angry")
    PlaybookFactory(survey=None, category="promoter", name="Happy")

    assert f"“{default}” stands behind it and gets the rest" in page.get(page_of(playbook)).text
    of_default = page.get(page_of(default)).text
    assert "“Angry” stands before it and gets what fits both" in of_default
    assert "Happy" not in of_default


def test_the_order_is_moved_in_the_list(page, default):
    rows = list(Playbook.objects.order_by("position", "pk"))
    form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for number, row in enumerate(rows):
        form |= {f"form-{number}-id": row.pk, f"form-{number}-position": 7 if row == default else row.position}

    page.post(reverse(PLAYBOOKS), form)

    default.refresh_from_db()
    assert default.position == 7


def test_a_rule_of_escalation_is_kept(page, default):
    done = added(page, default, name="X", highest_score="2", **rule(after_hours="3", raises_priority="on"))

    assert done.status_code == 302
    made = EscalationRule.objects.get()
    assert (made.playbook.name, made.after_hours, made.to, made.raises_priority) == ("X", 3, "lead", True)


def test_a_rule_names_a_person_who_sees_what_they_are_told(page, default, owner, administrator):
    for refused in ({"to": "person"}, {"to": "person", "person": owner.pk}):
        assert added(page, default, highest_score="2", **rule(**refused)).status_code == 200
    assert not EscalationRule.objects.exists()

    for number, fine in enumerate(({"person": administrator.pk}, {"person": owner.pk, "hands_over": "on"}), start=1):
        added(page, default, highest_score=number, **rule(to="person", **fine))
        assert EscalationRule.objects.count() == number


def test_two_rules_that_say_the_same_are_refused_in_words(page, default):
    twice = rule() | {name.replace("-0-", "-1-"): text for name, text in rule().items()}

    refused = added(page, default, highest_score="2", **twice | {"escalation_rules-TOTAL_FORMS": "2"})

    assert "This rule is there already." in refused.text
    assert not EscalationRule.objects.exists()


def test_steps_and_rules_say_from_when_they_hold_and_are_added_without_a_script(page, default):
    text = page.get(reverse(ADD)).text

    assert "Steps, for follow-ups that are made from now on" in text
    assert "Escalation rules, for follow-ups that are made from now on" in text
    assert 'name="steps-0-action"' in text
    assert 'name="escalation_rules-0-lateness"' in text


def test_a_step_that_is_added_comes_after_those_that_are_there(page, default):
    PlaybookStep.objects.create(playbook=default, position=7, action="call")

    steps = page.get(page_of(default)).context["inline_admin_formsets"][0].formset

    assert [form.initial["position"] for form in steps.extra_forms] == [8]
    assert steps.empty_form.initial["position"] == 8
    assert page.get(reverse(ADD)).context["inline_admin_formsets"][0].formset.extra_forms[0].initial["position"] == 1


def test_three_playbooks_take_as_many_queries_as_one_more(page, django_assert_max_num_queries):
    page.get(reverse(PLAYBOOKS))
    PlaybookFactory(name="1")
    with django_assert_max_num_queries(60) as one:
        page.get(reverse(PLAYBOOKS))
    for name in "23":
        playbook = PlaybookFactory(name=name)
        playbook.products.add(ProductFactory())
    with django_assert_max_num_queries(len(one)):
        page.get(reverse(PLAYBOOKS))


def step(**fields):
    shown = {"position": "1", "action": "letter", "after_hours": "0", "counts_from": "start", "whose": "assignee"}
    return {
        "steps-TOTAL_FORMS": "1",
        **{f"steps-0-{name}": text for name, text in (shown | fields).items()},
    }


def test_a_step_is_kept_with_its_words_by_language(page, default):
    ReplyTemplate.objects.create(name="Sorry", language="en", subject="Sorry", text="Hello")

    added(page, default, highest_score="2", **step(template="Sorry", words_en="Write.", words_uk="Напишіть."))

    made = PlaybookStep.objects.get()
    assert (made.action, made.template, made.texts) == ("letter", "Sorry", {"en": "Write.", "uk": "Напишіть."})


@pytest.mark.parametrize("refused", [{"template": "Nothing"}, {"action": "call", "template": "Sorry"}])
def test_a_step_begins_only_letters_with_a_template_that_there_is(page, default, refused):
    ReplyTemplate.objects.create(name="Sorry", language="en", subject="Sorry", text="Hello")

    assert added(page, default, highest_score="2", **step(**refused)).status_code == 200
    assert not PlaybookStep.objects.exists()


def test_an_offer_is_kept_with_its_pool(page, default):
    pool = CodePool.objects.create(name="Voucher")

    added(page, default, highest_score="2", **step(action="offer", pool=pool.pk))

    made = PlaybookStep.objects.get()
    assert (made.action, made.pool) == ("offer", pool)


@pytest.mark.parametrize(
    ("action", "has_pool", "said"),
    [
        ("offer", False, "Choose the pool that the code of the offer is taken from."),
        ("call", True, "Only an offer has a code pool."),
    ],
)
def test_an_offer_needs_a_pool_and_nothing_else_has_one(page, default, action, has_pool, said):
    pool = CodePool.objects.create(name="Voucher")

    refused = added(page, default, highest_score="2", **step(action=action, pool=pool.pk if has_pool else ""))

    assert said in refused.text
    assert not PlaybookStep.objects.exists()
