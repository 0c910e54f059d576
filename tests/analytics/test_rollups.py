import random
from datetime import timedelta
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts import company_clock
from analytics import services
from analytics.dashboard.filters import preset
from analytics.models import COUNTED, Dimension, Rollup, RollupChange, RollupState
from analytics.periods import Granularity, Period
from analytics.rollups import cells
from responses.models import Response
from surveys.models import Invitation
from tests.analytics.answers import NOW, answer, ask, at, scores, version_of
from tests.factories import ChannelFactory, ProductFactory, TeamFactory, UserFactory


def selection(period="12m", by=Granularity.MONTH, **chosen):
    period = period if isinstance(period, Period) else preset(period, company_clock.today(NOW))
    return cells.Selection(period=period, before=period.previous, zone=company_clock.zone(), granularity=by, **chosen)


def told(selection):
    """What readers see, without cells in which nothing is left."""
    return sorted(cell for cell in cells.read(selection) if any(cell.by_score) or cell.asked)


def told_by_raw_rows(selection):
    """The same, while no rollup may be used."""
    with transaction.atomic():
        RollupState.objects.all().delete()
        found = told(selection)
        transaction.set_rollback(True)
    return found


def total(selection):
    return sum(sum(cell.by_score) for cell in cells.read(selection) if cell.dimension == "all" and cell.is_current)


def test_a_refresh_folds_the_changes_into_days_and_months(version):
    answer(version, [10, 3, 8], at=at("2026-07-01T10:00"), asked_at=at("2026-06-28T10:00"))
    services.rebuild_rollups()

    answer(version, [10], at=at("2026-07-01T11:00"), asked_at=at("2026-06-28T11:00"))
    refreshed = services.refresh_rollups()

    assert refreshed == 2  # asked and answered, answer
    assert not RollupChange.objects.exists()
    day = Rollup.objects.get(span="day", dimension="all", start="2026-07-01")
    month = Rollup.objects.get(span="month", dimension="all", start="2026-07-01")
    assert (day.c10, day.c8, day.c3, day.asked, month.c10) == (2, 1, 1, 0, 2)
    asked = Rollup.objects.get(span="month", dimension="all", start="2026-06-01")
    assert (asked.asked, asked.answered, asked.c10) == (4, 4, 0)


def test_a_second_refresh_finds_nothing(version):
    services.rebuild_rollups()
    answer(version, [10, 10])

    assert services.refresh_rollups() > 0
    assert services.refresh_rollups() == 0
    assert total(selection()) == 2


def test_a_new_answer_counts_at_once_and_once(version):
    services.rebuild_rollups()

    answer(version, [9, 9])

    assert total(selection()) == 2
    services.refresh_rollups()
    assert total(selection()) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda: Response.objects.filter(score=10).update(score=0),
        lambda: Response.objects.filter(score=10).update(frozen_score=4, frozen_at=NOW),
        lambda: Response.objects.filter(score=10).update(is_provisional=True),
        lambda: Response.objects.filter(score=10).update(answered_at=NOW - timedelta(days=40)),
        lambda: Response.objects.filter(score=10).update(manager=UserFactory()),
        lambda: Response.objects.filter(score=10).delete(),
        lambda: Invitation.objects.filter(response__isnull=True).delete(),
        lambda: Invitation.objects.filter(response__isnull=True).update(answered_at=NOW),
        lambda: Invitation.objects.filter(response__isnull=True).update(asked_at=NOW - timedelta(days=70)),
    ],
    ids=[
        "score",
        "frozen score",
        "provisional",
        "moment",
        "manager",
        "deleted",
        "invitation gone",
        "answered",
        "asked earlier",
    ],
)
def test_every_change_of_a_counted_row_is_seen_before_and_after_the_refresh(version, change):
    answer(version, [10, 3, 8], at=at("2026-07-01T10:00"))
    ask(version, count=3, at=at("2026-07-02T10:00"))
    services.rebuild_rollups()

    change()

    before_refresh = told(selection())
    assert before_refresh == told_by_raw_rows(selection())
    assert services.refresh_rollups() >= 1
    assert told(selection()) == before_refresh
    assert services.check_rollups() == []


