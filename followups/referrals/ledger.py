"""The page of referrals: what came of them, the leads, and the rewards that are due."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import Organisation, User
from accounts.plaintext import clean
from crm.models import Deal
from followups.compensations import words
from followups.compensations.codes import NoCodeLeft
from followups.compensations.forms import label_of, pools_on_offer
from followups.customers import visibility
from followups.models import Referral, ReferralReward
from followups.referrals import rewards, yields

PAGE = 25
# So many of the latest leads stand on the page.
LEADS = 25
deciders_only = permission_required("followups.decide_rewards", raise_exception=True)


def rewards_of(user: User) -> QuerySet[ReferralReward]:
    """Return the rewards for won deals of this person's team, or of all teams."""
    found = ReferralReward.objects.filter(deal__status=Deal.Status.WON)
    return found if user.sees_all_teams else found.filter(deal__team__isnull=False, deal__team=user.team_id)


@require_safe
@deciders_only
def show_referrals(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    state = request.GET.get("state", "")
    listed = rewards_of(user).select_related(
        "code__contact", "code__brand", "deal__contact", "decided_by", "given_code__pool"
    )
    if state in ReferralReward.State.values:
        listed = listed.filter(state=state)
    seen = Referral.objects.filter(code__contact__in=visibility.contacts_of(user))
    context = {
        "yields": yields.read(user),
        "currency": Organisation.current().currency,
        "states": ReferralReward.State.choices,
        "state": state,
        "pools": [(pool.pk, label_of(pool)) for pool in pools_on_offer()],
        "reads_codes": user.has_perm("followups.read_codes"),
        "page": Paginator(listed.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "leads": seen.select_related("contact", "code__contact", "brand").order_by("-at", "-pk")[:LEADS],
        "seen": set(visibility.contacts_of(user).filter(referrals__in=seen).values_list("pk", flat=True)),
    }
    return render(request, "followups/referrals.html", context)


@require_POST
@deciders_only
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that a reward was given or refused, with what was given or why."""
    reward = get_object_or_404(rewards_of(cast(User, request.user)), pk=pk)
    if problem := _decided(request, reward):
        messages.error(request, problem)
    else:
        messages.success(request, _("The reward is written down."))
    return redirect("referrals")


def _decided(request: HttpRequest, reward: ReferralReward) -> str:
    """Do what was asked and return "", or why nothing was done."""
    deed, user, now = request.POST.get("deed", ""), cast(User, request.user), clock.now()
    note = clean(request.POST.get("note", ""), limit=200)
    if deed == "given":
        return _given(reward, note, request.POST.get("pool", ""), by=user)
    if deed != "refused":
        return _("Say whether the reward was given or refused.")
    if not note:
        return _("Say why it is refused.")
    return "" if rewards.refuse(reward, by=user, reason=note, at=now) else _decided_before()


def _given(reward: ReferralReward, note: str, chosen: str, *, by: User) -> str:
    pool = next((pool for pool in pools_on_offer() if str(pool.pk) == chosen), None)
    if chosen and pool is None:
        return words.no_code_left()
    try:
        is_first = rewards.give(reward, by=by, note=note, pool=pool, at=clock.now())
    except NoCodeLeft:
        return words.no_code_left()
    return "" if is_first else _decided_before()


def _decided_before() -> str:
    return _("Somebody has decided about this reward already.")
