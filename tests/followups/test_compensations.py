from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from crm.models import ExchangeRate
from followups.compensations import codes, gifts
from followups.compensations.gifts import Gift, TooMuch
from followups.models import CodePool, Compensation, FollowupIsClosed, PoolCode
from tests.factories import ContactFactory, FollowupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    pool = CodePool.objects.create(name="Voucher", amount=20, currency="EUR", few=2)
    codes.take_in(pool, "AAA-1\nBBB-2")
    return pool


def give(client, followup, **changes):
    form = {"key": str(uuid4()), "pool": "", "kind": "refund", "amount": "50", "currency": "EUR", "note": ""}
    return client.post(f"/inbox/{followup.pk}/compensations/", form | changes, follow=True)


def test_what_is_given_is_recorded_and_stands_in_the_history(client, owner, followup):
    client.force_login(owner)

    page = give(client, followup, note="For the delay.")

    given = Compensation.objects.get()
    assert (given.kind, given.amount, given.currency, given.amount_base) == ("refund", 50, "EUR", 50)
    assert (given.given_by, given.contact, given.followup) == (owner, followup.response.contact, followup)
    activity = followup.activities.get(kind="given")
    assert (activity.text, activity.summary) == ("For the delay.", "Given to the customer: refund 50 EUR")
    assert "Given: refund 50 EUR." in page.text


def test_a_form_sent_twice_gives_once_and_another_gives_more(client, owner, followup, pool):
    client.force_login(owner)
    key = str(uuid4())

    for _ in range(2):
        give(client, followup, key=key, pool=pool.pk)
    assert Compensation.objects.count() == PoolCode.objects.exclude(given_at=None).count() == 1

    give(client, followup, pool=pool.pk)
    assert followup.compensations.count() == 2


def test_a_form_of_another_followup_gives_for_this_one(client, owner, followup):
    client.force_login(owner)
    other, key = FollowupFactory(assignee=owner, team=owner.team), str(uuid4())

    for each in (other, followup, followup):
        assert give(client, each, key=key).status_code == 200

    assert sorted(Compensation.objects.values_list("followup", flat=True)) == sorted([other.pk, followup.pk])


@pytest.mark.parametrize("hidden", [{"key": "zz"}, {"step": "99999"}])
def test_what_is_wrong_with_what_nobody_sees_is_said_too(client, owner, followup, hidden):
    client.force_login(owner)

    page = give(client, followup, **hidden)

    assert str(next(iter(page.context["compensation_form"].errors.values()))[0]) in page.text
    assert Compensation.objects.count() == 0


def test_a_code_says_itself_what_it_is_worth(client, owner, followup, pool):
    client.force_login(owner)

    give(client, followup, pool=pool.pk, kind="refund", amount="999")

    given = Compensation.objects.get()
    assert (given.kind, given.amount, given.code.code) == ("discount", Decimal(20), "AAA-1")


def test_an_amount_counts_by_the_rate_of_the_day(client, owner, followup):
    ExchangeRate.objects.create(currency="UAH", day="2020-01-01", rate=Decimal("0.02"))
    client.force_login(owner)

    give(client, followup, amount="1000", currency="UAH")

    assert Compensation.objects.get().amount_base == Decimal("20.00")


