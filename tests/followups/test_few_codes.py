"""Whoever administers code pools is told once that few codes are left, each time that it becomes so."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts import clock, company_clock
from accounts.models import SetAsideRow
from delivery.models import Message
from followups import tasks
from followups.compensations import codes, few_left
from followups.models import CodePool, NoticeWishes, StaffNotice
from followups.notices import letters, shown, unread
from tests.bad_rows import heal, poison
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    pool = CodePool.objects.create(name="Voucher", amount=20, currency="EUR", few=2)
    codes.take_in(pool, "AAA-1\nBBB-2\nCCC-3")
    return pool


def looked():
    return few_left.tell_due(clock.now())


def told():
    return list(StaffNotice.objects.filter(kind="codes").values_list("person__name", "pool__name"))


def test_nobody_is_told_while_there_are_enough_nor_of_a_pool_that_was_never_filled(pool, administrator):
    CodePool.objects.create(name="Still empty", few=2)

    assert looked() == 0
    assert told() == []


def test_those_who_administer_pools_are_told_once(pool, administrator, manager, owner):
    codes.claim(pool)
    assert [looked(), looked()] == [1, 0]
    codes.claim(pool)
    assert looked() == 0

    assert told() == [(administrator.name, "Voucher")]


def test_filled_again_it_is_told_of_anew(pool, administrator):
    codes.claim(pool)
    looked()
    codes.take_in(pool, "DDD-4\nEEE-5")
    assert looked() == 0

    codes.claim(pool)
    codes.claim(pool)

    assert looked() == 1
    assert len(told()) == 2


def test_a_pool_that_fails_is_set_aside_and_stops_no_other(pool, administrator):
    other = CodePool.objects.create(name="Other", few=2)
    codes.take_in(other, "XXX-1")
    codes.claim(pool)
    poison("followups_codepool", f"few_told_at IS NULL OR id <> {pool.pk}")

    assert [looked(), looked()] == [1, 0]
    assert told() == [(administrator.name, "Other")]
    assert SetAsideRow.objects.get(batch="few codes").row == str(pool.pk)

    heal("followups_codepool")
    SetAsideRow.objects.update(rests_until=clock.now())
    assert looked() == 1
    assert SetAsideRow.objects.count() == 0


def test_of_two_administrators_each_is_told_and_who_may_not_log_in_is_not(pool, administrator):
    second = person("Administrators", name="Second")
    person("Administrators", name="Gone", is_active=False)
    codes.claim(pool)

    looked()

    assert sorted(name for name, _pool in told()) == sorted([administrator.name, second.name])


@pytest.mark.parametrize("change", [{"is_active": False}, {"expires_on": "yesterday"}])
def test_of_a_pool_that_is_over_nobody_is_told(pool, administrator, change):
    if "expires_on" in change:
        change = {"expires_on": company_clock.today(clock.now()) - timedelta(days=1)}
    CodePool.objects.filter(pk=pool.pk).update(**change)
    codes.take_in(pool, "DDD-4")
    CodePool.objects.filter(pk=pool.pk).update(few=9)

    assert looked() == 0


def test_the_notice_leads_to_the_pool_and_is_counted(client, pool, administrator):
    codes.claim(pool)
    tasks.tell_few_codes()
    client.force_login(administrator)

    page = client.get(reverse("notices")).text
    notice = StaffNotice.objects.get()
    opened = client.post(reverse("notice_reading", args=[notice.pk]))

    assert "Few codes left: Voucher" in page
    assert opened.url == reverse("admin:followups_codepool_change", args=[pool.pk])
    assert unread.of(administrator).notices == 0


def test_the_letter_says_how_many_are_left(pool, administrator):
    codes.claim(pool)
    looked()

    letters.queue_due(clock.now())
    said = letters.written(Message.objects.get().context)

    assert said.subject == "Few codes left: Voucher"
    assert said.lines[:2] == ("2 codes are left in it.", "Put in new ones in time, or switch the pool off.")
    assert said.link.endswith(reverse("admin:followups_codepool_change", args=[pool.pk]))
    assert mail.outbox == []


def test_who_wants_none_is_told_of_none(pool, administrator):
    NoticeWishes.objects.create(person=administrator, not_in_browser=["codes"], not_by_mail=["codes"])
    codes.claim(pool)
    looked()

    assert told() == []


def test_who_administers_pools_no_more_sees_nothing_of_it(pool, administrator, manager):
    codes.claim(pool)
    looked()
    StaffNotice.objects.update(person=manager)

    assert not shown.of(manager).exists()
    assert unread.of(manager).notices == 0
    assert unread.of(type(manager).objects.get(pk=administrator.pk)).notices == 0
    assert not shown.is_shown(StaffNotice.objects.get(), manager)
