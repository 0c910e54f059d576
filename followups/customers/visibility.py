"""Which customers a member of staff may look at."""

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


def companies_of(user: User) -> QuerySet[Company]:
    """Return the companies at which this person may look at somebody."""
    if user.sees_all_teams:
        return Company.objects.all()
    return Company.objects.filter(Exists(contacts_of(user).filter(company=OuterRef("pk"))))


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
    theirs = Q(manager=user)
    if user.team_id:
        theirs |= Q(manager__team=user.team_id)
    return Q(
        Exists(Deal.objects.filter(theirs, contact=contact))
        | Exists(Touchpoint.objects.filter(theirs, contact=contact))
        | Exists(Followup.objects.visible_to(user).filter(response__contact=contact))
        | Exists(Followup.objects.visible_to(user).filter(invitation__contact=contact))
    )
