"""Friends, deals and colleagues at one moment, each on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from accounts import clock
from crm import merges
from crm.models import Contact, Touchpoint
from followups.compensations.codes import NoCodeLeft, take_in
from followups.models import CodePool, PoolCode, Referral, ReferralProgramme, ReferralReward
from followups.referrals import codes, leads, rewards
from tests.crm.test_merging_at_once import at_once, on_another_connection
from tests.factories import BrandFactory, ContactFactory, DealFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
JONAS = leads.Friend("Jonas", "Jonaitis", "jonas@friend.example", "en", {})


def leave(code):
    return partial(leads.take, code, JONAS, now=clock.now())


def all_at_once(deeds):
    """Do every deed on a connection of its own, begun together, and return what each gave or raised."""
    barrier = Barrier(len(deeds))

    def begun(deed):
        barrier.wait(20)
        try:
            return deed()
        except NoCodeLeft as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [done.result() for done in [pool.submit(on_another_connection, partial(begun, d)) for d in deeds]]


def test_two_customers_who_bring_the_same_new_friend_at_one_moment_make_one_contact(code, programme):
    second = codes.code_of(ContactFactory(), programme)

    at_once(leave(code), leave(second))

    assert Contact.objects.filter(email=JONAS.email).count() == 1
    assert Referral.objects.get().code == code
    assert Touchpoint.objects.count() == 1


def test_two_brands_make_one_contact_of_a_friend_too(code, programme):
    other = ReferralProgramme.objects.create(brand=BrandFactory(), is_active=True)
    second = codes.code_of(ContactFactory(), other)

    at_once(leave(code), leave(second))

    assert Contact.objects.filter(email=JONAS.email).count() == 1
    assert set(Referral.objects.values_list("code", "is_new")) == {(code.pk, True), (second.pk, False)}


@pytest.mark.parametrize("merge_first", [False, True])
def test_a_friend_whose_record_is_being_merged_is_the_survivor(code, merge_first):
    survivor, absorbed = ContactFactory(), ContactFactory(email=JONAS.email)
    order = (partial(merges.merge, survivor, absorbed), leave(code))

    at_once(*(order if merge_first else reversed(order)))

    assert Referral.objects.get().contact == survivor


def test_each_code_of_a_pool_rewards_one_deal_however_many_decide_at_once(code):
    pool = CodePool.objects.create(name="Vouchers", amount=20, currency="EUR")
    take_in(pool, "ALPHA\nBETA\nGAMMA")
    for _number in range(4):
        DealFactory(status="won", closed_at=clock.now(), referral_code=code.code)
    rewards.find_due(now=clock.now())
    by = UserFactory()

    def given(reward):
        return partial(rewards.give, reward, by=by, note="", pool=pool, at=clock.now())

    results = all_at_once([given(reward) for reward in ReferralReward.objects.all() for _twice in range(2)])

    assert results.count(True) == 3
    given_codes = ReferralReward.objects.filter(state="given").values_list("given_code", flat=True)
    assert sorted(given_codes) == sorted(PoolCode.objects.values_list("pk", flat=True))
    assert ReferralReward.objects.get(state="due").given_code is None
