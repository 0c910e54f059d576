"""Closing letters in the nights in which clocks are put back or forward: an hour twice, an hour that is not there."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import clock
from followups.closing import dispatch, settlement
from followups.models import ClosingLetter, StaffNotice
from followups.notices.overdue import tell_due
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory

pytestmark = pytest.mark.django_db
GATEWAY = {"HTTP_USER_AGENT": "Mozilla/5.0 Firefox/120.0", "REMOTE_ADDR": "203.0.113.7"}
PERSON = {"scripted": "1", "gesture": "touch"}
# All of Europe puts its clocks back, or forward, at one in the morning in UTC.
BACK, FORWARD = datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=["Europe/Vilnius", "Europe/Kyiv"])
def zone(request):
    with timezone.override(ZoneInfo(request.param)):
        yield request.param


@pytest.fixture(params=[BACK, FORWARD], ids=["back", "forward"])
def night(request, zone):
    """The moment of the change."""
    return request.param


@pytest.fixture
def at(monkeypatch):
    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    return at


@pytest.fixture
def letter(at, night, zone, owner):
    """One that was written a day before, about work that was late by then."""
    at(night - DAY)
    invitation = InvitationFactory(contact=ContactFactory(timezone=zone), status="answered")
    followup = FollowupFactory(
        assignee=owner,
        team=owner.team,
        response__invitation=invitation,
        response__score=2,
        first_contact_due_at=night - 3 * DAY,
        resolve_due_at=night - 2 * DAY,
    )
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return dispatch.write(followup=followup, subject="S", words="W", key=uuid4(), by=owner)


def say(client, letter, solved, **form):
    shown = str(int((clock.now() - 20 * SECOND).timestamp() * 1000))
    client.post(f"/c/{letter.token}/", {"solved": solved, "shown": shown} | form, **GATEWAY)
    return reread(letter)


def reread(letter):
    letter.refresh_from_db()
    letter.followup.refresh_from_db()
    return letter


def test_a_doubted_answer_waits_a_minute_and_no_hour(client, letter, night, at):
    at(night - 30 * SECOND)
    assert say(client, letter, "no").verdict == "unsure"

    assert settlement.settle_due(at(night + 29 * SECOND)) == 0
    assert settlement.settle_due(at(night + 30 * SECOND)) == 1
    assert reread(letter).followup.is_open


@pytest.mark.parametrize(("after", "is_held"), [(10 * MINUTE - SECOND, True), (10 * MINUTE, False), (HOUR, False)])
def test_a_machine_shows_itself_within_ten_minutes_of_the_change(client, letter, night, at, after, is_held):
    said_at = at(night - 5 * MINUTE)
    say(client, letter, "no")
    at(said_at + after)

    client.get(f"/c/{letter.token}/d/", **GATEWAY)

    assert reread(letter).is_held is is_held


def test_the_question_closes_after_sixty_whole_days(client, letter, night, at):
    assert letter.expires_at - letter.written_at == 60 * DAY
    ClosingLetter.objects.update(expires_at=night)
    at(night - SECOND)
    assert say(client, letter, "yes", **PERSON).answer == "yes"

    assert client.get(f"/c/{letter.token}/").status_code == 200
    at(night)
    assert client.get(f"/c/{letter.token}/").status_code == 410


def test_work_that_a_no_opens_keeps_its_due_moment_and_is_not_told_late_at_once(client, letter, night, at):
    at(night + SECOND)
    say(client, letter, "no", **PERSON)
    settlement.settle_due(clock.now())

    followup = reread(letter).followup
    assert followup.next_due_at == night - 3 * DAY
    assert followup.is_overdue(clock.now())
    assert tell_due(at(night + HOUR)) == tell_due(at(night + DAY)) == 0
    assert list(StaffNotice.objects.values_list("kind", flat=True)) == ["customer_replied"]


def test_the_day_to_look_again_is_one_day_however_many_hours_it_has(client, letter, owner, night, at):
    day = date(night.year, night.month, night.day)
    midnights = [datetime.combine(each, datetime.min.time(), timezone.get_current_timezone()) for each in
                 (day, day + DAY)]  # fmt: skip
    followup = letter.followup
    followup.reopen(by=owner)
    followup.wait(by=owner, until=day)
    at(midnights[0] - SECOND)
    say(client, letter, "yes", **PERSON)
    settlement.settle_due(clock.now())

    followup = reread(letter).followup
    assert followup.waits(midnights[0] - SECOND)
    assert not followup.waits(midnights[0])
    assert midnights[1].astimezone(UTC) - midnights[0].astimezone(UTC) == DAY + (HOUR if night is BACK else -HOUR)
    assert tell_due(at(midnights[0] - SECOND)) == 0
    assert tell_due(at(midnights[0])) == 1
    assert tell_due(at(midnights[1] - SECOND)) == 0
