"""The next round of a wave, judged before it is switched on."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from crm.models import Contact, LatestScore
from surveys.judging import wave_dryrun
from surveys.judging.facts import policy_of
from surveys.models import AskingPolicy, CustomerSegment, Hold, Invitation
from surveys.services import judge_due, plan_invitations
from tests.factories import InvitationFactory, SurveyVersionFactory, UserFactory, WaveFactory
from tests.noes import opt_out
from tests.surveys.test_admin_dryrun import POLICY
from tests.surveys.test_waves import CADENCE, START, contacts, moment

pytestmark = pytest.mark.django_db
NOW = moment(0)


@pytest.fixture
def wave():
    return WaveFactory(survey=SurveyVersionFactory().survey, cadence_days=CADENCE, starts_on=START, is_active=False)


def carried(number, **fields):
    made = contacts(number, **fields)
    for contact in made:
        contact.addresses.create(medium="email", value=contact.email, is_preferred=True)
    return made


def run(wave, now=NOW, **policy):
    turns = wave_dryrun.turns_ahead(wave, now=now)
    return wave_dryrun.dry_run(wave, policy_of(AskingPolicy(**policy)), turns, now=now)


def test_everybody_has_one_turn_and_is_asked_or_told_of_with_the_reason(wave):
    people = carried(40)
    opt_out(people[0])
    Hold.place(contact_id=people[1].pk, cause="followup-1")
    Contact.objects.filter(pk=people[2].pk).first().addresses.all().delete()

    found = run(wave)

    assert (found.touchpoints, found.asked, found.waiting) == (40, 37, 0)
    assert found.refused == {"do_not_contact": 1, "hold": 1, "no_address": 1}
    assert not Invitation.objects.exists()
    wave.refresh_from_db()
    assert (wave.is_active, wave.planned_until) == (False, None)


def test_it_says_what_happens_then(wave):
    people = carried(30)
    opt_out(people[0])
    found = run(wave)

    wave.is_active = True
    wave.save()
    for day in range(CADENCE + 1):
        plan_invitations(now=moment(day))
        judge_due(now=moment(day, hour=12))

    statuses = Invitation.objects.filter(wave_round=1).values_list("status", flat=True)
    assert len(statuses) >= found.touchpoints - 1
    assert found.asked == Invitation.objects.filter(wave_round=1, status="queued").count()


def test_only_who_is_in_the_segment_has_a_turn(wave):
    people = carried(20)
    LatestScore.objects.bulk_create(
        LatestScore(contact=each, metric="nps", answer=each.pk, answered_at=NOW, score=10, category="promoter")
        for each in people[:6]
    )
    wave.segment = CustomerSegment.objects.create(
        owner=UserFactory(), name="Fans", conditions={"answered": "promoter"}, is_shared=True
    )
    wave.save()

    assert run(wave).touchpoints == 6


def test_one_mailbox_is_asked_once_whoever_carries_it(wave):
    first, second = carried(2)
    second.addresses.update(value=first.email)

    assert run(wave, days_late=0).asked == 1


def test_what_others_asked_counts_and_the_daily_maximum_puts_off(wave):
    people = carried(20)
    InvitationFactory(contact=people[0], asked_at=NOW - timedelta(days=1), queued_at=NOW - timedelta(days=1))
    wave.survey.daily_maximum = 1
    wave.survey.save()

    found = run(wave, relational_days=365, floor_days=90)

    assert found.refusals >= 1
    assert max(day.asked for day in found.days) == 1


def test_days_that_are_planned_already_are_left_out(wave):
    carried(5)
    wave.planned_until = START + timedelta(days=3)

    first, last = wave_dryrun.days_ahead(wave, NOW)

    assert (first, (last - first).days) == (START + timedelta(days=4), CADENCE - 1)


def test_more_customers_take_no_more_queries(wave, django_assert_num_queries, django_assert_max_num_queries):
    carried(3)
    turns = wave_dryrun.turns_ahead(wave, now=NOW)
    with django_assert_max_num_queries(14):
        wave_dryrun.dry_run(wave, policy_of(AskingPolicy()), turns, now=NOW)
    carried(30, last_name="More")
    turns = wave_dryrun.turns_ahead(wave, now=NOW)
    with django_assert_max_num_queries(14):
        wave_dryrun.dry_run(wave, policy_of(AskingPolicy()), turns, now=NOW)


def address(wave):
    return reverse("admin:surveys_wave_dry_run", args=[wave.pk])


def test_an_administrator_sees_whom_it_would_ask(client, administrator, wave):
    wave.starts_on = clock.now().date()
    wave.save()
    people = carried(3)
    opt_out(people[0])
    client.force_login(administrator)
    assert address(wave) in client.get(reverse("admin:surveys_wave_change", args=[wave.pk])).text

    page = client.post(address(wave), POLICY)

    assert (page.context["run"].asked, page.context["run"].refusals) == (2, 1)
    assert "<dt>Customers whose turn comes</dt><dd>3</dd>" in page.text
    assert "1 · The customer does not want to be contacted." in page.text or "1 · " in page.text
    assert not Invitation.objects.exists()


def test_a_segment_that_cannot_be_read_and_too_many_are_said(client, administrator, wave, monkeypatch):
    client.force_login(administrator)
    carried(2)
    monkeypatch.setattr("surveys.admin.dryruns.MOST_ASKS", 1)
    assert "There are 2 customers; at most 1 can be judged" in client.post(address(wave), POLICY).text
    wave.segment = CustomerSegment.objects.create(owner=UserFactory(), name="Gone", conditions={"product": "999999"})
    wave.save()

    page = client.post(address(wave), POLICY)

    assert "The segment cannot be read any more" in page.text
    assert "run" not in page.context


def test_nobody_else_runs_it(client, owner, manager, wave):
    for user in (owner, manager):
        client.force_login(user)
        assert client.post(address(wave), POLICY).status_code in (302, 403)
