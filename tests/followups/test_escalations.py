"""Work that is late is told to those above, each rule once, on the team's calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import clock, company_clock, setaside
from accounts.models import Absence, Holiday, Organisation, SetAsideRow
from followups import tasks
from followups.models import Activity, Escalation, EscalationRule, Followup, Playbook, StaffNotice
from followups.playbooks import escalations
from followups.playbooks.escalations import raise_due
from followups.services import route_due
from responses.models import ResponseTopic, Topic
from tests.conftest import person
from tests.factories import PlaybookFactory, ResponseFactory, TeamFactory

pytestmark = pytest.mark.django_db

# A Monday; the company works from nine to six in UTC.
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATE = NOW + timedelta(hours=2, minutes=1)


@pytest.fixture(autouse=True)
def at(monkeypatch):
    Organisation.objects.update_or_create(pk=1, defaults={"timezone": "UTC"})

    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    at(NOW)
    return at


@pytest.fixture
def lead(team):
    team.lead = person("Managers", name="Leda Lead", team=team)
    team.save()
    return team.lead


@pytest.fixture
def head(administrator):
    Organisation.objects.update(head=administrator)
    return administrator


def routed(owner, *rules, score=2, **fields):
    response = ResponseFactory(score=score, settled_at=NOW, manager=owner, team=owner.team, **fields)
    playbook = PlaybookFactory(survey=response.survey, first_contact_hours=2, resolve_hours=4)
    for rule in rules or [{}]:
        EscalationRule.objects.create(playbook=playbook, **{"lateness": "first_contact", "to": "lead", **rule})
    route_due(now=NOW)
    return Followup.objects.get(response=response)


def told(**by):
    return list(StaffNotice.objects.filter(kind="escalation", **by).values_list("person__name", flat=True))


def test_a_late_first_contact_is_told_to_the_lead_once(owner, lead, at):
    followup = routed(owner)

    assert [raise_due(NOW + timedelta(hours=2, minutes=-1)), raise_due(LATE), raise_due(LATE)] == [0, 1, 0]

    assert told() == ["Leda Lead"]
    activity = followup.activities.get(kind=Activity.Kind.ESCALATED)
    assert activity.summary == "The first contact is late. Leda Lead was told."
    assert (activity.by, Escalation.objects.get().raised_at) == (None, LATE)


def test_contact_in_time_escalates_nothing_and_leaves_nothing_to_look_for(owner, lead):
    routed(owner).log_contact("call", "Rang.", by=owner)

    assert raise_due(LATE) == 0
    assert told() == []
    assert not Escalation.objects.exists()


def test_a_late_resolution_is_told_to_the_head_though_the_customer_was_contacted(owner, lead, head):
    routed(owner, {"lateness": "resolution", "to": "head"}).log_contact("call", "Rang.", by=owner)

    assert [raise_due(LATE), raise_due(NOW + timedelta(hours=5))] == [0, 1]
    assert told() == [head.name]


def test_closed_work_is_never_escalated_nor_when_it_is_opened_again_later(owner, lead):
    followup = routed(owner)
    followup.dismiss(reason="A test.", by=owner)

    assert not Escalation.objects.due(LATE).exists()
    assert raise_due(LATE) == 0
    followup.reopen(by=owner)
    assert raise_due(LATE) == 0
    assert told() == []


def test_what_is_the_customers_turn_is_escalated_when_it_is_ours_again(owner, lead):
    followup = routed(owner)
    followup.wait(by=owner, until=date(2026, 11, 25))

    assert raise_due(LATE) == 0
    assert raise_due(datetime(2026, 11, 25, 9, tzinfo=UTC)) == 1


def test_each_rule_is_followed_by_itself(owner, lead, head):
    routed(owner, {}, {"after_hours": 1}, {"lateness": "resolution", "to": "head"})

    assert [raise_due(NOW + timedelta(hours=hours, minutes=1)) for hours in (2, 3, 4)] == [1, 1, 1]
    assert sorted(told()) == sorted([head.name, "Leda Lead", "Leda Lead"])


def test_a_rule_may_raise_the_priority_and_hand_the_work_over(owner, lead):
    followup = routed(owner, {"raises_priority": True, "hands_over": True})

    raise_due(LATE)

    followup.refresh_from_db()
    assert (followup.assignee, followup.priority) == (lead, Playbook.Priority.HIGH)
    assert "The priority is high now." in followup.activities.get(kind="escalated").summary
    assert followup.activities.get(kind="assigned").change == {"from": owner.name, "to": lead.name}


def test_a_rule_that_says_neither_changes_neither(owner, lead):
    followup = routed(owner)

    raise_due(LATE)

    followup.refresh_from_db()
    assert (followup.assignee, followup.priority) == (owner, Playbook.Priority.NORMAL)


def test_a_person_named_by_the_rule_is_told(owner, lead, head):
    routed(owner, {"to": "person", "person": head})

    raise_due(LATE)

    assert told() == [head.name]


def test_whoever_has_the_work_is_passed_over_for_the_one_above(owner, lead, head):
    followup = routed(owner)
    Followup.objects.filter(pk=followup.pk).update(assignee=lead)

    raise_due(LATE)

    assert told() == [head.name]


def test_the_head_is_the_leads_own_lead_where_the_company_names_nobody(owner, lead, team):
    above = person("Administrators", name="Boss")
    lead.team = TeamFactory(name="Leads", lead=above)
    lead.save()

    routed(owner, {"to": "head"})
    raise_due(LATE)

    assert told() == ["Boss"]


def test_where_there_is_neither_lead_nor_head_everybody_who_sees_all_teams_is_told(owner, administrator):
    followup = routed(owner)

    raise_due(LATE)

    assert told() == [administrator.name]
    assert followup.activities.get(kind="escalated").change["to"] == administrator.name


def test_a_lead_who_is_away_is_stood_in_for(owner, lead, teammate):
    today = company_clock.today(NOW)
    Absence.objects.create(person=lead, first_day=today, last_day=today, deputy=teammate)
    routed(owner)

    raise_due(LATE)

    assert told() == [teammate.name]


def test_a_lead_outside_the_team_who_cannot_see_the_work_is_passed_over_for_the_head(owner, lead, head):
    lead.team = TeamFactory(name="Elsewhere")
    lead.save()
    routed(owner)

    raise_due(LATE)

    assert told() == [head.name]


def test_a_lead_outside_the_team_gets_what_the_rule_hands_over(owner, lead, head):
    lead.team = TeamFactory(name="Elsewhere")
    lead.save()
    followup = routed(owner, {"hands_over": True})

    raise_due(LATE)

    assert told() == ["Leda Lead"]
    assert Followup.objects.get(pk=followup.pk).assignee == lead


def test_a_lead_who_cannot_log_in_is_passed_over_for_the_head(owner, lead, head):
    lead.groups.clear()
    lead.set_unusable_password()
    lead.save()
    followup = routed(owner, {"hands_over": True})

    raise_due(LATE)

    assert told() == [head.name]
    assert Followup.objects.get(pk=followup.pk).assignee == head


def test_nothing_is_escalated_to_whom_the_answer_complains_of(owner, lead, head):
    followup = routed(owner, comment="Leda was rude to me.")
    Followup.objects.filter(pk=followup.pk).update(assignee=owner)

    raise_due(LATE)

    assert told() == [head.name]


def test_a_topic_about_the_manager_keeps_escalations_from_them(owner, team, head):
    followup = routed(owner)
    type(team).objects.update(lead=owner)
    ResponseTopic.objects.create(response=followup.response, topic=Topic.objects.get(slug="staff"), source="tapped")
    Followup.objects.update(assignee=None)

    raise_due(LATE)

    assert told() == [head.name]


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        # Clocks go back in the night to Sunday, 25 October 2026,
        ("Europe/Vilnius", datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 26, 13, tzinfo=UTC)),
        # and forward on 28 March 2027.
        ("Europe/Vilnius", datetime(2027, 3, 26, 12, tzinfo=UTC), datetime(2027, 3, 29, 11, tzinfo=UTC)),
    ],
)
def test_hours_are_counted_over_the_changes_of_the_clock(owner, lead, at, zone, start, due):
    Organisation.objects.update(timezone=zone)
    response = ResponseFactory(score=2, settled_at=start, manager=owner, team=owner.team)
    playbook = PlaybookFactory(survey=response.survey, first_contact_hours=3, resolve_hours=90)
    EscalationRule.objects.create(playbook=playbook, lateness="first_contact", to="lead", after_hours=6)

    route_due(now=at(start))

    assert Escalation.objects.get().due_at == due


def test_a_holiday_of_the_teams_region_does_not_count(owner, lead, team):
    type(team).objects.update(region="LT")
    owner.team.refresh_from_db()
    Holiday.objects.create(date=date(2026, 11, 24), region="LT", name="Closed")

    routed(owner, {"after_hours": 9})

    assert Escalation.objects.get().due_at == datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_one_that_fails_is_set_aside_and_stops_no_other(owner, lead, monkeypatch):
    broken, fine = routed(owner), routed(owner)
    escalate = escalations._escalate

    def fail_for_one(followup, *args):
        if followup == broken:
            raise ZeroDivisionError
        return escalate(followup, *args)

    monkeypatch.setattr(escalations, "_escalate", fail_for_one)
    assert raise_due(LATE) == 1
    assert told(followup=fine) == ["Leda Lead"]
    assert not broken.activities.filter(kind="escalated").exists()

    monkeypatch.undo()
    setaside.try_again(SetAsideRow.objects.filter(batch="escalations"), now=LATE)
    assert raise_due(LATE) == 1


def test_three_take_as_many_queries_as_one_but_for_their_own_rows(owner, lead, django_assert_max_num_queries):
    routed(owner)
    with django_assert_max_num_queries(60) as one:
        raise_due(LATE)
    routed(owner)
    routed(owner)
    with django_assert_max_num_queries(len(one) + 1):
        raise_due(LATE)


def test_the_task_raises_what_is_due(owner, lead, at):
    routed(owner)
    at(LATE)

    tasks.escalate()

    assert told() == ["Leda Lead"]
