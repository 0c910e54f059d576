"""Two administrators who change the tree at the same time leave a tree."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from followups.models import RootCause
from followups.vocabulary import order

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Do each on a connection of its own; return what the database said to each, None where it took it."""
    together = Barrier(len(deeds))

    def do(deed):
        try:
            with transaction.atomic():
                together.wait(timeout=20)
                deed()
        except IntegrityError as refused:
            return str(refused)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def put(slug, under):
    return lambda: RootCause.objects.filter(slug=slug).update(parent=RootCause.objects.get(slug=under))


def test_two_causes_put_under_each_other_at_once_make_no_circle():
    said = at_once(put("price", "delivery"), put("delivery", "price"))

    assert sorted(one is None for one in said) == [False, True]
    assert RootCause.objects.filter(parent__isnull=False).count() == 1


def test_two_moves_that_make_four_levels_together_are_one():
    RootCause.objects.filter(slug="price").update(parent=RootCause.objects.get(slug="delivery"))
    RootCause.objects.filter(slug="support").update(parent=RootCause.objects.get(slug="billing"))

    said = at_once(put("delivery", "other"), put("billing", "price"))

    assert sorted(one is None for one in said) == [False, True]


def test_eight_moves_at_once_leave_each_cause_a_place_of_its_own():
    slugs = ["price", "delivery", "support", "billing"] * 2
    deeds = [lambda slug=slug: order.move(RootCause.objects.get(slug=slug), down=True) for slug in slugs]

    assert at_once(*deeds) == [None] * 8
    assert [one.position for one in RootCause.objects.order_by("position")] == list(range(7))
