"""Which playbook an answer follows, or a letter without one, and what the follow-up looks like; no writing here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import SystemRandom

from accounts import company_clock
from accounts.absences import Absences
from accounts.business_hours import due
from accounts.company_clock import BusinessCalendars, business_calendars
from accounts.models import Team, User
from followups.models import Followup, Playbook, WorkSubject
from followups.models.deed import Change
from followups.playbooks.complaints import Complaint, Grievance
from followups.playbooks.membership import segments_of
from followups.playbooks.rules import Playbooks, traits_of, traits_of_ask
from responses.models import Response, Topic
from responses.topics.named import named_by
from surveys.models import Invitation

# Nobody foresees who comes first.
lots = SystemRandom()
# What routing reads of an answer or of an ask, beside its own columns.
KNOWN = ("survey", "team__lead", "manager__team__lead")


class Instead(StrEnum):
    """Who gets work in place of somebody whom it is about."""

    PERSON = "person"
    LEAD = "lead"
    HEAD = "head"
    OVERSEERS = "overseers"


@dataclass(frozen=True, slots=True)
class Detour:
    """That work did not go to whom it is about: why, to whom `of` them it did not, and who got it `instead`."""

    of: User
    grievance: Grievance
    instead: Instead


def as_change(detour: Detour | None) -> Change:
    """Return what the first activity of a follow-up keeps of it."""
    if detour is None:
        return {}
    return {"kept_from": str(detour.of), "grievance": detour.grievance.value, "instead": detour.instead.value}


@dataclass(frozen=True, slots=True)
class Destination:
    """Whose work it is: a person's, else the queue of a team, else of everybody who sees all teams."""

    assignee: User | None
    team: Team | None
    detour: Detour | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """An answer, or an ask that a letter was written back to; what it complains of, and its playbook, if any."""

    about: WorkSubject
    complaint: Complaint
    playbook: Playbook | None

    @property
    def makes_work(self) -> bool:
        return self.playbook is not None and self.playbook.wants_followup(self.about)

    @property
    def sends_thanks(self) -> bool:
        return self.playbook is not None and self.playbook.sends_thanks


@dataclass(frozen=True)
class Desk:
    """All by which answers are routed, fetched once for many of them.

    `about_manager`: the topics that are flagged so.
    """

    playbooks: Playbooks
    about_manager: Collection[int]
    absences: Absences
    calendars: BusinessCalendars

    @classmethod
    def at(cls, now: datetime) -> "Desk":
        return cls(
            Playbooks.active(), topics_about_manager(), Absences.on(company_clock.today(now)), business_calendars()
        )

    def routes(self, responses: Sequence[Response]) -> list[Route]:
        """Choose the playbook of each answer; as many queries for many as for one."""
        named = named_by(responses)
        held = segments_of(responses, (rule.playbook for rule in self.playbooks.rules))
        return [
            self.route(response, named[response.pk], held.get(response.contact_id or 0, ())) for response in responses
        ]

    def route(self, response: Response, topics: Collection[int], segments: Collection[int] = ()) -> Route:
        """Choose the playbook of an answer, saved or not, that names `topics` and whose customer is in `segments`."""
        complaint = Complaint.of(response, topics, self.about_manager)
        return Route(response, complaint, self.playbooks.choose(traits_of(response, topics, segments)))

    def routes_of_letters(self, asks: Sequence[Invitation]) -> list[Route]:
        """Choose the playbook of letters by the asks that they write back to.

        Nobody counts as complained of: without a score a name in a letter may as well be a greeting.
        """
        held = segments_of(asks, (rule.playbook for rule in self.playbooks.rules))
        return [
            Route(ask, Complaint(), self.playbooks.choose(traits_of_ask(ask, held.get(ask.contact_id, ()))))
            for ask in asks
        ]

    def destination(self, route: Route, playbook: Playbook) -> Destination:
        head = self.calendars.organisation.head
        return destination(route.about, playbook, complaint=route.complaint, absences=self.absences, head=head)

    def draft(self, route: Route, playbook: Playbook, *, now: datetime) -> tuple[Followup, Detour | None]:
        """Return the unsaved follow-up, and whom it was kept from."""
        to = self.destination(route, playbook)
        return draft(route.about, playbook, to=to, calendars=self.calendars, now=now), to.detour


