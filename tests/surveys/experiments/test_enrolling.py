import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from crm import merges
from surveys.models import Enrolment, Experiment, ExperimentArm, Invitation
from surveys.services import judge_due
from tests.factories import ContactFactory, ExperimentFactory
from tests.surveys.experiments.running import DAY, NOW, arm_of, due, experiment

pytestmark = pytest.mark.django_db
TWO = ({"name": "usual"}, {"name": "short", "subjects": {"en": "One question"}})


def test_judging_freezes_the_arm_of_each_contact_on_its_invitation():
    running = experiment(*TWO)
    asked = [due(running.survey) for _number in range(20)]

    judge_due(now=NOW)

    arms = {arm_of(invitation) for invitation in asked}
    assert arms == set(running.arms.all())
    kept = Enrolment.objects.filter(experiment=running).values_list("contact", "arm", "shares", "at")
    assert sorted(kept) == sorted((i.contact_id, arm_of(i).pk, [50, 50], NOW) for i in asked)


def test_a_contact_keeps_its_arm_when_shares_change():
    running = experiment(*TWO)
    people = [ContactFactory() for _number in range(20)]
    before = [due(running.survey, person) for person in people]
    judge_due(now=NOW)
    first, second = running.arms.order_by("pk")
    for arm, share in ((first, 1), (second, 99)):
        ExperimentArm.objects.filter(pk=arm.pk).update(share=share)
    Invitation.objects.update(status="expired", asked_at=NOW - 300 * DAY, queued_at=NOW - 300 * DAY)

    again = [due(running.survey, person) for person in people]
    judge_due(now=NOW)

    assert [arm_of(i) for i in again] == [arm_of(i) for i in before]
    assert first in {arm_of(i) for i in again}


def test_a_frozen_arm_stays_whatever_is_drawn_later():
    running = experiment(*TWO)
    invitation = due(running.survey)
    judge_due(now=NOW)
    frozen = arm_of(invitation)
    Enrolment.objects.all().delete()
    ExperimentArm.objects.exclude(pk=frozen.pk).update(share=99)
    Invitation.objects.update(status="planned", queued_at=None, reason="window")

    judge_due(now=NOW)

    assert arm_of(invitation) == frozen
    assert not Enrolment.objects.exists()


def test_merged_records_see_the_arm_of_the_one_that_was_enrolled():
    running = experiment(*TWO)
    survivor, absorbed = ContactFactory(), ContactFactory()
    before = due(running.survey, absorbed)
    judge_due(now=NOW)
    Enrolment.objects.update(arm=running.arms.get(name="short"))
    merges.merge(survivor, absorbed)
    Invitation.objects.update(status="expired", asked_at=NOW - 300 * DAY, queued_at=NOW - 300 * DAY)

    after = due(running.survey, survivor)
    judge_due(now=NOW)

    assert arm_of(after).name == "short"
    assert Enrolment.objects.get().contact == survivor
    assert Invitation.objects.get(pk=before.pk).contact == survivor


def test_where_both_records_had_an_arm_the_one_that_stays_keeps_its_own():
    running = experiment(*TWO)
    usual, short = running.arms.order_by("pk")
    survivor, absorbed = ContactFactory(), ContactFactory()
    for person, arm in ((survivor, usual), (absorbed, short)):
        Enrolment.objects.create(experiment=running, contact=person, arm=arm, shares=[50, 50], at=NOW)
    done = merges.merge(survivor, absorbed)

    invitation = due(running.survey, survivor)
    judge_due(now=NOW)
    merges.undo(done)

    assert arm_of(invitation) == usual
    assert dict(Enrolment.objects.values_list("contact", "arm")) == {survivor.pk: usual.pk, absorbed.pk: short.pk}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"starts_at": NOW + DAY},
        {"ends_at": NOW},
        {"status": "ended", "ended_at": NOW - DAY, "ending": "hand"},
    ],
)
def test_nobody_is_drawn_before_an_experiment_starts_or_after_it_ends(fields):
    other = experiment(*TWO, **fields)
    invitation = due(other.survey)

    judge_due(now=NOW)

    assert arm_of(invitation) is None
    assert Invitation.objects.get(pk=invitation.pk).status == "queued"


def test_an_experiment_ends_when_so_many_contacts_were_asked():
    running = experiment(*TWO, most_asked=2)
    for _number in range(2):
        due(running.survey)
    judge_due(now=NOW)
    assert Experiment.objects.get().status == "running"
    Invitation.objects.update(status="sent", asked_at=NOW)

    late = due(running.survey)
    judge_due(now=NOW + DAY)

    assert arm_of(late) is None
    ended = Experiment.objects.get()
    assert (ended.status, ended.ending, ended.ended_at) == ("ended", "number", NOW + DAY)


def test_an_ask_by_hand_and_one_that_was_let_out_before_get_no_arm():
    running = experiment(*TWO)
    by_hand = due(running.survey, trigger=None)
    revived = due(running.survey, queued_at=NOW - DAY)

    judge_due(now=NOW)

    assert arm_of(by_hand) is None
    assert arm_of(revived) is None


def test_where_no_experiment_draws_judging_takes_not_one_query_more():
    running = experiment(*TWO)
    for _number in range(3):
        due(running.survey)
    Experiment.objects.update(status="draft")

    with CaptureQueriesContext(
        connection,
    ) as idle:
        judge_due(now=NOW)

    told = [query["sql"] for query in idle if "surveys_experiment" in query["sql"] or "surveys_arm" in query["sql"]]
    assert len(told) == 1, told
    assert "ARRAY(SELECT" in told[0]
    assert not any("enrolment" in query["sql"] for query in idle)


def test_the_queries_of_an_experiment_do_not_grow_with_its_contacts():
    running = experiment(*TWO)
    numbers = []
    for people in (2, 12):
        for _number in range(people):
            due(running.survey)
        with CaptureQueriesContext(connection) as captured:
            judge_due(now=NOW)
        numbers.append(sum("enrolment" in query["sql"] for query in captured))

    assert numbers == [3, 3]


def test_one_survey_has_one_running_experiment():
    running = experiment(*TWO)
    second = ExperimentFactory(survey=running.survey, starts_at=NOW - DAY, ends_at=NOW + DAY)

    with pytest.raises(IntegrityError, match="surveys_experiment_one_runs"), transaction.atomic():
        second.start(now=NOW)

    second.refresh_from_db()
    assert second.status == "draft"
    second.start(now=NOW + 31 * DAY)
    running.refresh_from_db()
    assert (running.status, running.ending, running.ended_at) == ("ended", "date", running.ends_at)
