"""Who stands above follow-ups: the lead of the team, the head of customer care, and those who see all teams."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import company_clock
from accounts.absences import Absences
from accounts.models import Organisation, User
from followups.models import EscalationRule, Followup
from followups.playbooks.complaints import Complaint
from followups.playbooks.overseers import overseers
from followups.routes import complaints_of, lead_of

To = EscalationRule.To


@dataclass(frozen=True)
class Ladder:
    """Who stands above some follow-ups, fetched once for all of them.

    `complaints` by the key of the answer; `readers`: the keys of those who may log in; `overseers`: of these, who sees
    all teams.
    """

    complaints: Mapping[int, Complaint]
    absences: Absences
    head: User | None
    readers: Collection[int]
    overseers: Sequence[User]

    @classmethod
    def above(cls, followups: Sequence[Followup], now: datetime, *, named: Collection[User | None] = ()) -> "Ladder":
        """Fetch it for follow-ups whose response with its manager and team with its leads are fetched.

        `named`: the people whom rules name.
        """
        leads = [lead_of(followup.team) for followup in followups]
        head = Organisation.current().head
        absences = Absences.on(company_clock.today(now))
        deputies = [absence.deputy for absence in absences.of.values()]
        people = {person.pk for person in (*leads, *map(_above, leads), head, *named, *deputies) if person}
        complaints = complaints_of([followup.response for followup in followups if followup.response])
        return cls(complaints, absences, head, _readers(people), overseers())

    def lead(self, followup: Followup) -> User | None:
        """Return who answers for a follow-up, whoever has it: the lead, else the head; None where neither sees it."""
        return self._first(followup, self._steps(followup, To.LEAD, None))

    def person(self, followup: Followup, rule: EscalationRule) -> User | None:
        """Return the one person to whom a rule escalates, or None where there is nobody.

        Where the one whom it names is not there, may not see the follow-up, has it already or is complained of in it,
        it goes one step up: from a person to the lead, from the lead to the head.
        """
        idle = [person for person in self._steps(followup, To(rule.to), rule.person) if not self._has(followup, person)]
        return self._first(followup, idle, will_see=rule.hands_over)

    def everybody(self, followup: Followup) -> Iterator[User]:
        """Yield all who see all teams, but those whom the answer complains of."""
        complaint = self._complaint(followup)
        yield from (person for person in self.overseers if not complaint.against(person))

    def _complaint(self, followup: Followup) -> Complaint:
        """Return what the answer complains of; a letter without a score complains of nobody."""
        return self.complaints.get(followup.response_id or 0, Complaint())

    def _steps(self, followup: Followup, to: EscalationRule.To, named: User | None) -> Sequence[User | None]:
        lead = lead_of(followup.team)
        head = self.head or _above(lead)
        return {To.PERSON: (named, lead, head), To.LEAD: (lead, head), To.HEAD: (head,)}[to]

    def _first(self, followup: Followup, people: Sequence[User | None], *, will_see: bool = False) -> User | None:
        meant = ((person, self.absences.stand_in(person)) for person in people if person)
        return next((to for person, to in meant if to and self._may_get(followup, person, to, will_see)), None)

    def _has(self, followup: Followup, person: User | None) -> bool:
        stand_in = self.absences.stand_in(person)
        return followup.assignee_id in {each.pk for each in (person, stand_in) if each}

    def _may_get(self, followup: Followup, person: User, stand_in: User, will_see: bool) -> bool:
        complaint = self._complaint(followup)
        if stand_in.pk not in self.readers or complaint.against(person) or complaint.against(stand_in):
            return False
        return will_see or followup.is_near(stand_in) or any(stand_in.pk == each.pk for each in self.overseers)


def _above(lead: User | None) -> User | None:
    """Return the lead of a lead's own team."""
    return lead_of(lead.team) if lead else None


def _readers(people: Collection[int]) -> set[int]:
    """Return who of some people may log in, by key."""
    found = User.objects.filter(pk__in=people).prefetch_related("groups")
    return {person.pk for person in found if person.may_log_in}
