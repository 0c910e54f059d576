from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import clock, setaside
from accounts.models import SetAsideRow, Team
from accounts.setaside import Batch

pytestmark = pytest.mark.django_db
LIST = reverse("admin:accounts_setasiderow_changelist")
NOW = clock.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def batch(monkeypatch):
    monkeypatch.setattr(setaside, "_known", {})
    return Batch("tests", _("trying this and that"), task="tests.work", model=Team, patience=(HOUR, 2 * HOUR))


def fail_at(*bad):
    def work(rows):
        if set(rows) & set(bad):
            raise ValueError("no good")
        return list(rows)

    return work


def kept():
    return list(SetAsideRow.objects.order_by("row").values_list("row", "tries", "rests_until"))


def test_a_good_run_takes_one_query_and_the_work(batch, django_assert_num_queries):
    with django_assert_num_queries(3):  # what rests, a savepoint and its end
        assert batch.run(NOW).each_alone([1, 2], fail_at()).results == [[1, 2]]


def test_a_row_rests_longer_from_try_to_try_and_in_the_end_until_somebody_asks(batch):
    for moment, tries, again in [(NOW, 1, HOUR), (NOW + HOUR, 2, 2 * HOUR), (NOW + 3 * HOUR, 3, None)]:
        run = batch.run(moment)
        assert run.resting == []
        run.each_alone([1, 2], fail_at(2))
        assert kept() == [("2", tries, again and moment + again)]
        assert SetAsideRow.objects.get().at == moment
        assert batch.run(moment).resting == ["2"]

    assert batch.run(NOW + 1000 * HOUR).resting == ["2"]


def test_places_know_nothing_of_each_other(batch):
    batch.run(NOW, place="a").each_alone([1], fail_at(1))

    assert batch.run(NOW, place="b").resting == []
    batch.run(NOW + HOUR, place="b").each_alone([1], fail_at())
    assert kept() == [("1", 1, NOW + HOUR)]


def test_two_parts_of_one_run_forget_nothing_of_each_other(batch):
    batch.run(NOW).each_alone([1, 2], fail_at(1, 2))

    run = batch.run(NOW + HOUR)
    run.one_by_one([1], lambda row: fail_at(1)([row]))
    run.each_alone([2, 3], fail_at())

    assert kept() == [("1", 2, NOW + 3 * HOUR)]


def test_an_error_that_spares_no_row_is_of_none(batch):
    def fail(*_rows):
        raise ValueError("no good")

    run = batch.run(NOW)

    with pytest.raises(ValueError, match="no good"):
        run.all_or_each(fail, lambda: [1, 2, 3], fail)
    assert kept() == []
    run.all_or_each(fail, lambda: [1], fail)
    assert kept() == [("1", 1, NOW + HOUR)]


def test_a_row_that_its_work_leaves_due_has_failed_and_nothing_of_it_stays(batch):
    teams = [Team.objects.create(name=name).pk for name in ("North", "South", "West")]
    due = Team.objects.filter(name__in=["North", "South", "West"]).order_by("pk")

    def rename(keys):
        for pk in keys:
            Team.objects.filter(pk=pk).update(name=f"{pk} is done")
            Team.objects.create(name=f"made of {pk}")
        Team.objects.filter(pk=teams[1]).update(name="South")

    batch.run(NOW).each_alone(list(due), lambda rows: rename([row.pk for row in rows]), due=due)

    assert list(due.values_list("pk", flat=True)) == [teams[1]]
    assert kept() == [(str(teams[1]), 1, NOW + HOUR)]
    assert SetAsideRow.objects.get().reason == "StillDue: It was worked at and is due as before."
    assert set(Team.objects.filter(name__startswith="made").values_list("name", flat=True)) == {
        f"made of {teams[0]}",
        f"made of {teams[2]}",
    }


def test_an_administrator_sees_why_and_has_it_tried_again(batch, client, administrator, monkeypatch):
    nudged = []
    monkeypatch.setattr(setaside, "nudge", nudged.append)
    team = Team.objects.create(name="North")
    batch.run(NOW).each_alone([team.pk], fail_at(team.pk))
    SetAsideRow.objects.create(batch="gone", place="/drop", row="a.eml", reason="Overgrown: too many parts.")
    client.force_login(administrator)

    page = client.get(LIST).content.decode()
    chosen = list(SetAsideRow.objects.values_list("pk", flat=True))
    answer = client.post(LIST, {"action": "try_again", "_selected_action": chosen}, follow=True)

    assert "ValueError: no good" in page
    assert f'<a href="{reverse("admin:accounts_team_change", args=[team.pk])}">team {team.pk}</a>' in page
    assert "Overgrown: too many parts." in page
    assert "trying this and that" in page
    assert "2 rows will be tried again." in answer.content.decode()
    assert nudged == ["tests.work"]
    assert batch.run(clock.now()).wanted == [str(team.pk)]


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "manager"])
def test_nobody_else_sees_or_retries_what_is_set_aside(batch, client, who, request):
    client.force_login(request.getfixturevalue(who))
    batch.run(NOW).each_alone([1], fail_at(1))

    assert client.get(LIST).status_code in (302, 403)
    client.post(LIST, {"action": "try_again", "_selected_action": [SetAsideRow.objects.get().pk]})
    assert kept() == [("1", 1, NOW + HOUR)]
