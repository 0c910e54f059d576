"""What a wave would do in its next round: who would be asked, and why others would not. Nothing is kept.

The judge that asks for real decides at the moment of each turn, by what is known today of holds, words and addresses,
and by the asks that this run makes on the way.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from heapq import heapify

from crm import reach
from crm.models import Contact
from crm.reach import Known
from surveys.judging.case import Policy
from surveys.judging.dryrun import PEOPLE_AT_ONCE, DryRun, Replay
from surveys.judging.senders import Senders
from surveys.judging.stand_ins import Customer, Place, ReplayedAsk
from surveys.models import Survey, Wave
from surveys.planning import waves

ONE_DAY = timedelta(days=1)


def turns_ahead(wave: Wave, *, now: datetime, most: int | None = None) -> list[tuple[int, datetime]]:
    """Return whose turn comes in the round that begins with the first day not planned yet, and when, in order of time.

    `most`: how many turns are enough. Raises UnreadableSegment, NeverOpens.
    """
    first, last = days_ahead(wave, now)
    return waves.turns(wave, first, last, now=now, most=most)


def days_ahead(wave: Wave, now: datetime) -> tuple[date, date]:
    """Return the first and the last day of that round."""
    unplanned = wave.planned_until + ONE_DAY if wave.planned_until else now.date()
    first = max(unplanned, now.date(), wave.starts_on)
    return first, first + (wave.cadence_days - 1) * ONE_DAY


def dry_run(wave: Wave, policy: Policy, turns: Sequence[tuple[int, datetime]], *, now: datetime) -> DryRun:
    """Judge these turns under `policy` and return what would happen; the wave counts as switched on.

    Nine queries, three more while a sender is held back, and six more for every ten thousand contacts.
    """
    copy = _switched_on(wave)
    replay = RoundAhead(policy, now, copy.survey, copy)
    replay.fetch_turns(turns)
    end = max((at for _contact, at in turns), default=now) + timedelta(days=policy.days_late + 1)
    return replay.run(end)


def _switched_on(wave: Wave) -> Wave:
    """Return a copy that asks, whatever the wave itself and its survey do; it is never saved."""
    survey = Survey.objects.get(pk=wave.survey_id)
    survey.status = Survey.Status.ACTIVE
    copy = Wave.objects.get(pk=wave.pk)
    copy.survey, copy.is_active, copy.paused_at = survey, True, None
    return copy


class RoundAhead(Replay):
    """The turns of a wave, judged one after the other as time goes on from now."""

    def fetch_turns(self, turns: Sequence[tuple[int, datetime]]) -> None:
        wave = self.asker
        assert isinstance(wave, Wave)  # noqa: S101 fetch() is for triggers
        contacts = self._fetch_contacts([contact for contact, _at in turns])
        self.trials = [self._turn(wave, contacts[pk], at) for pk, at in turns if pk in contacts]
        self._fetch_standing_holds(set(contacts))
        if self.policy.company_budget is not None:
            self._fetch_companies({trial.company_id for trial in self.trials if trial.company_id})
        if self.survey.daily_maximum is not None:
            self._fetch_today({self.survey.pk})
        self.senders = Senders.fetch(self.policy, self.now)
        heapify(self._happenings)

    def _fetch_contacts(self, keys: Sequence[int]) -> dict[int, Contact]:
        """Return these contacts by primary key, and learn how they are reached and what they were asked."""
        found: dict[int, Contact] = {}
        known = Known({}, {})
        for start in range(0, len(keys), PEOPLE_AT_ONCE):
            rows = Contact.objects.filter(pk__in=keys[start : start + PEOPLE_AT_ONCE])
            some = list(
                rows.select_related("company").only(*reach.READ, "timezone", "company__timezone", "company__region")
            )
            found |= {contact.pk: contact for contact in some}
            known = _joined(known, reach.known(some, self.policy.reach))
        self.people = known.people
        self.asks.fetch(known)
        return found

    def _turn(self, wave: Wave, contact: Contact, at: datetime) -> ReplayedAsk:
        company = contact.company
        return ReplayedAsk(
            survey=self.survey,
            trigger=None,
            wave=wave,
            asker=wave,
            kind=self.survey.kind,
            touchpoint=None,
            contact=Customer(contact.pk, contact.timezone, contact.region),
            contact_id=contact.pk,
            company=Place(company.timezone, company.region) if company else None,
            company_id=contact.company_id,
            due_at=at,
            planned_at=at,
        )


def _joined(one: Known, other: Known) -> Known:
    keys = {*one.shared, *other.shared}
    shared = {pk: {*one.shared.get(pk, ()), *other.shared.get(pk, ())} for pk in keys}
    return Known({**one.people, **other.people}, shared)
