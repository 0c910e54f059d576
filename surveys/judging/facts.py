"""What the judge needs to know about many asks at once, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Count, Min

from accounts import company_clock
from accounts.company_clock import ClosedDays
from accounts.media import Medium
from accounts.timezones import zone
from crm import reach, reachability
from crm.reachability import Person, Purpose
from crm.suppressions import Spelled
from delivery.media.whatsapp import choice
from delivery.models import TelegramBot
from surveys.judging.askable import Askable
from surveys.judging.asks import Ask, Asks
from surveys.judging.case import CaseFacts, Policy, day_start
from surveys.judging.eligibility import Outcome, Verdict
from surveys.judging.media_order import MediaRanks
from surveys.judging.senders import OF_RAMP, Senders
from surveys.media_hours import MediaHours
from surveys.models import AskingPolicy, Hold, Invitation, Survey, Trigger
from surveys.models.wave import SLACK_DAYS
from surveys.sendwindow import Window

# What facts_of() reads of an invitation: give it to select_related().
RELATIONS = ("survey", "trigger", "wave", "arm", "touchpoint", "contact", "company")

ALWAYS = Window(datetime.min.time(), datetime.max.time(), frozenset(range(1, 8)))
# When asks are sent that no trigger and no wave makes, unless a person makes them: as both begin with.
OFFICE_HOURS = Trigger().window
# Whom nothing is known about, so that nobody writes there.
NOBODY = Person()


def policy_in_force() -> Policy:
    """Return the asking policy as the judge reads it."""
    return policy_of(AskingPolicy.current())


def policy_of(row: AskingPolicy) -> Policy:
    """Return a policy, in force or only being considered, as the judge reads it."""
    return Policy(
        kind_days={
            Survey.Kind.TRANSACTIONAL.value: row.transactional_days,
            Survey.Kind.RELATIONAL.value: row.relational_days,
        },
        floor_days=row.floor_days,
        days_late=row.days_late,
        company_budget=row.company_budget,
        company_window_days=row.company_window_days,
        reach=row.reach,
        zone=company_clock.zone(),
        closed_days=ClosedDays.fetch(),
        drops_losers=row.loser == AskingPolicy.Loser.DROP,
        hours=MediaHours.fetch(),
    )


class History:
    """What was asked of the contacts and companies at hand; it learns of the asks of the running batch too."""

    def __init__(self, policy: Policy, now: datetime) -> None:
        self.policy = policy
        self.now = now
        self.asks = Asks()
        self.ranks = MediaRanks(now)
        self.held_since: dict[int, datetime] = {}
        self.people: dict[int, Person] = {}
        self.company_asks: defaultdict[int, list[datetime]] = defaultdict(list)
        self.asked_today: defaultdict[int, int] = defaultdict(int)
        self.lined_up: defaultdict[int, int] = defaultdict(int)
        self.senders = Senders()
        # Telegram's numbers of the bots by their brands, looked up where somebody has a chat.
        self.bots: dict[int, int] | None = None
        # In which languages brands may ask by WhatsApp, looked up where somebody would.
        self.templates: Mapping[int, Collection[str]] | None = None

    @classmethod
    def of(cls, invitations: Sequence[Invitation], policy: Policy, now: datetime, *, by_letter: bool = True) -> Self:
        """Fetch the history behind `invitations`, in eleven queries at most, three more while a sender is held back.

        Of senders nothing is known unless they are asked `by_letter`.
        """
        history = cls(policy, now)
        contacts = {invitation.contact_id for invitation in invitations}
        known = reach.known({i.contact_id: i.contact for i in invitations}.values(), policy.reach)
        history.people = known.people
        history.asks.fetch(known)
        history._fetch_standing_holds(contacts)
        if policy.company_budget is not None:
            history._fetch_companies({invitation.company_id for invitation in invitations if invitation.company_id})
        if limited := {i.survey_id for i in invitations if i.survey.daily_maximum is not None}:
            history._fetch_today(limited)
        if by_letter:
            history.senders = Senders.fetch(policy, now)
        return history

    @classmethod
    def of_own_asks(cls, invitation: Invitation, policy: Policy, now: datetime) -> Self:
        """Fetch what one contact was asked and nothing besides, in one query: enough for the rules OF_OWN_ASKS."""
        history = cls(policy, now)
        contact = invitation.contact
        history.people = {contact.pk: Person(said_no_at=contact.do_not_contact_at)}
        history.asks.fetch_own(contact.pk)
        return history

    def facts_of(self, invitation: Askable) -> CaseFacts:
        """Return what is known of one invitation now, the asks made before it in this batch included."""
        survey, contact, asker = invitation.survey, invitation.contact, invitation.asker
        touchpoint, company = invitation.touchpoint, invitation.company
        media = self._media(invitation)
        person = self._person(invitation, media)
        asks = self.asks.of(invitation.contact_id, self._address_of(person, media))
        deal_id = touchpoint.deal_id if touchpoint else None
        of_survey = [ask for ask in asks if ask.survey_id == survey.pk]
        rivals = [ask for ask in asks if ask.priority > survey.priority]
        rival = min((ask for ask in rivals if ask.asked_at is None), key=lambda ask: ask.due_at, default=None)
        latest, rival_asked = _latest(asks), _latest(rivals)
        return CaseFacts(
            survey_id=survey.pk,
            contact_id=invitation.contact_id,
            kind=invitation.kind,
            wanted_at=wanted_at(invitation),
            window=_window(invitation),
            zone=zone(contact.timezone, company.timezone if company else "", self.policy.zone.key),
            holidays=self.policy.closed_days.of(contact.region or (company.region if company else "")),
            media=media,
            person=person,
            cancelled_at=touchpoint.cancelled_at if touchpoint else None,
            switched_off=survey.is_switched_off or (asker is not None and not asker.is_active),
            turn_skipped=_skips_turn(invitation),
            paused=survey.status == Survey.Status.PAUSED,
            sampling_share=float(asker.sampling_share) if asker else 1.0,
            deal_asked_at=_last(ask.asked_at for ask in of_survey if deal_id and ask.deal_id == deal_id),
            pending_until=_last(ask.pending_until for ask in of_survey),
            held_since=self.held_since.get(invitation.contact_id),
            repeat_days=_repeat_days(invitation),
            own_clock_days=invitation.own_clock_days,
            last_of_survey=_last(ask.asked_at for ask in of_survey),
            last_of_kind=_last(
                ask.asked_at for ask in asks if ask.kind == invitation.kind and ask.survey_id != survey.pk
            ),
            last_of_any=latest.asked_at if latest else None,
            last_name=latest.survey if latest else "",
            rival_due_at=rival.due_at if rival else None,
            rival_name=rival.survey if rival else "",
            rival_asked_at=rival_asked.asked_at if rival_asked else None,
            rival_asked_name=rival_asked.survey if rival_asked else "",
            company_asks=self._company_asks(invitation, asks),
            daily_maximum=survey.daily_maximum,
            asked_today=self.asked_today[survey.pk],
            lined_up=self.lined_up[survey.pk],
            sender=self.senders.of(invitation),
        )

    def others(self, invitation: Invitation) -> list[Ask]:
        """Return what else was asked of this contact, or of others at the same address."""
        media = self._media(invitation)
        asks = self.asks.of(invitation.contact_id, self._address_of(self._person(invitation, media), media))
        return [ask for ask in asks if ask.asked_at and ask.invitation_id != invitation.pk]

    def _person(self, invitation: Askable, media: Sequence[str]) -> Person:
        """Return who is asked, with what the brand can write by."""
        person = self._with_chats(self.people.get(invitation.contact_id, NOBODY), invitation)
        fault = self._whatsapp_fault(invitation) if Medium.WHATSAPP in media else ""
        return replace(person, closed={Medium.WHATSAPP.value: fault}) if fault else person

    def _whatsapp_fault(self, invitation: Askable) -> str:
        """Return why a brand cannot ask a customer by WhatsApp, "" where it can."""
        if self.templates is None:
            self.templates = choice.approved_languages()
        approved = self.templates.get(invitation.brand_id or invitation.survey.brand_id)
        if approved is None:
            return "no_number"
        return (
            ""
            if choice.first_of((invitation.language, invitation.survey.default_language), approved)
            else "no_template"
        )

    def _with_chats(self, person: Person, invitation: Askable) -> Person:
        """Return a person with the chats in which the bot of this brand may write."""
        if Medium.TELEGRAM.value not in person.addresses:
            return person
        if self.bots is None:
            self.bots = TelegramBot.objects.numbers()
        begins = f"{self.bots.get(invitation.survey.brand_id)}:"
        known = person.addresses[Medium.TELEGRAM.value]
        own = [address for address in known if address.value.startswith(begins)]
        return replace(person, addresses={**person.addresses, Medium.TELEGRAM.value: own})

    def _media(self, invitation: Askable) -> Sequence[str]:
        """Return the media in the order of whoever asks, or as the arm of an experiment orders them."""
        asker, arm, survey = invitation.asker, invitation.arm, invitation.survey
        media = self.ranks.ordered(asker, survey_id=survey.pk, brand_id=survey.brand_id) if asker else ("email",)
        return arm.order(media) if arm else media

    def _address_of(self, person: Person, media: Sequence[str]) -> Spelled | None:
        """Return the address at which a person would be asked as things stand; its clocks count too."""
        way = reachability.way(person, media, Purpose.ASK, self.policy.reach)
        return (way.medium, way.address) if way else None

    def _company_asks(self, invitation: Askable, asks: Sequence[Ask]) -> Sequence[datetime]:
        """Return when the company was asked: its contacts, and others under the address of this one."""
        own = self.company_asks.get(invitation.company_id or 0, ())
        others = [
            ask.asked_at
            for ask in asks
            if ask.asked_at and ask.contact_id != invitation.contact_id and ask.company_id != invitation.company_id
        ]
        return [*own, *others] if others else own

    def judged(self, invitation: Invitation, verdict: Verdict) -> None:
        """Take a verdict into account, so that the next invitation of the batch is judged by how things stand now."""
        planned = self.asks.planned(invitation)
        for ask in planned:
            self.asks.remove(ask)
        if verdict.outcome is Outcome.ASK:
            self.asked(invitation, (verdict.medium, verdict.address))
        elif verdict.until:
            for ask in planned:
                self.asks.add(replace(ask, due_at=verdict.until))
            self.line_up(invitation, verdict.reason)

    def line_up(self, invitation: Askable, reason: str, by: int = 1) -> None:
        """Count one that waits for its turn because of a day's number."""
        if reason == "daily_maximum":
            self.lined_up[invitation.survey.pk] += by
        elif reason == OF_RAMP:
            self.senders.line_up(invitation, by)

    def asked(self, invitation: Askable, address: Spelled | None = None) -> None:
        """Count an ask made at this moment, so that the next of the batch sees it."""
        survey, touchpoint = invitation.survey, invitation.touchpoint
        self.asks.add(
            Ask(
                contact_id=invitation.contact_id,
                survey_id=survey.pk,
                kind=invitation.kind,
                deal_id=touchpoint.deal_id if touchpoint else None,
                asked_at=self.now,
                pending_until=self.now + survey.validity,
                due_at=invitation.due_at,
                priority=survey.priority,
                survey=survey.name,
                invitation_id=invitation.pk,
                company_id=invitation.company_id,
                address=address,
            )
        )
        self.asked_today[survey.pk] += 1
        self.senders.asks(invitation, address[0] if address else "")
        if invitation.company_id:
            self.company_asks[invitation.company_id].append(self.now)

    def begin_day(self) -> None:
        """Forget what was asked of the numbers of a day that is over."""
        self.asked_today.clear()
        self.senders.asked.clear()

    def _fetch_standing_holds(self, contacts: set[int]) -> None:
        holds = Hold.objects.standing().filter(contact__in=contacts).values_list("contact")
        self.held_since = dict(holds.annotate(Min("since")))

    def _fetch_companies(self, companies: set[int]) -> None:
        since = self.now - timedelta(days=self.policy.company_window_days)
        asks = Invitation.objects.counting().filter(company__in=companies, queued_at__gt=since)
        for company, queued_at in asks.values_list("company", "queued_at"):
            if company and queued_at:
                self.company_asks[company].append(queued_at)

    def _fetch_today(self, surveys: set[int]) -> None:
        asks = Invitation.objects.filter(queued_at__gte=day_start(self.now, self.policy.zone), survey__in=surveys)
        self.asked_today.update(dict(asks.values_list("survey").annotate(Count("pk"))))
        waiting = Invitation.objects.filter(
            survey__in=surveys, status=Invitation.Status.PLANNED, reason="daily_maximum", due_at__gt=self.now
        )
        self.lined_up.update(dict(waiting.values_list("survey").annotate(Count("pk"))))