def test_no_sum_mixes_two_metrics_or_two_origins(version):
    answer(version, scores(promoters=3))
    answer(version, [5] * 4, metric="csat")
    answer(version, scores(detractors=5), origin="imported")

    for refresh in (False, True):
        if refresh:
            services.refresh_rollups()
        assert total(selection()) == 3
        assert total(selection(metric="csat")) == 4
        assert total(selection(origins=("imported",))) == 5


def test_tests_are_counted_nowhere(version):
    services.rebuild_rollups()

    answer(version, scores(promoters=3), origin="test")
    Response.objects.update(score=0)
    Invitation.objects.update(answered_at=None)

    assert not RollupChange.objects.exists()
    services.refresh_rollups()
    assert not Rollup.objects.exists()
    assert told(selection(origins=("test",))) == []
    assert told_by_raw_rows(selection(origins=("test",))) == []


@pytest.mark.parametrize("names", [("manager", "channel"), ("channel", "product"), ("manager", "channel", "product")])
def test_crossed_filters_read_the_rows_in_detail_and_agree_with_the_raw_rows(version, names):
    one = {"manager": UserFactory(team=TeamFactory()), "channel": ChannelFactory(), "product": ProductFactory()}
    for left_out in (None, *one):
        answer(version, [9, 3], **{name: row for name, row in one.items() if name != left_out})
    services.refresh_rollups()
    crossed = selection(members={Dimension(name): one[name].pk for name in names})

    assert total(crossed) == 2 * (4 - len(names))
    assert told(crossed) == told_by_raw_rows(crossed)


def test_settling_and_commenting_leave_no_change(version):
    answer(version, [10])
    services.rebuild_rollups()

    Response.objects.update(settled_at=NOW, comment="Fine", changed_at=NOW)
    Invitation.objects.update(judged_at=NOW, status="answered")

    assert not RollupChange.objects.exists()


def test_what_is_said_after_the_score_froze_leaves_no_change_and_is_counted_by_nobody(version):
    answer(version, [3, 10], at=at("2026-07-01T10:00"))
    services.rebuild_rollups()
    before = told(selection())

    Response.objects.filter(score=3).freeze(at=NOW)
    Response.objects.filter(counted_score=3).update(score=9)

    assert not RollupChange.objects.exists()
    assert told(selection()) == told_by_raw_rows(selection()) == before
    assert services.check_rollups() == []


def test_invitations_that_were_only_planned_leave_no_change(version):
    planned = ask(version)[0]
    Invitation.objects.filter(pk=planned.pk).update(asked_at=None, status="planned")
    RollupChange.objects.all().delete()

    Invitation.objects.filter(pk=planned.pk).update(due_at=NOW, manager=UserFactory())

    assert not RollupChange.objects.exists()


def test_days_are_cut_in_the_companys_zone_and_anew_when_it_changes(version, settings):
    answer(version, [10], at=at("2026-06-30T22:30"))
    services.rebuild_rollups()
    july = Period(at("2026-07-01T00:00").date(), at("2026-07-16T00:00").date())
    assert total(selection(july)) == 0

    settings.TIME_ZONE = "Europe/Kyiv"

    assert total(selection(july)) == 1
    services.refresh_rollups()
    assert total(selection(july)) == 1
    assert Rollup.objects.get(span="day", dimension="all", c10=1).start == july.start


