"""Whom it concerns what happens to a follow-up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from accounts import clock, company_clock
from accounts.absences import Absences
from accounts.models import Team, User
from followups.models import Followup, StaffNotice, Watcher
from followups.notices.happening import Happening

Kind = StaffNotice.Kind


@dataclass(frozen=True)
class Audience:
    """The people around some follow-ups: by their keys, by their teams, and who leads these.

    `overseers` see all teams; they are looked up where a follow-up is otherwise nobody's.
    """

    people: Mapping[int, User]
    of_team: Mapping[int, Sequence[int]]
    lead_of: Mapping[int, int | None]
    watching: Mapping[int, Sequence[int]]
    absences: Absences
    overseers: Sequence[int] = ()

    @classmethod
    def around(cls, happenings: Sequence[Happening]) -> "Audience":
        """Fetch everybody whom `happenings` may concern and who may log in; as many queries for many as for one."""
        followups = [happening.followup for happening in happenings]
        teams = {followup.team_id for followup in followups if followup.team_id}
        lead_of = dict(Team.objects.filter(pk__in=teams).values_list("pk", "lead_id"))
        named = {followup.assignee_id for followup in followups} | set(lead_of.values())
        named |= {person.pk for happening in happenings for person in happening.to or ()}
        watching: dict[int, list[int]] = defaultdict(list)
        for watched, watcher in Watcher.objects.filter(followup__in=followups).values_list("followup", "person"):
            watching[watched].append(watcher)
            named.add(watcher)
        absences = Absences.on(company_clock.today(clock.now()))
        named |= {absence.deputy_id for absence in absences.of.values()}
        found = User.objects.filter(Q(pk__in=named - {None}) | Q(team__in=teams)).prefetch_related("groups")
        people = {person.pk: person for person in found.order_by("pk") if person.may_log_in}
        of_team: dict[int, list[int]] = defaultdict(list)
        for person in people.values():
            if person.team_id:
                of_team[person.team_id].append(person.pk)
        audience = cls(people, of_team, lead_of, watching, absences)
        concerned = [happening.followup for happening in happenings if happening.to is None]
        return audience if all(map(audience._workers, concerned)) else audience._with_overseers()

    def _with_overseers(self) -> "Audience":
        found = User.objects.who_see_all_teams().prefetch_related("groups").order_by("pk")
        overseers = {person.pk: person for person in found if person.may_log_in}
        return replace(self, people={**self.people, **overseers}, overseers=list(overseers))

    def of(self, happening: Happening) -> list[User]:
        """Return who is told: those named, else those whom it concerns; only who may see it, never who did it."""
        named = happening.to
        keys = self._concerned(happening) if named is None else [person.pk for person in named]
        told = (self.people[key] for key in dict.fromkeys(keys) if key in self.people)
        did_it = happening.by.pk if happening.by else None
        return [person for person in told if person.pk != did_it and happening.followup.is_visible_to(person)]

    def _concerned(self, happening: Happening) -> Iterable[int]:
        followup = happening.followup
        lead = self._lead(followup) if happening.kind == Kind.ESCALATION else []
        return [*(lead or self._workers(followup)), *self.watching.get(followup.pk, ())]

    def _workers(self, followup: Followup) -> Sequence[int]:
        """Return the assignee, and who stands in for them; of a queue everybody in the team, for each may take it.

        What is nobody's, for nobody who may log in has it or is in its team, is for whoever sees all teams.
        """
        if assignee := self.people.get(followup.assignee_id or 0):
            deputy = self.absences.stand_in(assignee)
            return [assignee.pk, *([deputy.pk] if deputy else [])]
        team = self.of_team.get(followup.team_id, ()) if followup.team_id else ()
        return [*team, *self._lead(followup)] or self.overseers

    def _lead(self, followup: Followup) -> list[int]:
        """Return who leads the team, if they may see its work: a lead need not be in it."""
        lead = self.people.get(self.lead_of.get(followup.team_id or 0) or 0)
        return [lead.pk] if lead and followup.is_visible_to(lead) else []
