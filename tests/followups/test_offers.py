"""A step may ask for an offer: the next code of a pool, given on the page of the follow-up."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from followups.compensations import codes
from followups.models import CodePool, Compensation, FollowupStep, PlaybookStep
from tests.factories import PlaybookFactory
from tests.followups.test_compensations import give

pytestmark = pytest.mark.django_db
NOTHING_LEFT = "“Voucher” has no code to give"


@pytest.fixture
def pool():
    pool = CodePool.objects.create(name="Voucher", amount=20, currency="EUR")
    codes.take_in(pool, "AAA-1\nBBB-2")
    return pool


@pytest.fixture
def step(followup, pool):
    return FollowupStep.objects.create(followup=followup, action="offer", pool=pool)


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return client


def form_of(page, step):
    return page.get(f"/inbox/{step.followup_id}/?offer={step.pk}").context["compensation_form"]


def test_the_step_leads_to_the_form_with_its_pool_chosen(page, step, pool):
    shown = page.get(f"/inbox/{step.followup_id}/")
    assert f"offer={step.pk}#compensations" in shown.text
    assert not shown.context["compensation_form"].is_begun

    led = page.get(f"/inbox/{step.followup_id}/?offer={step.pk}")
    form = led.context["compensation_form"]

    assert form.is_begun
    assert f'<option value="{pool.pk}" selected>' in str(form["pool"])
    assert f'name="step" value="{step.pk}"' in led.text


def test_giving_it_from_there_ticks_the_step(page, step, owner, pool):
    give(page, step.followup, pool=pool.pk, step=step.pk, kind="", amount="")

    step.refresh_from_db()
    assert (Compensation.objects.get().code.pool, step.done_by) == (pool, owner)
    assert set(step.followup.activities.values_list("kind", flat=True)) >= {"given", "step"}
    assert not form_of(page, step).is_begun


def test_giving_something_without_the_step_leaves_it(page, step, pool):
    give(page, step.followup, pool=pool.pk)

    step.refresh_from_db()
    assert not step.is_done


def test_what_cannot_be_given_leaves_the_step(page, step, settings):
    settings.COMPENSATION_WITHOUT_LEAD = 5

    give(page, step.followup, pool=step.pool_id, step=step.pk)

    step.refresh_from_db()
    assert not step.is_done
    assert not Compensation.objects.exists()


@pytest.mark.parametrize("why", ["used up", "expired", "off"])
def test_a_pool_without_codes_is_said_on_the_step(page, step, pool, why):
    assert NOTHING_LEFT not in page.get(f"/inbox/{step.followup_id}/").text
    match why:
        case "used up":
            pool.codes.all().delete()
        case "expired":
            CodePool.objects.update(expires_on=date(2020, 1, 1))
        case "off":
            CodePool.objects.update(is_active=False)

    shown = page.get(f"/inbox/{step.followup_id}/?offer={step.pk}")

    assert NOTHING_LEFT in shown.text
    assert f"offer={step.pk}#" not in shown.text
    assert not shown.context["compensation_form"].is_begun


def test_a_step_of_another_follow_up_or_kind_chooses_nothing(page, step):
    call = FollowupStep.objects.create(followup=step.followup, action="call", position=2)

    assert not form_of(page, call).is_begun
    assert give(page, step.followup, step=call.pk).context["compensation_form"].errors.keys() == {"step"}


@pytest.mark.parametrize("fields", [{"action": "offer"}, {"action": "call", "pool": True}])
def test_an_offer_has_a_pool_and_nothing_else_has(pool, fields):
    if "pool" in fields:
        fields = fields | {"pool": pool}
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaybookStep.objects.create(playbook=PlaybookFactory(), **fields)
