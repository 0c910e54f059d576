"""Many workers on real connections meet the same late work."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from accounts import clock
from followups.models import Activity, Escalation, EscalationRule, Followup, StaffNotice
from followups.playbooks.escalations import raise_due
from tests.factories import FollowupFactory, PlaybookFactory, TeamFactory, UserFactory
from tests.followups.test_routing_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATE = 24


@pytest.fixture
def late():
    lead = UserFactory()
    lead.groups.add(Group.objects.get_or_create(name="Agents")[0])
    lead.team = TeamFactory(lead=lead)
    lead.save()
    rule = EscalationRule.objects.create(playbook=PlaybookFactory(), lateness="first_contact", raises_priority=True)
    due_at = clock.now() - timedelta(hours=1)
    for _each in range(LATE):
        followup = FollowupFactory(team=lead.team, first_contact_due_at=due_at)
        Escalation.objects.create(followup=followup, rule=rule, due_at=due_at)
    return lead


def test_eight_workers_raise_each_escalation_once(late):
    done = at_once(lambda: raise_due(clock.now()))

    assert sum(done) == LATE
    assert Activity.objects.filter(kind="escalated").count() == LATE
    assert StaffNotice.objects.filter(kind="escalation", person=late).count() == LATE
    assert Escalation.objects.pending().count() == 0


def test_whoever_closes_the_work_meanwhile_meets_no_escalation_after_it(late):
    agent = UserFactory()
    keys = list(Followup.objects.values_list("pk", flat=True))
    waiting = iter([keys[:12], keys[12:]] + [None] * 6)

    def work():
        mine = next(waiting)
        if mine is None:
            return raise_due(clock.now())
        return sum(Followup.objects.get(pk=pk).dismiss(reason="Done.", by=agent) for pk in mine) * 0

    at_once(work)

    for followup in Followup.objects.prefetch_related("activities"):
        kinds = [row.kind for row in sorted(followup.activities.all(), key=lambda row: row.pk)]
        assert kinds in (["status"], ["escalated", "status"])
