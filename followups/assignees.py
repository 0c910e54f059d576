"""Who may be given a follow-up: whoever works in its team, in the team of who gives it, or that person themselves."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import User
from followups.models import Followup


def teams_of(followup: Followup, giver: User) -> Collection[int]:
    return {team for team in (followup.team_id, giver.team_id) if team}


def possible(followup: Followup, giver: User) -> QuerySet[User]:
    """Return everybody to whom `giver` may give this follow-up."""
    in_team = Q(is_active=True, team__in=teams_of(followup, giver))
    return User.objects.filter(in_team | Q(pk=giver.pk)).order_by("name")


def possible_for_many(giver: User) -> QuerySet[User]:
    """Return everybody to whom `giver` may give some follow-up of those that they see."""
    in_reach = Q(is_active=True, team__isnull=False) if giver.sees_all_teams else Q(is_active=True, team=giver.team_id)
    return User.objects.filter(in_reach & Q(team__isnull=False) | Q(pk=giver.pk)).order_by("name")


def is_possible(person: User | None, followup: Followup, giver: User) -> bool:
    """Say of one person what `possible` says of many; the team's queue is always possible."""
    if person is None or person.pk == giver.pk:
        return True
    return person.is_active and person.team_id in teams_of(followup, giver)
