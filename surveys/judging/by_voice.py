"""An ask that a member of staff makes aloud, by telephone or at a meeting: it is judged, and the clocks count it."""

from datetime import datetime

from accounts import clock
from accounts.media import Medium, Mode
from crm import reach, reachability
from surveys.judging.by_hand import NotAsked
from surveys.judging.eligibility import Outcome, judge
from surveys.judging.facts import History, policy_in_force
from surveys.judging.rules import OF_ASKS
from surveys.locks import Work, wait_for
from surveys.models import Invitation, Origin

# Those on their way to the customer or with them, which an answer given aloud answers.
UNANSWERED = (
    Invitation.Status.QUEUED,
    Invitation.Status.SENT,
    Invitation.Status.DELIVERED,
    Invitation.Status.UNKNOWN,
)
# What holds for a talk that is about a letter: it was allowed to ask, and asks nothing new.
OF_LETTER = frozenset({"cancelled", "switched_off", "do_not_contact", "paused"})
ALOUD = OF_LETTER | {"duplicate", "hold", "survey_clock", "kind_clock", "floor", "company_budget"}


def refusal(ask: Invitation, letter: Invitation | None, mode: str, *, now: datetime) -> str:
    """Return why `ask`, unsaved, is not made aloud now, as a code, or ""; `letter`: the open one that it is about."""
    policy = policy_in_force()
    person = reach.people([ask.contact], policy.reach)[ask.contact_id]
    against = reachability.against_asking_aloud(person, policy.reach, by_phone=mode == Mode.TELEPHONE)
    if against:
        return against
    wanted = OF_LETTER if letter else ALOUD
    rules = [rule for rule in OF_ASKS if rule.code in wanted]
    ask.due_at = now
    verdict = judge(History.of([ask], policy, now).facts_of(ask), policy, now, rules=rules)
    return "" if verdict.outcome is Outcome.ASK else verdict.reason


def letter_of(ask: Invitation) -> Invitation | None:
    """Return the newest invitation to the same survey that the customer has and did not answer yet."""
    invited = Invitation.objects.filter(contact=ask.contact_id, survey=ask.survey_id, status__in=UNANSWERED)
    return invited.exclude(origin=Origin.TEST).order_by("-queued_at", "-pk").first()


def hold_judge() -> None:
    """Let nobody else ask anybody for the rest of this transaction, so that two do not ask one customer at once."""
    wait_for(Work.JUDGING)


def check(ask: Invitation, letter: Invitation | None, mode: str, *, now: datetime) -> None:
    """Raises NotAsked where a rule stands against the ask."""
    reason = refusal(ask, letter, mode, now=now)
    if reason:
        raise NotAsked(reason)


def has_declined(ask: Invitation, *, since: datetime) -> bool:
    """Whether the customer did not want to answer the same survey aloud, lately."""
    aloud = Invitation.objects.filter(contact=ask.contact_id, survey=ask.survey_id, origin=Origin.STAFF)
    return aloud.filter(reason="declined", asked_at__gt=since).exists()


def keep(ask: Invitation, mode: str, *, at: datetime, reason: str = "") -> Invitation:
    """Save an ask that was made aloud: answered, or declined where there is a `reason`. All clocks count it."""
    now = clock.now()
    ask.origin, ask.medium = Origin.STAFF, mode
    ask.status, ask.reason = (Invitation.Status.EXPIRED if reason else Invitation.Status.ANSWERED), reason
    ask.planned_at = ask.due_at = ask.judged_at = ask.queued_at = ask.asked_at = at
    ask.expires_at, ask.answered_at = now, None if reason else at
    if mode == Mode.TELEPHONE and ask.contact.phone:
        ask.note_address(Medium.SMS, ask.contact.phone)
    ask.save(force_insert=True)
    return ask


def call_off(letter: Invitation) -> None:
    """Send no reminder, and nothing by another medium, for a letter that was spoken about."""
    Invitation.objects.filter(pk=letter.pk).update(remind_at=None, reminders_left=0, fall_back_at=None)
