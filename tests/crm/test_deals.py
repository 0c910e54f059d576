from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from crm.models import Contact, Touchpoint
from crm.signals import touchpoints_recorded
from tests.factories import ChannelFactory, ContactFactory, DealFactory, ProductFactory, UserFactory
from tests.noes import opt_out

WON_AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.fixture
def deal(db):
    return DealFactory(
        manager=UserFactory(), product=ProductFactory(), channel=ChannelFactory(), campaign="spring", amount=120
    )


def test_winning_a_deal_makes_its_touchpoint(deal):
    touchpoint = deal.win(at=WON_AT)

    assert (deal.status, deal.closed_at) == ("won", WON_AT)
    assert touchpoint.kind == "deal_won"
    assert touchpoint.occurred_at == WON_AT
    assert touchpoint.contact == deal.contact
    assert touchpoint.manager == deal.manager
    assert (touchpoint.product, touchpoint.channel) == (deal.product, deal.channel)
    assert (touchpoint.campaign, touchpoint.amount) == ("spring", 120)


def test_winning_twice_changes_nothing(deal):
    first = deal.win(at=WON_AT)

    assert deal.win(at=LATER) == first
    assert Touchpoint.objects.get().occurred_at == WON_AT


def test_winning_sends_the_news_on_commit(deal, django_capture_on_commit_callbacks):
    heard = []

    def hear(**_kwargs):
        heard.append(True)

    touchpoints_recorded.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        deal.win(at=WON_AT)

    assert heard == [True]


@pytest.mark.parametrize("verb", ["lose", "reopen"])
def test_undoing_a_win_cancels_its_touchpoint(deal, verb):
    deal.win(at=WON_AT)

    getattr(deal, verb)()

    assert Touchpoint.objects.get(kind="deal_won").cancelled_at is not None
    assert list(Touchpoint.objects.standing().values_list("kind", flat=True)) == ["deal_lost"] * (verb == "lose")
    assert (deal.closed_at is None) == (verb == "reopen")


def test_winning_anew_lets_the_touchpoint_stand_again(deal):
    deal.win(at=WON_AT)
    deal.reopen()

    deal.win(at=LATER)

    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.cancelled_at, touchpoint.occurred_at) == (None, LATER)


def test_a_later_change_of_manager_leaves_the_touchpoint_alone(deal):
    touchpoint = deal.win(at=WON_AT)
    owner = deal.manager
    deal.manager = UserFactory()
    deal.save()

    touchpoint.refresh_from_db()
    assert touchpoint.manager == owner


def test_a_closed_deal_without_its_moment_is_refused(db):
    with pytest.raises(IntegrityError, match="crm_deal_closed_has_moment"):
        DealFactory(status="won")


def test_the_same_deal_of_a_source_exists_once(db):
    DealFactory(source="hubspot", external_id="7")
    DealFactory(source="hubspot", external_id=None)
    DealFactory(source="hubspot", external_id=None)

    with pytest.raises(IntegrityError, match="crm_deal_source_once"):
        DealFactory(source="hubspot", external_id="7")


def test_opting_out_keeps_the_first_reason(db):
    contact = ContactFactory()

    assert opt_out(contact, reason=Contact.OptOut.COMPLAINED, at=WON_AT) is True
    assert opt_out(contact, reason=Contact.OptOut.UNSUBSCRIBED, at=LATER) is False
    assert (contact.do_not_contact_at, contact.do_not_contact_reason) == (WON_AT, "complained")


def test_an_opt_out_without_reason_is_refused(db):
    with pytest.raises(IntegrityError, match="opt_out_has_when_and_why"):
        ContactFactory(do_not_contact_at=WON_AT)
