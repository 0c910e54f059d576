"""Many workers on real connections take codes of one pool."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connections

from followups import services
from followups.compensations import codes, gifts
from followups.compensations.codes import NoCodeLeft
from followups.compensations.gifts import Gift
from followups.letters.replies import StaffReply
from followups.models import CodePool, Compensation, PoolCode
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory, UserFactory

WORKERS = 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool():
    pool = CodePool.objects.create(name="Voucher", amount=20, currency="EUR")
    codes.take_in(pool, "\n".join(f"CODE-{number}" for number in range(20)))
    return pool


def at_once(work, subjects):
    barrier = Barrier(WORKERS)

    def one(subject):
        barrier.wait(timeout=20)
        try:
            return work(subject)
        except NoCodeLeft:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(one, subjects))


def test_no_two_customers_get_one_code(pool):
    contacts = [ContactFactory() for _ in range(WORKERS)]

    given = at_once(lambda contact: gifts.offer(contact=contact, gift=Gift(pool=pool), key=uuid4()), contacts)

    assert len({row.code_id for row in given}) == WORKERS
    assert Compensation.objects.count() == PoolCode.objects.exclude(given_at=None).count() == WORKERS


def test_the_last_codes_go_to_as_many_as_there_are(pool):
    PoolCode.objects.filter(pk__in=list(PoolCode.objects.values_list("pk", flat=True)[:17])).delete()
    contacts = [ContactFactory() for _ in range(WORKERS)]

    given = at_once(lambda contact: gifts.offer(contact=contact, gift=Gift(pool=pool), key=uuid4()), contacts)

    assert len([row for row in given if row]) == Compensation.objects.count() == 3


def test_one_form_sent_by_eight_gives_one_code_and_one_letter(pool):
    invitation = InvitationFactory(contact=ContactFactory(email="ona@shop.example"), status="answered")
    followup, by, key = FollowupFactory(response__invitation=invitation), UserFactory(), str(UUID(int=5))

    sent = at_once(
        lambda _: services.reply(
            followup=followup, said=StaffReply(subject="S", text="{code}"), key=key, by=by, gives=pool
        ),
        range(WORKERS),
    )

    assert len({message.pk for message in sent}) == 1
    assert Compensation.objects.count() == PoolCode.objects.exclude(given_at=None).count() == 1


def test_eight_uploads_of_one_file_add_it_once(pool):
    text = "\n".join(f"NEW-{number}" for number in range(50))
    pools = [CodePool.objects.create(name=f"Pool {number}") for number in range(WORKERS)]

    done = at_once(lambda each: codes.take_in(each, text), pools)

    assert sum(each.taken for each in done) == 50
    assert PoolCode.objects.count() == 70