def topics_about_manager() -> frozenset[int]:
    return frozenset(Topic.objects.filter(is_about_manager=True).values_list("pk", flat=True))


def complaints_of(responses: Sequence[Response]) -> dict[int, Complaint]:
    """Return what each answer complains of, by its key; as many queries for many as for one."""
    named, flagged = named_by(responses), topics_about_manager()
    return {response.pk: Complaint.of(response, named[response.pk], flagged) for response in responses}


def destination(
    about: WorkSubject, playbook: Playbook, *, complaint: Complaint, absences: Absences, head: User | None
) -> Destination:
    """Return whose work an answer or a letter is; the work of somebody who is away goes to who stands in for them.

    It never goes to whom the answer complains of, as the person meant or as a deputy, nor to the queue of which the
    manager is, where it complains of them: then it goes to the person whom the playbook names, the lead of the team or
    the `head` of customer care, the first of these who is there and not complained of, else to everybody who sees all
    teams.
    """
    meant = assignee_of(about, playbook)
    team, usual = team_of(about, meant), absences.stand_in(meant)
    blamed = [(person, complaint.against(person)) for person in (meant, about.manager, usual)]
    found = next(((person, why) for person, why in blamed if person and why), None)
    if found is None:
        return Destination(usual, team)
    named = None if playbook.assign == Playbook.Assign.MANAGER else meant
    for instead, person in ((Instead.PERSON, named), (Instead.LEAD, lead_of(team)), (Instead.HEAD, head)):
        stand_in = absences.stand_in(person)
        if stand_in and not complaint.against(person) and not complaint.against(stand_in):
            return Destination(stand_in, team, None if stand_in == usual else Detour(*found, instead))
    return Destination(None, None, Detour(*found, Instead.OVERSEERS))


def assignee_of(about: WorkSubject, playbook: Playbook) -> User | None:
    """Return whom the playbook means, or None for the team's queue; nobody who has left gets work."""
    match playbook.assign:
        case Playbook.Assign.MANAGER:
            person = about.manager
        case Playbook.Assign.LEAD:
            person = lead_of(team_of(about, None))
        case Playbook.Assign.PERSON:
            person = playbook.person
        case _:
            person = None
    return person if person is not None and person.is_active else None


def lead_of(team: Team | None) -> User | None:
    """Return who leads a team, as long as they work here."""
    return team.lead if team and team.lead and team.lead.is_active else None


def team_of(about: WorkSubject, assignee: User | None) -> Team | None:
    """Return the frozen team of the answer or ask, else the team of whoever is nearest to it."""
    people: Iterable[User | None] = (about.manager, assignee)
    return about.team or next((person.team for person in people if person and person.team), None)


def draft(
    about: WorkSubject, playbook: Playbook, *, to: Destination, calendars: BusinessCalendars, now: datetime
) -> Followup:
    """Return the unsaved follow-up that `playbook`, saved or not, asks for.

    Its clocks start `now`, on its team's calendar.
    """
    calendar = calendars.of(to.team.region if to.team else "")
    first_contact_due_at = due(now, playbook.first_contact_hours, calendar)
    resolve_due_at = due(now, playbook.resolve_hours, calendar)
    return Followup(
        response=about if isinstance(about, Response) else None,
        invitation=about if isinstance(about, Invitation) else None,
        playbook=playbook if playbook.pk else None,
        assignee=to.assignee,
        team=to.team,
        priority=playbook.priority,
        lot=lots.random() if playbook.draws_lots else None,
        instructions=playbook.instructions,
        created_at=now,
        first_contact_due_at=first_contact_due_at,
        resolve_due_at=resolve_due_at,
        next_due_at=min(first_contact_due_at, resolve_due_at),
    )
