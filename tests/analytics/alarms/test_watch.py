from datetime import timedelta

import pytest
from django.utils import translation

from accounts import company_clock
from accounts.models import SetAsideRow
from analytics import services
from analytics.alarms import letters, watch
from analytics.models import Alarm, Dimension, WatchedSeries
from analytics.periods import Granularity, bucket
from delivery.models import Message
from tests.analytics.answers import NOW, answer, manager_called, scores, version_of
from tests.factories import SurveyFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

# The Monday of the running week.
MONDAY = NOW - timedelta(days=NOW.weekday())
WELL, ILL = {"promoters": 9, "passives": 4, "detractors": 3}, {"promoters": 3, "passives": 4, "detractors": 9}


def weeks(version, number, shares, *, ago, **facts):
    """Answers of `number` whole weeks, the last of which ended `ago` weeks before the running one."""
    for week in range(number):
        answer(
            version,
            scores(**shares),
            at=MONDAY - timedelta(weeks=ago + week, days=-2, hours=0) - timedelta(weeks=1),
            **facts,
        )


def watched(person, **key):
    row = WatchedSeries.objects.create(**{"metric": "nps", **key})
    row.watchers.add(person)
    return row


def look(now=NOW):
    services.refresh_rollups()
    return watch.look(now)


@pytest.fixture
def dropped(version):
    """Half a year of good weeks and then three bad ones."""
    weeks(version, 32, WELL, ago=3)
    weeks(version, 3, ILL, ago=0)
    return version


def test_who_watches_is_told_once_of_one_change(dropped, ceo):
    row = watched(ceo)

    (alarm,) = look()

    assert (alarm.series, alarm.direction, alarm.granularity) == (row, "worse", "week")
    assert alarm.points < -15
    (message,) = Message.objects.all()
    assert (message.to_address, message.template) == (ceo.email, "number_changed")
    assert message.context["query"] == "metric=nps"
    assert look() == []
    assert look(NOW + timedelta(days=1)) == []
    assert Message.objects.count() == 1


def test_the_running_week_does_not_count(version, ceo):
    weeks(version, 32, WELL, ago=0)
    answer(version, scores(detractors=60), at=NOW - timedelta(hours=3))
    watched(ceo)

    assert look() == []


def test_a_change_of_another_number_tells_nobody(dropped, ceo):
    other = version_of()
    weeks(other, 32, WELL, ago=0)
    watched(ceo, survey=other.survey)
    channel_of_nobody = watched(ceo, dimension=Dimension.CHANNEL, member_id=987654)

    assert look() == []
    channel_of_nobody.refresh_from_db()
    assert (channel_of_nobody.granularity, channel_of_nobody.answers_a_month) == ("", 0)


def test_a_manager_s_number_is_the_manager_s_only(version, ceo):
    bad, good = manager_called("Ona"), manager_called("Petras")
    for manager, latest in ((bad, ILL), (good, WELL)):
        weeks(version, 32, WELL, ago=3, manager=manager, team=manager.team)
        weeks(version, 3, latest, ago=0, manager=manager, team=manager.team)
    of_bad = watched(ceo, dimension=Dimension.MANAGER, member_id=bad.pk)
    of_team = watched(ceo, team=bad.team)
    watched(ceo, dimension=Dimension.MANAGER, member_id=good.pk)
    watched(ceo, team=good.team)

    assert {alarm.series for alarm in look()} == {of_bad, of_team}
    told = {message.context["query"]: message.context["names"] for message in Message.objects.all()}
    assert told == {f"metric=nps&manager={bad.pk}": ["Ona"], f"metric=nps&team={bad.team.pk}": [bad.team.name]}


def test_few_answers_are_watched_by_the_month_and_fewer_not_at_all(version, ceo):
    month = bucket(company_clock.today(NOW), Granularity.MONTH)
    for ago in range(1, 16):
        answer(version, scores(promoters=30, detractors=10), at=NOW - timedelta(days=30 * ago))
    row = watched(ceo)

    look()

    row.refresh_from_db()
    assert (row.granularity, row.looked_at) == ("month", NOW)
    assert 36 <= row.answers_a_month <= 44
    assert month.day == 1


@pytest.mark.parametrize("change", ["left", "moved", "no rights"])
def test_who_may_not_see_a_number_any_more_is_not_told(version, manager, team, change):
    weeks(version, 32, WELL, ago=3, team=team)
    weeks(version, 3, ILL, ago=0, team=team)
    watched(manager, team=team)
    if change == "left":
        manager.is_active = False
    elif change == "moved":
        manager.team = TeamFactory()
    else:
        manager.groups.clear()
    manager.save()

    assert len(look()) == 1, "the change is known all the same"
    assert not Message.objects.exists()


def test_the_notice_is_written_in_the_language_of_its_reader(dropped, ceo):
    ceo.language = "uk"
    ceo.save()
    watched(ceo)
    look()
    message = Message.objects.get()
    with translation.override("uk"):
        notice = letters.changed(message.context)

    assert message.language == "uk"
    assert "гірше" in notice.subject
    assert notice.link.endswith("/dashboard/?metric=nps")


def test_csat_is_watched_as_the_share_of_the_good(ceo):
    version = version_of(SurveyFactory(metric="csat"))
    for week in range(35):
        given = [5] * 12 + [1] * 4 if week >= 3 else [5] * 4 + [3] * 12
        answer(version, given, at=MONDAY - timedelta(weeks=week + 1, days=-2), metric="csat")
    watched(ceo, metric="csat")

    (alarm,) = look()

    assert alarm.direction == "worse"
    assert alarm.baseline == pytest.approx(75)
    assert alarm.points == pytest.approx(-25)


def test_a_number_of_which_nobody_can_be_told_stops_no_other(dropped, ceo, monkeypatch):
    poisonous, sound = watched(ceo), watched(ceo, survey=dropped.survey)
    of = letters.of

    def failing(alarm):
        if alarm.series == poisonous:
            raise ValueError("no such title")
        return of(alarm)

    with monkeypatch.context() as broken:
        broken.setattr(letters, "of", failing)
        assert [alarm.series for alarm in look()] == [sound]
    assert Message.objects.count() == 1
    (aside,) = SetAsideRow.objects.filter(batch="watching")
    assert (aside.row, Alarm.objects.filter(series=poisonous).exists()) == (str(poisonous.pk), False)

    aside.rests_until = NOW
    aside.save()
    assert [alarm.series for alarm in watch.look(NOW)] == [poisonous]
    assert not SetAsideRow.objects.exists()


def test_without_rollups_nothing_is_said(dropped, ceo):
    watched(ceo)

    assert watch.look(NOW) == []
    assert not Alarm.objects.exists()


def test_nobody_watches_nothing():
    assert look() == []
    assert UserFactory()
