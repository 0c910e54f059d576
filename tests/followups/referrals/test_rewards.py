import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import clock
from crm import merges
from crm.models import Deal
from crm.referral_codes import canonical
from followups.compensations.codes import take_in
from followups.models import CodePool, PoolCode, ReferralReward
from followups.referrals import rewards, yields
from tests.factories import ContactFactory, DealFactory, TeamFactory

NOW = clock.now()


def deal(code, *, status="won", contact=None, team=None, amount="100.00"):
    closed = {"closed_at": NOW} if status != "open" else {}
    made = DealFactory(contact=contact or ContactFactory(), status=status, referral_code=code.code, **closed)
    Deal.objects.filter(pk=made.pk).update(team=team, amount_base=amount)
    return made


def find():
    return rewards.find_due(now=NOW)


def test_a_deal_won_by_code_makes_one_reward_however_often_it_is_looked_for(code):
    won = deal(code)

    assert [find(), find()] == [1, 0]
    reward = ReferralReward.objects.get()
    assert (reward.deal, reward.code, reward.state) == (won, code, "due")


@pytest.mark.parametrize("status", ["open", "lost"])
def test_a_deal_that_is_not_won_makes_none(code, status):
    deal(code, status=status)

    assert find() == 0


def test_the_customers_own_deal_makes_none_under_whichever_record(code, invitation):
    deal(code, contact=invitation.contact)
    other = ContactFactory()
    deal(code, contact=other)
    merges.merge(invitation.contact, other)

    assert find() == 0


def test_the_deal_of_another_record_with_the_customers_mailbox_makes_none(code, invitation):
    twin = ContactFactory(email=invitation.contact.email)
    deal(code, contact=twin)
    deal(code, contact=ContactFactory(email="another@shop.example"))

    assert find() == 1


@pytest.mark.parametrize(("state", "is_left"), [("due", False), ("given", True), ("refused", True)])
def test_what_nobody_decided_goes_where_customer_and_buyer_turn_out_to_be_one(code, manager, state, is_left):
    won = deal(code)
    find()
    if state != "due":
        ReferralReward.objects.get().decide(state, by=manager, note="x", at=NOW)

    merges.merge(code.contact, won.contact)
    find()

    assert ReferralReward.objects.exists() is is_left


def test_a_code_that_nobody_has_makes_none(code):
    DealFactory(status="won", closed_at=NOW, referral_code="OTHER")

    assert find() == 0


@pytest.mark.parametrize(
    ("written", "kept"), [("ab-cd 12", "ABCD12"), ("oil", "011"), ("７Ｋ", "7K"), ("", ""), ("summer_10", "SUMMER10")]
)
def test_codes_have_one_form(written, kept):
    assert canonical(written) == kept


@pytest.fixture
def due(code, manager):
    deal(code, team=manager.team)
    find()
    return ReferralReward.objects.get()


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager)
    return client


def decide(client, reward, **fields):
    return client.post(reverse("referral_reward", args=[reward.pk]), fields, follow=True)


@pytest.mark.parametrize(("deed", "note"), [("given", ""), ("given", "ALDER-10"), ("refused", "Bought before.")])
def test_a_reward_is_given_or_refused_once(signed_in, due, manager, deed, note):
    decide(signed_in, due, deed=deed, note=note)
    again = decide(signed_in, due, deed="given", note="twice")

    due.refresh_from_db()
    assert (due.state, due.note, due.decided_by) == (deed, note, manager)
    assert "already" in again.content.decode()


@pytest.fixture
def pool(db):
    pool = CodePool.objects.create(name="Friends", amount=20, currency="EUR")
    take_in(pool, "ALPHA-1")
    return pool


def test_a_reward_is_given_from_a_pool_and_its_code_is_shown_to_who_may_read_it(
    client, signed_in, due, manager, administrator, pool
):
    assert "Friends · discount 20 EUR · 1 code left" in signed_in.get(reverse("referrals")).content.decode()

    decide(signed_in, due, deed="given", pool=pool.pk)

    due.refresh_from_db()
    assert (due.state, due.given_code.code) == ("given", "ALPHA-1")
    assert due.given_code.given_at is not None
    assert "ALPHA-1" in signed_in.get(reverse("referrals")).content.decode()
    manager.groups.first().permissions.remove(Permission.objects.get(codename="read_codes"))
    assert "ALPHA-1" not in signed_in.get(reverse("referrals")).content.decode()


def test_without_a_code_left_nothing_is_given_and_the_page_says_so(signed_in, due, pool):
    PoolCode.objects.update(given_at=NOW)

    answer = decide(signed_in, due, deed="given", pool=pool.pk)

    due.refresh_from_db()
    assert (due.state, due.given_code) == ("due", None)
    assert "no code left" in answer.content.decode()


def test_a_refusal_takes_no_code_and_neither_does_a_second_giving(signed_in, due, pool):
    decide(signed_in, due, deed="refused", note="Bought before.", pool=pool.pk)
    decide(signed_in, due, deed="given", pool=pool.pk)

    assert PoolCode.objects.get().given_at is None


@pytest.mark.parametrize("pool", ["x", "0", "-1", "9" * 30])
def test_a_pool_that_is_none_gives_nothing(signed_in, due, pool):
    decide(signed_in, due, deed="given", pool=pool)

    due.refresh_from_db()
    assert due.state == "due"


@pytest.mark.parametrize("fields", [{"deed": "refused", "note": " "}, {"deed": "x"}, {}, {"deed": "due"}])
def test_a_refusal_needs_its_reason_and_a_deed_its_name(signed_in, due, fields):
    decide(signed_in, due, **fields)

    due.refresh_from_db()
    assert due.state == "due"


def test_a_reward_of_another_team_is_nobody_elses(signed_in, code):
    deal(code, team=TeamFactory())
    find()
    foreign = ReferralReward.objects.get()

    assert decide(signed_in, foreign, deed="given").status_code == 404
    assert signed_in.get(reverse("referrals")).context["page"].paginator.count == 0


def test_an_agent_has_no_such_page(client, owner, due):
    client.force_login(owner)

    assert client.get(reverse("referrals")).status_code == 403
    assert decide(client, due, deed="given").status_code == 403


def test_the_yield_counts_links_leads_deals_and_revenue_in_reach(code, manager, administrator):
    deal(code, team=manager.team)
    deal(code, team=TeamFactory(), amount="900.00")
    deal(code, team=manager.team, amount=None)
    find()

    (mine,), (everything,) = yields.read(manager), yields.read(administrator)

    assert (mine.links, mine.won, mine.revenue, mine.unpriced, mine.due) == (1, 2, 100.0, 1, 2)
    assert (everything.won, everything.revenue) == (3, 1000.0)


def test_a_deal_that_is_won_no_more_counts_and_is_due_no_more(signed_in, due):
    due.deal.reopen()

    (row,) = yields.read(signed_in.get(reverse("referrals")).wsgi_request.user)
    assert (row.won, row.due) == (0, 0)
    assert signed_in.get(reverse("referrals")).context["page"].paginator.count == 0


def test_the_page_without_any_says_what_to_do(signed_in):
    assert "programme of a brand" in signed_in.get(reverse("referrals")).content.decode()


def test_a_programme_needs_the_legal_lines_of_its_brand(programme):
    programme.clean()
    programme.brand.privacy_url = ""

    with pytest.raises(ValidationError):
        programme.clean()
