"""Which playbook an answer follows and what the follow-up of it looks like; no writing here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from accounts.absences import Absences
from accounts.business_hours import due
from accounts.company_clock import BusinessCalendars
from accounts.models import Team, User
from followups.models import Followup, Playbook
from responses.models import Response

# Nobody foresees who comes first.
lots = SystemRandom()


@dataclass(frozen=True)
class Playbooks:
    """The active playbooks: a survey's own goes before the one for all surveys."""

    of: Mapping[tuple[int | None, str], Playbook]

    @classmethod
    def active(cls) -> "Playbooks":
        rows = Playbook.objects.filter(is_active=True).select_related("person")
        return cls({(row.survey_id, row.category): row for row in rows})

    def choose(self, *, survey_id: int, category: str) -> Playbook | None:
        """Return the playbook for an answer of this survey and category, or None when nothing is to be done."""
        return self.of.get((survey_id, category)) or self.of.get((None, category))


def assignee_of(response: Response, playbook: Playbook) -> User | None:
    """Return whose work it is, or None for the team's queue; nobody who has left gets work."""
    if playbook.assign == Playbook.Assign.TEAM:
        return None
    person = playbook.person if playbook.assign == Playbook.Assign.PERSON else response.manager
    return person if person is not None and person.is_active else None


def draft(
    response: Response, playbook: Playbook, *, absences: Absences, calendars: BusinessCalendars, now: datetime
) -> Followup:
    """Return the unsaved follow-up that `playbook` asks for; its clocks start `now`, on its team's calendar.

    The work of somebody who is away goes to who stands in for them; it stays work of their team.
    """
    meant = assignee_of(response, playbook)
    assignee, team = absences.stand_in(meant), _team_of(response, meant)
    calendar = calendars.of(team.region if team else "")
    first_contact_due_at = due(now, playbook.first_contact_hours, calendar)
    resolve_due_at = due(now, playbook.resolve_hours, calendar)
    return Followup(
        response=response,
        playbook=playbook,
        assignee=assignee,
        team=team,
        priority=playbook.priority,
        lot=lots.random() if playbook.draws_lots else None,
        instructions=playbook.instructions,
        created_at=now,
        first_contact_due_at=first_contact_due_at,
        resolve_due_at=resolve_due_at,
        next_due_at=min(first_contact_due_at, resolve_due_at),
    )


def _team_of(response: Response, assignee: User | None) -> Team | None:
    """Return the frozen team of the answer, else the team of whoever is nearest to it."""
    people: Iterable[User | None] = (response.manager, assignee)
    return response.team or next((person.team for person in people if person and person.team), None)
