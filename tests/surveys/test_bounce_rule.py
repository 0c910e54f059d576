from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from accounts import clock
from crm.models import Contact, ContactAddress
from surveys.fates import delivery_news
from surveys.models import AskingPolicy
from tests.factories import ContactFactory, MessageFactory
from tests.noes import is_out_of_use


@pytest.fixture
def contact(db):
    return ContactFactory(email="Ona@shop.example")


def bounce(kind="soft"):
    status = "bounced" if kind == "hard" else "failed"
    MessageFactory(to_address="ona@SHOP.example", status=status, bounce=kind, failed_at=clock.now(), has_news=True)
    delivery_news.sync()


def arrive():
    now = clock.now()
    MessageFactory(to_address="ona@shop.example", status="delivered", sent_at=now, delivered_at=now, has_news=True)
    delivery_news.sync()


def is_marked():
    return is_out_of_use(Contact.objects.get())


def soft_bounces():
    return ContactAddress.objects.get().soft_bounces


def test_an_address_is_out_of_use_after_one_hard_bounce(contact):
    bounce("hard")

    assert is_marked()


def test_an_address_is_out_of_use_after_three_soft_bounces(contact):
    marked = []
    for _ in range(3):
        bounce()
        marked.append(is_marked())

    assert marked == [False, False, True]


def test_a_delivery_between_them_starts_the_count_anew(contact):
    bounce()
    bounce()
    arrive()
    bounce()

    assert (soft_bounces(), is_marked()) == (1, False)


def test_the_rule_can_be_changed(contact):
    AskingPolicy.objects.create(pk=1, hard_bounces=2, soft_bounces=1)

    bounce("hard")
    assert not is_marked()
    bounce("soft")
    assert is_marked()


def test_one_bounce_is_charged_once_whatever_other_news_the_message_has(contact):
    now = clock.now()
    message = MessageFactory(
        to_address="ona@shop.example", status="failed", bounce="soft", failed_at=now, has_news=True
    )
    delivery_news.sync()
    message.refresh_from_db()

    message.mark_objected(objection="complained", at=now)
    delivery_news.sync()

    contact.refresh_from_db()
    assert (soft_bounces(), contact.do_not_contact_reason) == (1, "complained")


def test_a_bounce_never_opts_anybody_out(contact):
    bounce("hard")

    contact.refresh_from_db()
    assert contact.may_be_contacted


def test_correcting_the_address_in_the_admin_lets_it_be_tried_again(contact, client, administrator):
    bounce("hard")
    client.force_login(administrator)
    page = reverse("admin:crm_contact_change", args=[contact.pk])
    fields = {"first_name": "Ona"} | {
        f"{inline}-{forms}_FORMS": 0
        for inline in ("consents", "consent_changes", "addresses")
        for forms in ("TOTAL", "INITIAL")
    }

    client.post(page, fields | {"email": contact.email})
    assert is_marked()
    client.post(page, fields | {"email": "new@shop.example"})

    contact.refresh_from_db()
    address = contact.addresses.get()
    assert contact.email == address.value == "new@shop.example"
    assert (address.bounced_at, address.hard_bounces) == (None, 0)


def test_the_rule_is_edited_with_the_asking_policy(client, administrator):
    client.force_login(administrator)

    page = client.get(reverse("admin:surveys_askingpolicy_changelist"), follow=True).content.decode()

    assert 'name="hard_bounces" value="1"' in page
    assert 'name="soft_bounces" value="3"' in page


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_charge_each_bounce_once():
    ContactFactory(email="ona@shop.example")
    AskingPolicy.objects.create(pk=1, soft_bounces=1000)
    for _ in range(40):
        MessageFactory(
            to_address="ona@shop.example", status="failed", bounce="soft", failed_at=clock.now(), has_news=True
        )

    def work(_number):
        try:
            return delivery_news.sync()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(work, range(8)))

    assert sum(taken) == 40
    assert soft_bounces() == 40
