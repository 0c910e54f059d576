"""An answer that a member of staff writes down because the customer told it otherwise than by the link.

It has an entry and an origin of its own, so that it enters no response rate and everybody sees whose gesture it was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts import clock, tokens
from accounts.models import Organisation, User
from crm import suppressions
from crm.models import Contact
from crm.suppressions import No
from responses import further_answers, services
from responses.further_answers import Given
from responses.models import Entry, Response, ResponseTopic, StaffEntry, Topic
from surveys.judging import by_voice
from surveys.models import AskedFacts, Invitation, Origin

# Whoever presses “not now” twice, or goes back and presses it again, noted one talk.
DECLINED_ONCE = timedelta(hours=1)


class AlreadyAnswered(Exception):
    """The customer answered by the link, or a colleague wrote their answer down: that answer stands."""


class SentBefore(AlreadyAnswered):
    """Something else was written down with the same form before, such as by who went back in the browser."""


class OwnDeal(Exception):
    """The answer is about a deal of whoever wants to write it down, and the company does not let them."""


@dataclass(frozen=True, kw_only=True)
class SpokenAnswer:
    """What a customer said to a member of staff. `key`: drawn with the form, so that it is taken once.

    `mode`: one of accounts.media.Mode. `is_unasked`: the customer came of themselves, so that no rule of asking counts.
    `batch`: the sheets of paper among which it was. `further`: what was said to further questions.
    """

    key: str
    mode: str
    score: int
    language: str
    said_at: datetime
    comment: str = ""
    topic_ids: Collection[int] = ()
    is_unasked: bool = False
    batch: str = ""
    further: Collection[Given] = ()

    def is_of(self, response: Response, ask: Invitation) -> bool:
        """Whether this is what was written down as `response`, to the same ask."""
        said = (self.score, self.mode, self.comment, ask.contact_id, ask.survey_id)
        kept = (response.score, response.medium, response.comment, response.contact_id, response.survey_id)
        return said == kept and {one.key: one for one in self.further} == further_answers.given_to(response.pk)


@transaction.atomic
def write_down(*, invitation_id: int, score: int, said_at: datetime, by: User | None = None) -> Response:
    """Record a score (on the metric's scale) that the customer told us, with the facts of the ask; no reminder follows.

    Raises AlreadyAnswered where the ask has an answer, and ValueError for a score off the scale.
    """
    invitation = _unanswered(invitation_id)
    response = _answer(invitation, score=score, language=invitation.language, said_at=said_at)
    response.save(force_insert=True)
    StaffEntry.objects.create(
        response=response, by=by, invitation=invitation, is_own_deal=by is not None and invitation.manager_id == by.pk
    )
    by_voice.call_off(invitation)
    return response


@transaction.atomic
def take(ask: Invitation, answer: SpokenAnswer, *, by: User, now: datetime | None = None) -> Response:
    """Record what a customer answered to `ask`, an unsaved invitation that was made aloud; the same key again is it.

    An open letter of the same survey is answered by it, with the facts of the letter. An ask of no contact is one of
    whoever filled in a sheet.
    Raises NotAsked, OwnDeal, AlreadyAnswered, SentBefore, or ValueError (a score off the scale); nothing is kept then.
    """
    now = now or clock.now()
    by_voice.hold_judge()
    if known := taken_as(answer.key):
        if not answer.is_of(known, ask):
            raise SentBefore(known.pk)
        return known
    letter = by_voice.letter_of(ask) if ask.contact_id else None
    is_own_deal = check_deal(letter or ask, by)
    if letter:
        letter = _unanswered(letter.pk)
    if not answer.is_unasked:
        by_voice.check(ask, letter, answer.mode, now=now)
    if letter:
        by_voice.call_off(letter)
    response = _answer(letter or ask, score=answer.score, language=answer.language, said_at=answer.said_at)
    response.version, response.survey = ask.version, ask.survey
    response.medium, response.comment, response.secret_hash = answer.mode, answer.comment, _secret_hash(answer.key)
    response.save(force_insert=True)
    topics = Topic.objects.filter(pk__in=answer.topic_ids)
    ResponseTopic.objects.bulk_create(
        ResponseTopic(response=response, topic=topic, source=ResponseTopic.Source.TAPPED) for topic in topics
    )
    further_answers.record(response.pk, answer.further, language=answer.language)
    how = {"is_unasked": answer.is_unasked, "is_own_deal": is_own_deal, "batch": answer.batch}
    StaffEntry.objects.create(response=response, by=by, invitation=letter, **how)
    if ask.contact_id:
        by_voice.keep(ask, answer.mode, at=answer.said_at)
    transaction.on_commit(services.nudge_settling)
    return response


def taken_as(key: str) -> Response | None:
    """Return what was written down under a key before."""
    return Response.objects.filter(secret_hash=_secret_hash(key)).first()


def _secret_hash(key: str) -> bytes:
    return tokens.digest(f"staff entry {key}")


@transaction.atomic
def decline(ask: Invitation, *, mode: str, by: User, never_again: bool, now: datetime | None = None) -> None:
    """Note that a customer who was asked aloud did not want to answer; `never_again` is their own no to all of it.

    Said again within DECLINED_ONCE it is the same ask.

    Raises OwnDeal: about somebody's own deal a colleague asks, and hears the no.
    """
    now = now or clock.now()
    by_voice.hold_judge()
    letter = by_voice.letter_of(ask)
    check_deal(letter or ask, by)
    if letter:
        by_voice.call_off(letter)
    if not by_voice.has_declined(ask, since=now - DECLINED_ONCE):
        by_voice.keep(ask, mode, at=now, reason="declined")
    if never_again:
        no = No(Contact.OptOut.ASKED_STAFF, now, evidence=f"{mode}, {by}"[:300])
        suppressions.stop({ask.contact_id: no}, by=by, now=now)


def check_deal(ask: Invitation, by: User) -> bool:
    """Return whether the ask is about a deal of this person; raises OwnDeal where they may not write it down then."""
    if ask.manager_id != by.pk:
        return False
    if not Organisation.current().managers_enter_own:
        raise OwnDeal(ask.manager_id)
    return True


def _unanswered(invitation_id: int) -> Invitation:
    invitation = Invitation.objects.select_for_update(no_key=True).get(pk=invitation_id)
    answered = Response.objects.filter(invitation=invitation).exists()
    if answered or StaffEntry.objects.filter(invitation=invitation).exists():
        raise AlreadyAnswered(invitation_id)
    return invitation


def _answer(asked: Invitation, *, score: int, language: str, said_at: datetime) -> Response:
    if score not in asked.scale.scores:
        raise ValueError(f"{score} is not on the scale of {asked.metric}.")
    response = Response(
        entry=_entry(),
        survey_id=asked.survey_id,
        version_id=asked.version_id,
        contact_id=asked.contact_id,
        score=score,
        answered_at=said_at,
        finished_at=clock.now(),
    )
    response.copy_facts(asked)
    for column in AskedFacts.ASKED:
        setattr(response, column, getattr(asked, column))
    response.language, response.origin = language, Origin.STAFF
    return response


def _entry() -> Entry:
    of_staff = {"kind": Entry.Kind.STAFF_FORM, "origin": Origin.STAFF}
    return Entry.objects.filter(**of_staff).order_by("pk").first() or Entry.objects.create(**of_staff)