def test_an_amount_without_a_rate_is_kept_without_a_worth(owner, followup):
    gifts.give(followup=followup, gift=Gift("bonus", Decimal(5), "SEK"), key=uuid4(), by=owner)

    assert Compensation.objects.get().amount_base is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": ""}, "Choose what the customer gets."),
        ({"amount": ""}, "Say how much it is."),
        ({"amount": "-1"}, "Give an amount of 0 or more."),
        ({"amount": "NaN"}, "Enter a number."),
        ({"currency": "XXX"}, "Select a valid choice."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_given(client, owner, followup, changes, said):
    client.force_login(owner)

    page = give(client, followup, **changes)

    assert said in page.text
    assert Compensation.objects.count() == 0


def test_a_replacement_needs_no_amount(client, owner, followup):
    client.force_login(owner)

    give(client, followup, kind="replacement", amount="")

    assert Compensation.objects.get().words == "replacement"


def test_a_used_up_pool_gives_nothing_and_records_nothing(owner, followup, pool):
    PoolCode.objects.update(given_at=clock.now())

    with pytest.raises(codes.NoCodeLeft):
        gifts.give(followup=followup, gift=Gift(pool=pool), key=uuid4(), by=owner)
    assert Compensation.objects.count() == followup.activities.count() == 0


def test_a_limit_holds_whoever_leads_nobody(owner, manager, followup, settings):
    settings.COMPENSATION_WITHOUT_LEAD = 30

    for gift in (Gift("refund", Decimal("30.01"), "EUR"), Gift("refund", Decimal(1), "SEK")):
        with pytest.raises(TooMuch):
            gifts.give(followup=followup, gift=gift, key=uuid4(), by=owner)
    gifts.give(followup=followup, gift=Gift("refund", Decimal(30), "EUR"), key=uuid4(), by=owner)
    gifts.give(followup=followup, gift=Gift("refund", Decimal(500), "EUR"), key=uuid4(), by=manager)

    assert [row.amount for row in Compensation.objects.order_by("pk")] == [30, 500]


def test_the_page_says_who_gives_more(client, owner, followup, settings):
    settings.COMPENSATION_WITHOUT_LEAD = 30
    client.force_login(owner)

    page = give(client, followup, amount="31")

    assert "More than 30 EUR is given by whoever leads: ask your lead." in page.text


def test_a_closed_followup_gives_nothing(owner, followup):
    followup.dismiss(reason="No.", by=owner)

    with pytest.raises(FollowupIsClosed):
        gifts.give(followup=followup, gift=Gift("refund", Decimal(1), "EUR"), key=uuid4(), by=owner)


def test_it_is_withdrawn_with_a_reason_and_its_code_is_lost_for_others(client, owner, followup, pool):
    given = gifts.give(followup=followup, gift=Gift(pool=pool), key=uuid4(), by=owner)
    client.force_login(owner)
    address = f"/inbox/{followup.pk}/compensations/withdrawals/"

    client.post(address, {"compensation": given.pk, "reason": ""})
    assert not Compensation.objects.get().is_withdrawn

    page = client.post(address, {"compensation": given.pk, "reason": "Given by mistake."}, follow=True)
    client.post(address, {"compensation": given.pk, "reason": "Again."})

    after = Compensation.objects.get()
    assert (after.withdrawn_by, after.withdrawn_because) == (owner, "Given by mistake.")
    assert "Withdrawn: discount 20 EUR" in [activity.summary for activity in followup.activities.all()]
    assert followup.activities.filter(kind="withdrawn").count() == 1
    assert "Withdrawn: Given by mistake." in page.text
    assert codes.claim(pool).code == "BBB-2"


def test_what_was_given_elsewhere_is_not_withdrawn_from_here(client, owner, followup):
    elsewhere = gifts.offer(contact=ContactFactory(), gift=Gift("bonus", Decimal(5), "EUR"), key=uuid4())
    client.force_login(owner)

    client.post(
        f"/inbox/{followup.pk}/compensations/withdrawals/", {"compensation": elsewhere.pk, "reason": "Not mine."}
    )

    assert not Compensation.objects.get().is_withdrawn


def test_an_offer_needs_no_followup_and_is_made_once(pool):
    contact, key = ContactFactory(), UUID(int=7)

    first, second = (gifts.offer(contact=contact, gift=Gift(pool=pool), key=key) for _ in range(2))

    assert first == second
    assert (first.followup, first.contact, first.code.code) == (None, contact, "AAA-1")


def test_a_code_is_read_by_those_who_may(client, owner, manager, followup, pool):
    gifts.give(followup=followup, gift=Gift(pool=pool), key=uuid4(), by=owner)

    client.force_login(owner)
    page = client.get(f"/inbox/{followup.pk}/").text
    assert "Discount 20 EUR" in page
    assert "AAA-1" not in page

    client.force_login(manager)
    assert "AAA-1" in client.get(f"/inbox/{followup.pk}/").text


def test_a_stranger_gives_and_withdraws_nothing(client, stranger, owner, followup):
    given = gifts.give(followup=followup, gift=Gift("refund", Decimal(1), "EUR"), key=uuid4(), by=owner)
    client.force_login(stranger)

    assert give(client, followup).status_code == 404
    address = f"/inbox/{followup.pk}/compensations/withdrawals/"
    assert client.post(address, {"compensation": given.pk, "reason": "Mine."}).status_code == 404
    assert Compensation.objects.standing().count() == 1


def test_few_codes_are_told_where_one_gives_them(client, owner, followup, pool):
    client.force_login(owner)

    assert "Voucher: only 2 codes are left." in client.get(f"/inbox/{followup.pk}/").text


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": None, "currency": "EUR"},
        {"amount": -1},
        {"withdrawn_because": "Because."},
        {"followup": None, "contact": None},
    ],
)
def test_the_database_refuses_half_a_record(owner, followup, fields):
    given = gifts.give(followup=followup, gift=Gift("refund", Decimal(1), "EUR"), key=uuid4(), by=owner)

    with pytest.raises(IntegrityError), transaction.atomic():
        Compensation.objects.filter(pk=given.pk).update(**fields)
