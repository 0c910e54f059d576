"""Who is told of a customer's letter that belongs to no follow-up."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts import clock, company_clock
from accounts.absences import Absences
from accounts.models import Team, User
from followups.customers import visibility
from followups.models import CustomerLetter


def of(letters: Sequence[CustomerLetter]) -> dict[int, list[User]]:
    """Return, by the keys of letters, whom each concerns: the manager of the ask that it answers, and who stands in for
    them; else the team of that ask and its lead; else whoever sees all teams.

    Only who may log in and may look at the customer. The number of queries grows with the people, not with the letters.
    """
    circle = _Circle.around(letters)
    return {letter.pk: next(filter(None, circle.of(letter)), []) for letter in letters}


@dataclass(frozen=True)
class _Circle:
    """The people around some letters. `sees`: by the key of a person, which of the customers they may look at."""

    people: Mapping[int, User]
    leads: Mapping[int, int | None]
    overseers: list[User]
    absences: Absences
    sees: Mapping[int, Collection[int]]

    @classmethod
    def around(cls, letters: Sequence[CustomerLetter]) -> "_Circle":
        asks = [letter.invitation for letter in letters if letter.invitation]
        leads = dict(Team.objects.filter(pk__in={ask.team_id for ask in asks}).values_list("pk", "lead"))
        absences = Absences.on(company_clock.today(clock.now()))
        named = {ask.manager_id for ask in asks} | set(leads.values())
        named |= {absence.deputy_id for absence in absences.of.values()}
        found = User.objects.filter(Q(pk__in=named - {None}) | Q(team__in=leads)).order_by("pk")
        people = {person.pk: person for person in _at_work(found)}
        contacts = {letter.contact_id for letter in letters if letter.contact_id}
        sees = {
            pk: set(visibility.contacts_of(person).filter(pk__in=contacts).values_list("pk", flat=True))
            for pk, person in people.items()
        }
        overseers = _at_work(User.objects.who_see_all_teams().order_by("pk"))
        return cls(people, leads, overseers, absences, sees)

    def of(self, letter: CustomerLetter) -> Iterator[list[User]]:
        """Give those whom a letter concerns, the nearest first."""
        if ask := letter.invitation:
            manager = self.people.get(ask.manager_id or 0)
            yield self._who_see(letter, [manager, self.absences.stand_in(manager)])
            if ask.team_id:
                team = [person for person in self.people.values() if person.team_id == ask.team_id]
                yield self._who_see(letter, [*team, self.people.get(self.leads.get(ask.team_id) or 0)])
        yield self.overseers

    def _who_see(self, letter: CustomerLetter, people: Sequence[User | None]) -> list[User]:
        known = {person.pk: person for person in people if person and person.pk in self.people}
        return [person for pk, person in known.items() if letter.contact_id in self.sees[pk]]


def _at_work(people: QuerySet[User]) -> list[User]:
    return [person for person in people.prefetch_related("groups") if person.may_log_in]
