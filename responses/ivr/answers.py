"""Answers of callers: each call is one answer, however often it is sent, and whose it is the phone says."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import tokens
from accounts.customerlanguages import spoken
from accounts.media import Medium, Mode
from crm.models import Contact
from responses import services
from responses.ivr.sending import CallRefused, IvrAnswer
from responses.models import Response, StaffEntry, TelephoneDoor
from surveys.judging import by_hand, by_voice
from surveys.models import Invitation, SurveyVersion
from surveys.wording import texts


def take(door: TelephoneDoor, said: IvrAnswer, *, now: datetime) -> bool:
    """Keep an answer; return False where this call was sent before, which changes nothing. Raises CallRefused."""
    secret_hash = tokens.digest(f"telephone door {door.pk} {said.call_id}")
    try:
        with transaction.atomic():
            return _kept(door, said, secret_hash, now)
    except IntegrityError:
        if not Response.objects.filter(secret_hash=secret_hash).exists():
            raise
        # The same call, sent twice at once.
        return False


def _kept(door: TelephoneDoor, said: IvrAnswer, secret_hash: bytes, now: datetime) -> bool:
    if Response.objects.filter(secret_hash=secret_hash).exists():
        return False
    version = SurveyVersion.objects.select_related("survey__brand").latest_of(door.survey_id)
    if version is None:
        raise CallRefused
    contact = contact_of(said.phone)
    ask = _ask(door, version, contact, now)
    ask.language = spoken.matched(said.language or door.language, texts.offered(version)) or ask.language
    letter = _letter(ask) if contact else None
    response = Response(
        entry_id=door.entry_id, survey=version.survey, version=version, contact=contact, language=ask.language,
        score=said.score, comment=said.comment, answered_at=said.said_at, finished_at=now, secret_hash=secret_hash,
        kind=ask.kind, touchpoint_kind=ask.touchpoint_kind, metric=ask.metric, origin=door.ORIGIN, medium=Mode.IVR,
    )  # fmt: skip
    response.copy_facts(letter or ask)
    response.save(force_insert=True)
    StaffEntry.objects.create(response=response, invitation=letter, is_unasked=True)
    if contact:
        by_voice.keep(ask, Mode.IVR, at=said.said_at)
        if letter:
            by_voice.call_off(letter)
    transaction.on_commit(services.nudge_settling)
    return True


def contact_of(phone: str) -> Contact | None:
    """Return the one customer who has this phone; None where nobody has, or several do."""
    if not phone:
        return None
    carried = {"addresses__medium": Medium.SMS, "addresses__value": phone}
    found = list(Contact.objects.shown().filter(**carried).select_related("company").distinct()[:2])
    return found[0] if len(found) == 1 else None


def _letter(ask: Invitation) -> Invitation | None:
    """Return the letter that a call answers, unless somebody entered an answer to it; no other call gets it."""
    found = by_voice.letter_of(ask)
    letter = Invitation.objects.select_for_update(no_key=True).get(pk=found.pk) if found else None
    return None if letter and StaffEntry.objects.filter(invitation=letter).exists() else letter


def _ask(door: TelephoneDoor, version: SurveyVersion, contact: Contact | None, now: datetime) -> Invitation:
    """Return an unsaved invitation with the facts of the door, else those of what happened last with the customer."""
    survey = version.survey
    if contact:
        ask = by_hand.draft(contact, survey, version, now=now)
    else:
        ask = Invitation(survey=survey, version=version, kind=survey.kind, metric=survey.metric, brand=survey.brand)
        ask.language = survey.default_language
    for fact in ("product", "channel", "manager"):
        setattr(ask, fact, getattr(door, fact) or getattr(ask, fact))
    ask.campaign = door.campaign or ask.campaign
    ask.team = door.team or (door.manager.team if door.manager else ask.team)
    return ask
