"""A merge and what another system sends at the same moment, each on its own connection: nothing gets lost between."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from crm import merges
from crm.models import Contact, Deal, Touchpoint
from crm.services import take_over
from tests.crm.test_upserting_at_once import wait_until_it_waits
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)
MAILBOX = "ona@shop.example"


def on_another_connection(work):
    try:
        return work()
    finally:
        connection.close()


def at_once(first, second):
    """Let `second` begin while the transaction of `first` is still open."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(on_another_connection, second)
            wait_until_it_waits(other)
        other.result()


def records(source):
    return [ContactFactory(source=source, external_id=number, email=MAILBOX) for number in ("1", "2")]


def deal_of(contact):
    """Return how another system sends a deal of this contact."""
    row = {"external_id": f"d{contact.pk}", "contact": contact.external_id, "status": "won"}
    return lambda: take_over(Deal, [row], source=contact.source)


def words_of(contact):
    """Return how another system sends what this contact said, and a phone."""
    said = {"consent": {"email": "objected"}, "marketing_consent": {"sms": "objected"}, "phone": "+37060000002"}
    row = {"external_id": contact.external_id, **said}
    return lambda: take_over(Contact, [row], source=contact.source, origin="Sync")


def owners(contact):
    of_source = {"contact__source": contact.source}
    deals = Deal.objects.filter(**of_source).values_list("contact", flat=True)
    return {*deals, *Touchpoint.objects.filter(**of_source).values_list("contact", flat=True)}


def test_what_comes_while_records_are_merged_is_the_survivors():
    for source, sync_is_first in (("shop", True), ("desk", False)):
        survivor, absorbed = records(source)
        order = (deal_of(absorbed), partial(merges.merge, survivor, absorbed))
        at_once(*(order if sync_is_first else reversed(order)))
        assert owners(survivor) == {survivor.pk}

    for source, sync_is_first in (("till", True), ("web", False)):
        survivor, absorbed = records(source)
        order = (words_of(absorbed), partial(merges.merge, survivor, absorbed))
        at_once(*(order if sync_is_first else reversed(order)))
        said = {(word.use, word.medium): word.status for word in survivor.consents.all()}
        assert said == {("surveys", "email"): "objected", ("marketing", "sms"): "objected"}
        assert survivor.addresses.filter(value="+37060000002").exists()


def test_a_deal_that_comes_while_records_are_parted_belongs_whole_to_the_one_that_was_right_by_then():
    for source, sync_is_first in (("shop", True), ("desk", False)):
        survivor, absorbed = records(source)
        order = (deal_of(absorbed), partial(merges.undo, merges.merge(survivor, absorbed)))
        at_once(*(order if sync_is_first else reversed(order)))
        assert owners(survivor) == {survivor.pk if sync_is_first else absorbed.pk}