def wanted_at(invitation: Askable) -> datetime:
    """Return the moment at which the trigger wants the ask, before any send window."""
    if invitation.trigger and invitation.touchpoint:
        return invitation.touchpoint.occurred_at + invitation.trigger.delay
    return invitation.planned_at


def _window(invitation: Askable) -> Window:
    """Return the send window, as far as the arm of an experiment writes in it."""
    asker, arm = invitation.asker, invitation.arm
    unasked = ALWAYS if invitation.own_clock_days is None else OFFICE_HOURS
    window = asker.window if asker else unasked
    return arm.narrow(window) if arm else window


def _skips_turn(invitation: Askable) -> bool:
    """Return whether the wave rests: a turn that comes due meanwhile is not made up for."""
    wave = invitation.wave
    return wave is not None and (wave.is_resting or invitation.survey.status == Survey.Status.PAUSED)


def _repeat_days(invitation: Askable) -> int | None:
    """Return how long the survey rests for a contact; a wave has a cadence of its own."""
    survey, wave = invitation.survey, invitation.wave
    if survey.repeat_days is None and wave:
        return wave.cadence_days - SLACK_DAYS
    return survey.repeat_days


def _latest(asks: Iterable[Ask]) -> Ask | None:
    return max((ask for ask in asks if ask.asked_at), key=lambda ask: ask.asked_at or ask.due_at, default=None)


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
