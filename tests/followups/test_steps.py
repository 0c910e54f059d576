"""The steps of a playbook stand on its follow-ups, are ticked off, and prompt once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts import clock, company_clock
from accounts.models import Absence, Holiday, Organisation
from followups import tasks
from followups.models import (
    CodePool,
    Followup,
    FollowupIsClosed,
    FollowupStep,
    PlaybookStep,
    ReplyTemplate,
    StaffNotice,
)
from followups.playbooks import steps
from followups.playbooks.steps import prompt_due
from followups.services import route_due
from tests.conftest import person
from tests.factories import PlaybookFactory, ResponseFactory, TeamFactory

pytestmark = pytest.mark.django_db

# A Monday; the company works from nine to six in UTC.
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at(monkeypatch):
    Organisation.objects.update_or_create(pk=1, defaults={"timezone": "UTC"})

    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    at(NOW)
    return at


def routed(owner, *planned, **said):
    response = ResponseFactory(score=2, settled_at=NOW, manager=owner, team=owner.team, language="uk", **said)
    playbook = PlaybookFactory(survey=response.survey, first_contact_hours=2, resolve_hours=40)
    for position, step in enumerate(planned, 1):
        PlaybookStep.objects.create(playbook=playbook, **{"action": "task", "position": position, **step})
    route_due(now=NOW)
    return Followup.objects.get(response=response)


def due(followup):
    return [step.due_at for step in followup.steps.order_by("position")]


def only(followup):
    return followup.steps.get()


def told():
    return list(StaffNotice.objects.filter(kind="step").values_list("person__name", flat=True))


def test_a_followup_takes_over_the_steps_and_keeps_them(owner):
    words = {"en": "Ask for photos.", "uk": "Попросіть фото."}
    pool = CodePool.objects.create(name="Voucher")
    followup = routed(
        owner,
        {"action": "call", "texts": words},
        {"action": "letter", "after_hours": 9, "position": 7},
        {"action": "offer", "pool": pool, "position": 8},
    )
    PlaybookStep.objects.all().delete()

    first, second, third = followup.steps.order_by("position")
    assert (first.position, first.action, first.text_in("uk"), first.text_in("lt")) == (
        1,
        "call",
        "Попросіть фото.",
        "Ask for photos.",
    )
    assert (second.position, second.text_in("en")) == (2, "write to the customer")
    assert (third.position, third.action, third.pool) == (3, "offer", pool)


def test_hours_count_from_the_start_on_the_calendar_of_the_team(owner, team):
    type(team).objects.update(region="LT")
    owner.team.refresh_from_db()
    Holiday.objects.create(date=date(2026, 11, 24), region="LT", name="Closed")

    followup = routed(owner, {"after_hours": 1}, {"after_hours": 9})

    assert due(followup) == [NOW + timedelta(hours=1), datetime(2026, 11, 25, 10, tzinfo=UTC)]


def test_hours_may_count_from_the_step_before_and_the_first_one_counts_from_the_start(owner, at):
    followup = routed(
        owner,
        {"counts_from": "previous", "after_hours": 1},
        {"counts_from": "previous", "after_hours": 2},
        {"counts_from": "previous", "after_hours": 2},
    )
    assert due(followup) == [NOW + timedelta(hours=1), None, None]

    at(NOW + timedelta(hours=3))
    steps.tick(followup=followup, step=followup.steps.get(position=1), by=owner)

    assert due(followup) == [NOW + timedelta(hours=1), NOW + timedelta(hours=5), None]


def test_ticking_off_says_who_and_when_and_happens_once(owner, teammate):
    followup = routed(owner, {"texts": {"en": "Ask for photos."}})

    assert steps.tick(followup=followup, step=only(followup), by=owner)
    assert not steps.tick(followup=followup, step=only(followup), by=teammate)

    step = only(followup)
    assert (step.done_at, step.done_by, step.is_skipped) == (NOW, owner, False)
    assert [row.summary for row in followup.activities.filter(kind="step")] == ["Step done: Ask for photos."]


def test_a_step_is_skipped_with_a_word_and_taken_back(owner):
    followup = routed(owner, {})
    steps.tick(followup=followup, step=only(followup), by=owner, because="They wrote first.")
    assert (only(followup).is_done, only(followup).skipped_because) == (True, "They wrote first.")

    assert steps.untick(followup=followup, step=only(followup), by=owner)
    assert not steps.untick(followup=followup, step=only(followup), by=owner)

    assert (only(followup).is_done, only(followup).skipped_because, only(followup).done_by) == (False, "", None)
    said = [row.summary for row in followup.activities.filter(kind="step").order_by("pk")]
    assert said == ["Step skipped: do something else", "Step to do again: do something else"]


def test_the_steps_of_closed_work_stay_as_they_are(owner):
    followup = routed(owner, {"action": "prompt"})
    followup.dismiss(reason="A test.", by=owner)

    with pytest.raises(FollowupIsClosed):
        steps.tick(followup=followup, step=only(followup), by=owner)
    assert prompt_due(NOW + timedelta(hours=1)) == 0
    assert not only(followup).is_done


def test_a_prompt_that_is_due_is_told_once_to_whoever_has_the_work(owner, at):
    followup = routed(owner, {"action": "prompt", "after_hours": 1, "texts": {"en": "Ask whether the part came."}})

    assert [prompt_due(at(NOW + timedelta(hours=hours, minutes=1))) for hours in (0, 1, 2)] == [0, 1, 0]

    assert told() == [owner.name]
    assert (only(followup).is_done, only(followup).done_by) == (True, None)
    assert followup.activities.get(kind="step").summary == "Reminder: Ask whether the part came."


def test_other_steps_tell_nobody(owner):
    routed(owner, {"action": "call"}, {"action": "letter"}, {"action": "task"})

    assert prompt_due(NOW + timedelta(days=9)) == 0


def test_a_prompt_for_the_lead_is_told_to_the_lead(owner, team):
    team.lead = person("Managers", name="Leda Lead", team=team)
    team.save()
    routed(owner, {"action": "prompt", "whose": "lead"})

    prompt_due(NOW)

    assert told() == ["Leda Lead"]


@pytest.fixture
def lead_and_head(team, administrator):
    team.lead = person("Managers", name="Leda Lead", team=team)
    team.save()
    Organisation.objects.update(head=administrator)
    return team.lead, administrator


def outside(lead):
    lead.team = TeamFactory(name="Elsewhere")
    lead.save()


def away(lead):
    today = company_clock.today(NOW)
    Absence.objects.create(person=lead, first_day=today, last_day=today)


@pytest.mark.parametrize("keeps_off", [outside, away])
def test_a_prompt_goes_to_the_head_where_the_lead_cannot_follow_it(owner, lead_and_head, keeps_off):
    lead, head = lead_and_head
    routed(owner, {"action": "prompt", "whose": "lead"})
    keeps_off(lead)

    prompt_due(NOW)

    assert told() == [head.name]


def test_no_prompt_for_the_lead_whom_the_answer_complains_of(owner, lead_and_head):
    _lead, head = lead_and_head
    routed(owner, {"action": "prompt", "whose": "lead"}, comment="Leda never rang.")

    prompt_due(NOW)

    assert told() == [head.name]


def test_a_prompt_for_the_lead_who_has_the_work_is_told_to_the_lead(owner, lead_and_head):
    lead, _head = lead_and_head
    followup = routed(owner, {"action": "prompt", "whose": "lead"})
    Followup.objects.filter(pk=followup.pk).update(assignee=lead)

    prompt_due(NOW)

    assert told() == [lead.name]


def test_no_prompt_while_it_is_the_customers_turn(owner):
    followup = routed(owner, {"action": "prompt"})
    followup.wait(by=owner, until=date(2026, 11, 25))

    assert [prompt_due(NOW), prompt_due(datetime(2026, 11, 25, 9, tzinfo=UTC))] == [0, 1]


def test_the_step_after_a_prompt_counts_from_it(owner, at):
    followup = routed(owner, {"action": "prompt"}, {"counts_from": "previous", "after_hours": 2})

    prompt_due(at(NOW + timedelta(hours=1)))

    assert due(followup)[1] == NOW + timedelta(hours=3)


def test_the_task_prompts(owner):
    routed(owner, {"action": "prompt"})

    tasks.prompt()

    assert told() == [owner.name]


def post(client, followup, step, **said):
    return client.post(reverse("followup_steps", args=[followup.pk]), {"step": step.pk, **said}, follow=True)


def test_an_agent_ticks_a_step_off_on_the_page(client, owner):
    followup = routed(owner, {"texts": {"en": "Ask for photos."}})
    client.force_login(owner)
    assert "Ask for photos." in client.get(followup.get_absolute_url()).text

    page = post(client, followup, only(followup), deed="done").text
    assert "The step is done." in page
    assert "by Olena Owner" in page

    assert "The step is to be done again." in post(client, followup, only(followup), deed="undo").text
    assert not only(followup).is_done


def test_skipping_on_the_page_asks_for_a_word(client, owner):
    followup = routed(owner, {})
    client.force_login(owner)

    assert "Say in a word why the step is skipped." in post(client, followup, only(followup), deed="skipped").text
    assert not only(followup).is_done

    page = post(client, followup, only(followup), deed="skipped", because="They wrote first.").text
    assert "The step is skipped." in page
    assert "They wrote first." in page


def test_a_step_of_another_followup_is_not_ticked_off(client, owner):
    followup, other = routed(owner, {}), routed(owner, {})
    client.force_login(owner)

    post(client, followup, only(other), deed="done")

    assert not FollowupStep.objects.filter(done_at__isnull=False).exists()


def test_a_letter_begins_with_the_template_in_the_customers_language(client, owner):
    texts = {"subject": "Про вашу відповідь", "text": "Вітаємо!"}
    ReplyTemplate.objects.create(name="Sorry", language="en", subject="Sorry", text="Hello")
    wanted = ReplyTemplate.objects.create(name="Sorry", language="uk", **texts)
    followup = routed(owner, {"action": "letter", "template": "Sorry"})
    client.force_login(owner)

    page = client.get(followup.get_absolute_url()).text

    assert f"template={wanted.pk}#replies" in page


def test_three_steps_take_as_many_queries_as_one(client, owner, django_assert_max_num_queries):
    client.force_login(owner)
    one, three = routed(owner, {}), routed(owner, {}, {}, {})
    for looked_at in (one, three):
        client.get(looked_at.get_absolute_url())
    with django_assert_max_num_queries(90) as queries:
        client.get(one.get_absolute_url())
    with django_assert_max_num_queries(len(queries)):
        client.get(three.get_absolute_url())
