import pytest

from analytics.models import Alarm, Dimension, WatchedSeries
from tests.analytics.answers import NOW, answer, manager_called, scores
from tests.factories import ChannelFactory, TeamFactory

pytestmark = pytest.mark.django_db

PAGE, WATCH = "/dashboard/alarms/", "/dashboard/alarms/watch/"


@pytest.fixture
def as_ceo(client, ceo):
    client.force_login(ceo)
    return client


def alarm_of(series, **facts):
    given = {"start": NOW.date(), "granularity": "week", "direction": "worse", "baseline": 40.0, "points": -12.4}
    return Alarm.objects.create(series=series, statistic=-4.0, **{**given, **facts})


def test_the_number_on_the_dashboard_is_watched_by_a_press_and_left_by_another(as_ceo, ceo, version):
    owner = manager_called("Ona")
    answer(version, scores(promoters=8), manager=owner)
    query = f"?manager={owner.pk}&survey={version.survey.pk}"

    answered = as_ceo.post(WATCH + query)

    assert answered["Location"] == f"/dashboard/{query}"
    (row,) = WatchedSeries.objects.all()
    assert (row.dimension, row.member_id, row.survey, list(row.watchers.all())) == (
        Dimension.MANAGER, owner.pk, version.survey, [ceo],
    )  # fmt: skip
    assert "Stop watching" in as_ceo.get(f"/dashboard/{query}").content.decode()
    assert "Watch this number" in as_ceo.get("/dashboard/").content.decode()
    as_ceo.post(WATCH + query)
    assert WatchedSeries.objects.get().watchers.count() == 1
    as_ceo.post(WATCH + query, {"stop": "1"})
    assert not WatchedSeries.objects.get().watchers.exists()


@pytest.mark.parametrize("query", ["?origin=any", "?manager={manager}&channel={channel}"])
def test_what_cannot_be_watched_is_told_with_a_remedy(as_ceo, version, query):
    owner = manager_called("Ona")
    query = query.format(manager=owner.pk, channel=ChannelFactory().pk)

    page = as_ceo.post(WATCH + query, follow=True).content.decode()

    assert "at most one manager, channel or product" in page
    assert not WatchedSeries.objects.exists()
    assert "Watch this number" not in as_ceo.get(f"/dashboard/{query}").content.decode()


def test_a_manager_watches_the_own_team_only(client, manager, team, version):
    client.force_login(manager)
    client.post(WATCH)

    assert WatchedSeries.objects.get().team == team

    other = TeamFactory()
    client.post(f"{WATCH}?team={other.pk}")
    assert WatchedSeries.objects.count() == 1


def test_alarms_of_another_team_are_not_there(client, manager, team):
    ours, theirs = (WatchedSeries.objects.create(metric="nps", team=one) for one in (team, TeamFactory()))
    ours.watchers.add(manager)
    alarm_of(ours)
    hidden = alarm_of(theirs)
    client.force_login(manager)

    page = client.get(PAGE).content.decode()

    assert page.count('id="alarm-') == 1
    assert client.post(f"{PAGE}{hidden.pk}/seen/").status_code == 404
    assert client.post(f"{PAGE}series/{theirs.pk}/end/").status_code == 404


def test_the_first_who_sees_an_alarm_is_remembered(as_ceo, ceo, client, manager, team):
    row = WatchedSeries.objects.create(metric="nps", team=team)
    alarm = alarm_of(row)

    as_ceo.post(f"{PAGE}{alarm.pk}/seen/", {"note": "Two couriers were ill."})
    client.force_login(manager)
    told = client.post(f"{PAGE}{alarm.pk}/seen/", {"note": "Me too."}, follow=True).content.decode()
    assert "Somebody saw this alarm before you" in told

    alarm.refresh_from_db()
    assert (alarm.seen_by, alarm.note) == (ceo, "Two couriers were ill.")
    page = client.get(PAGE).content.decode()
    assert "Two couriers were ill." in page
    assert 'id="alarm-' not in page


def test_a_note_that_is_too_long_is_kept_and_told(as_ceo):
    alarm = alarm_of(WatchedSeries.objects.create(metric="nps"))

    refused = as_ceo.post(f"{PAGE}{alarm.pk}/seen/", {"note": "a" * 501})

    assert refused.status_code == 400
    assert "a" * 501 in refused.content.decode()
    alarm.refresh_from_db()
    assert alarm.seen_at is None


def test_an_alarm_stands_as_a_mark_on_the_chart_of_its_number_and_on_no_other(as_ceo, ceo, version):
    owner = manager_called("Ona")
    answer(version, scores(promoters=8), manager=owner)
    row = WatchedSeries.objects.create(metric="nps", dimension=Dimension.MANAGER, member_id=owner.pk)
    alarm_of(row)

    own = as_ceo.get(f"/dashboard/?manager={owner.pk}").content.decode()

    assert own.count("chart__mark--worse") == 2, "on the wide chart and on the narrow one"
    assert "−12 points from the 40" in own
    assert "chart__mark--" not in as_ceo.get("/dashboard/").content.decode()


def test_the_dashboard_says_how_many_alarms_wait(as_ceo, version):
    answer(version, scores(promoters=8))
    alarm_of(WatchedSeries.objects.create(metric="nps"))

    page = as_ceo.get("/dashboard/").content.decode()
    assert 'Is it real <span class="badge">1</span>' in page
    assert 'Alarms <span class="badge">1</span>' in as_ceo.get(PAGE).content.decode()


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}watch/", f"{PAGE}1/seen/", f"{PAGE}series/1/end/"])
def test_strangers_and_agents_stay_outside(client, owner, path):
    send = client.get if path == PAGE else client.post
    assert send(path).status_code == 302
    client.force_login(owner)
    assert send(path).status_code == 403
