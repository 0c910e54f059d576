"""Eight people put one follow-up into states, and two administrators choose the usual one, at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from followups.models import Followup, FollowupIsClosed, WorkState
from tests.factories import FollowupFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Do each on a connection of its own; return what each returned, or what refused it."""
    together = Barrier(len(deeds))

    def do(deed):
        try:
            together.wait(timeout=20)
            return deed()
        except (IntegrityError, FollowupIsClosed) as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_each_move_goes_on_from_the_one_before():
    followup, by = FollowupFactory(), UserFactory()
    states = [WorkState.objects.create(meaning="waiting", names={"en": f"For {number}"}) for number in range(8)]

    done = at_once(*(lambda s=state: Followup.objects.get(pk=followup.pk).put(s, by=by) for state in states))

    assert done == [True] * 8
    moves = list(followup.activities.order_by("pk"))
    assert [move.change.get("from") for move in moves] == ["new", *[None] * 7]
    assert Followup.objects.get(pk=followup.pk).state.names == moves[-1].change["state"]


def test_a_state_chosen_while_another_closes_it_does_not_open_it():
    followup, by = FollowupFactory(), UserFactory()
    state = WorkState.objects.create(meaning="waiting", names={"en": "For the warehouse"})

    at_once(
        lambda: Followup.objects.get(pk=followup.pk).put(state, by=by),
        lambda: Followup.objects.get(pk=followup.pk).dismiss(reason="No.", by=by),
    )

    after = Followup.objects.get(pk=followup.pk)
    assert (after.status, after.state.meaning) == ("dismissed", "dismissed")


def test_two_usual_ones_chosen_at_once_are_one():
    states = [WorkState.objects.create(meaning="waiting", names={"en": f"For {number}"}) for number in range(4)]

    assert at_once(*(state.make_default for state in states)) == [True] * 4

    assert WorkState.objects.filter(meaning="waiting", is_default=True).count() == 1


def test_a_state_whose_meaning_changes_while_it_is_first_used_fits_what_is_in_it():
    followup, by = FollowupFactory(), UserFactory()
    state = WorkState.objects.create(meaning="waiting", names={"en": "For the warehouse"})

    at_once(
        lambda: Followup.objects.get(pk=followup.pk).put(state, by=by),
        lambda: WorkState.objects.filter(pk=state.pk).update(meaning="in_progress"),
    )

    after = Followup.objects.get(pk=followup.pk)
    assert after.state.meaning == after.status
