"""Which customers a member of staff may look at."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from crm import contact_search
from crm.models import Company, Contact, Deal, Touchpoint
from followups.models import Followup
from responses.models import Response
from responses.models.response import ResponseQuerySet


def contacts_of(user: User) -> QuerySet[Contact]:
    """Return the contacts with a deal, a touchpoint or a follow-up of this person or of their team."""
    if user.sees_all_teams:
        return Contact.objects.shown()
    return Contact.objects.shown().filter(_works_with(user, OuterRef("pk")))


def all_contacts_of(user: User) -> QuerySet[Contact]:
    """Return the contacts of `contacts_of`, found from the work about them: the way where all of them are needed.

    Few of them are found faster by `contacts_of`, which looks for work about each.
    """
    if user.sees_all_teams:
        return Contact.objects.shown()
    first, *others = [rows.order_by().values(contact) for rows, contact in _work_of(user)]
    return Contact.objects.shown().filter(pk__in=first.union(*others))


def companies_of(user: User) -> QuerySet[Company]:
    """Return the companies at which this person may look at somebody."""
    if user.sees_all_teams:
        return Company.objects.all()
    return Company.objects.filter(Exists(contacts_of(user).filter(company=OuterRef("pk"))))


def all_companies_of(user: User) -> QuerySet[Company]:
    """Return the companies of `companies_of`: the way where all of them are needed."""
    if user.sees_all_teams:
        return Company.objects.all()
    return Company.objects.filter(pk__in=all_contacts_of(user).values("company"))


def search(contacts: QuerySet[Contact], text: str) -> QuerySet[Contact]:
    """Keep the contacts in whose name, addresses or company every word of `text` occurs, however it is spelt."""
    return contacts.filter(contact_search.matching(contact_search.terms(text)))


def answers_of(user: User) -> ResponseQuerySet:
    """Return the answers of this person's team, or of all teams."""
    everything: ResponseQuerySet = Response.objects.all()
    if user.sees_all_teams:
        return everything
    return everything.filter(team_id=user.team_id) if user.team_id else everything.none()


def _works_with(user: User, contact: OuterRef) -> Q:
    works = Q()
    for rows, path in _work_of(user):
        works |= Q(Exists(rows.filter(**{path: contact})))
    return works


def _work_of(user: User) -> Sequence[tuple[QuerySet[Any], str]]:
    """Return the deals, touchpoints and follow-ups of this person or their team, each with the way to its contact."""
    theirs = Q(manager=user)
    if user.team_id:
        theirs |= Q(manager__team=user.team_id)
    followups = Followup.objects.visible_to(user)
    return (
        (Deal.objects.filter(theirs), "contact"),
        (Touchpoint.objects.filter(theirs), "contact"),
        (followups, "response__contact"),
        (followups, "invitation__contact"),
    )
