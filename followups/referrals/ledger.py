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
from followups.customers import visibility
from followups.models import Referral, ReferralReward
from followups.referrals import yields

PAGE = 25
# So many of the latest leads stand on the page.
LEADS = 25
deciders_only = permission_required("followups.decide_rewards", raise_exception=True)
DEEDS = {"given": ReferralReward.State.GIVEN, "refused": ReferralReward.State.REFUSED}


def rewards_of(user: User) -> QuerySet[ReferralReward]:
    """Return the rewards for won deals of this person's team, or of all teams."""
    rewards = ReferralReward.objects.filter(deal__status=Deal.Status.WON)
    return rewards if user.sees_all_teams else rewards.filter(deal__team__isnull=False, deal__team=user.team_id)


@require_safe
@deciders_only
def show_referrals(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    state = request.GET.get("state", "")
    rewards = rewards_of(user).select_related("code__contact", "code__brand", "deal__contact", "decided_by")
    if state in ReferralReward.State.values:
        rewards = rewards.filter(state=state)
    seen = Referral.objects.filter(code__contact__in=visibility.contacts_of(user))
    context = {
        "yields": yields.read(user),
        "currency": Organisation.current().currency,
        "states": ReferralReward.State.choices,
        "state": state,
        "page": Paginator(rewards.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "leads": seen.select_related("contact", "code__contact", "brand").order_by("-at", "-pk")[:LEADS],
        "seen": set(visibility.contacts_of(user).filter(referrals__in=seen).values_list("pk", flat=True)),
    }
    return render(request, "followups/referrals.html", context)


@require_POST
@deciders_only
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that a reward was given or refused, with what was given or why."""
    user = cast(User, request.user)
    reward = get_object_or_404(rewards_of(user), pk=pk)
    state, note = DEEDS.get(request.POST.get("deed", "")), clean(request.POST.get("note", ""), limit=200)
    if state is None:
        messages.error(request, _("Say whether the reward was given or refused."))
    elif state == ReferralReward.State.REFUSED and not note:
        messages.error(request, _("Say why it is refused."))
    elif reward.decide(state, by=user, note=note, at=clock.now()):
        messages.success(request, _("The reward is written down."))
    else:
        messages.error(request, _("Somebody has decided about this reward already."))
    return redirect("referrals")