@pytest.mark.parametrize("seed", range(4))
def test_rollups_with_their_changes_equal_the_raw_rows(version, seed):
    dice = random.Random(seed)
    versions = [version, version_of()]
    teams = [TeamFactory() for _ in range(2)]
    managers = [*(UserFactory(team=dice.choice(teams)) for _ in range(3)), None]
    channels, products = [ChannelFactory(), ChannelFactory(), None], [ProductFactory(), ProductFactory()]

    def something_happens():
        moment = NOW - timedelta(minutes=dice.randrange(60 * 24 * 500))
        facts = {
            "manager": dice.choice(managers),
            "team": dice.choice([*teams, None]),
            "channel": dice.choice(channels),
            "product": dice.choice(products),
        }
        answer(
            dice.choice(versions),
            [dice.randrange(11) for _ in range(3)],
            at=moment,
            asked_at=moment - timedelta(days=dice.randrange(20)),
            **facts,
        )
        ask(dice.choice(versions), count=2, at=moment, **facts)
        somebody = Response.objects.order_by("?").first()
        dice.choice(
            [
                lambda: Response.objects.filter(pk=somebody.pk).update(score=dice.randrange(11)),
                lambda: Response.objects.filter(pk=somebody.pk).update(is_provisional=not somebody.is_provisional),
                lambda: Response.objects.filter(pk=somebody.pk).delete(),
                lambda: Response.objects.filter(pk=somebody.pk).update(channel=channels[0], comment="moved"),
            ]
        )()

    views = [
        selection(),
        selection("24m", Granularity.QUARTER, surveys=(version.survey_id,)),
        selection("90d", Granularity.WEEK),
        selection(
            Period(at("2026-02-10T00:00").date(), at("2026-05-20T00:00").date()), Granularity.WEEK, teams=(teams[0].pk,)
        ),
        selection(members={Dimension.MANAGER: managers[0].pk}),
        selection("6m", Granularity.WEEK, members={Dimension.CHANNEL: channels[0].pk}),
        selection("year", members={Dimension.PRODUCT: products[1].pk}, teams=tuple(team.pk for team in teams)),
        selection(members={Dimension.MANAGER: managers[1].pk, Dimension.PRODUCT: products[0].pk}),
    ]
    services.rebuild_rollups()
    for round_ in range(8):
        for _ in range(3):
            something_happens()
        if round_ % 3 == 2:
            services.refresh_rollups()
        assert services.check_rollups() == []
        for view in views:
            expected = [cell for cell in told_by_raw_rows(view) if shown(cell, view)]
            assert [cell for cell in told(view) if shown(cell, view)] == expected
    services.refresh_rollups()
    folded = rows_of_rollups()
    services.rebuild_rollups()
    assert folded == rows_of_rollups()


def rows_of_rollups():
    """Every stored row that counts something; folding may leave rows of zeros."""
    keys = ("span", "start", "dimension", "member_id", "other_id", "survey_id", "team_id")
    rows = Rollup.objects.values_list(*keys, *COUNTED)
    return sorted((row for row in rows if any(row[len(keys) :])), key=str)


def shown(cell, view):
    """The whole is always told; of the chosen dimension only the chosen member is."""
    chosen = view.members.get(cell.dimension)
    return chosen is None or cell.member_id == chosen


def test_a_wrong_rollup_is_found(version, capsys):
    answer(version, [10], at=at("2026-07-01T10:00"))
    services.rebuild_rollups()
    call_command("check_rollups")

    Rollup.objects.filter(span="day", dimension="manager").update(c10=5)

    with pytest.raises(CommandError, match="Run rebuild_rollups"):
        call_command("check_rollups")
    assert "2026-07-01 manager" in capsys.readouterr().err
    call_command("rebuild_rollups")
    call_command("check_rollups")


def test_an_invitation_that_says_otherwise_than_its_answer_is_found(version, capsys):
    (given,) = answer(version, [10], at=at("2026-07-01T10:00"))
    services.rebuild_rollups()
    Response.objects.update(is_provisional=True)
    services.refresh_rollups()

    with pytest.raises(CommandError, match="1 invitations say otherwise than their answers"):
        call_command("check_rollups")

    assert f"invitation {given.invitation_id}" in capsys.readouterr().err


def test_members_of_no_team_are_seen_by_nobody_who_has_no_team(version):
    answer(version, [10])
    services.rebuild_rollups()

    assert told(selection(teams=())) == []
    assert total(selection(teams=None)) == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_commits_during_a_refresh_is_neither_lost_nor_doubled():
    version = version_of()
    answer(version, scores(promoters=3), at=at("2026-07-01T10:00"))
    services.rebuild_rollups()

    def elsewhere(act):
        found = []

        def run():
            found.append(act())
            connection.close()

        thread = Thread(target=run)
        thread.start()
        thread.join()
        return found[0]

    with transaction.atomic():
        answer(version, [0], at=at("2026-07-01T12:00"))
        assert elsewhere(services.refresh_rollups) == 0
        assert elsewhere(lambda: total(selection())) == 3
    assert total(selection()) == 4

    with transaction.atomic():
        services.refresh_rollups()
        elsewhere(lambda: answer(version, [0], at=at("2026-07-01T13:00")))
        assert elsewhere(services.refresh_rollups) == 0  # another one is at work
    assert total(selection()) == 5
    services.refresh_rollups()
    assert total(selection()) == 5
    assert services.check_rollups() == []
