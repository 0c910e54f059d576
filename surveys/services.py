"""What surveys do: plan, judge and end invitations; write and publish the wording."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import Brand
from accounts.nudges import nudge
from accounts.setaside import Batch
from crm.models import Contact
from surveys.judging.batches import Judged, judge_batch
from surveys.judging.eligibility import Verdict, judge
from surveys.judging.facts import History, policy_in_force
from surveys.judging.fallbacks import fall_back_batch
from surveys.judging.reminders import Reminded, remind_batch
from surveys.models import Invitation, Survey, SurveyVersion, Trigger, Wave
from surveys.planning import triggers, waves
from surveys.wording import further
from surveys.wording.texts import (
    FIELDS,
    STANDARD,
    TEXTED,
    is_too_long,
    known_placeholders,
    lacks_its_link,
    unknown_placeholders,
)

__all__ = [
    "Judged",
    "NothingToPublish",
    "Reminded",
    "TextsIncomplete",
    "ask_after_the_pause",
    "create_survey",
    "draft_of",
    "expire_invitations",
    "explain",
    "fall_back_due",
    "judge_due",
    "plan_invitations",
    "publish",
    "remind_due",
]

TRIGGERS = Batch("triggers", _("planning by triggers"), task="surveys.plan_invitations", model=Trigger)
# Language, text, what is wrong with it.
Faults = list[tuple[str, str, str]]

WAVES = Batch("waves", _("planning by waves"), task="surveys.plan_invitations", model=Wave)


def plan_invitations(*, now: datetime | None = None) -> int:
    """Insert every invitation that active triggers owe to touchpoints, and waves to turns; a repeat changes nothing.

    A trigger or wave that fails is set aside and stops none behind it.
    """
    now = now or clock.now()
    planned = _plan_triggers(now) + _plan_waves(now)
    if planned and Invitation.objects.due(now).exists():
        nudge("surveys.judge_invitations")
    return planned


def _plan_triggers(now: datetime) -> int:
    run = TRIGGERS.run(now)
    asking = Trigger.objects.asking().exclude(pk__in=run.resting).order_by("pk").select_related("survey__brand")
    found = list(asking.prefetch_related("products", "channels", "teams"))
    return sum(run.one_by_one(found, partial(triggers.plan, now=now)).results)


def _plan_waves(now: datetime) -> int:
    Wave.objects.resting().skip_until(now.date())
    run = WAVES.run(now)
    asking = Wave.objects.asking().exclude(pk__in=run.resting).order_by("pk").select_related("survey__brand")
    found = list(asking.prefetch_related("products", "channels"))
    return sum(run.one_by_one(found, partial(waves.plan, now=now)).results)


def judge_due(*, limit: int = 500, now: datetime | None = None) -> Judged:
    """Judge up to `limit` due invitations in due order and queue the messages of those that are asked."""
    return judge_batch(limit=limit, now=now or clock.now())


def remind_due(*, limit: int = 500, now: datetime | None = None) -> Reminded:
    """Judge up to `limit` due reminders in due order and queue those that may go out; safe to run at once."""
    return remind_batch(limit=limit, now=now or clock.now())


def fall_back_due(*, limit: int = 500, now: datetime | None = None) -> Judged:
    """Judge up to `limit` asks due by their next medium, and queue those that may go; safe to run at once."""
    return fall_back_batch(limit=limit, now=now or clock.now())


def expire_invitations(*, now: datetime | None = None) -> int:
    """End the unanswered invitations whose link is no longer valid and return how many.

    One that could not be delivered stays so, and one that still waits to be sent was never asked: the clocks of their
    contacts must not count them.
    """
    status = Invitation.Status
    over = Invitation.objects.filter(expires_at__lte=now or clock.now())
    asked = over.filter(status__in=[status.SENT, status.DELIVERED]).update(status=status.EXPIRED)
    return asked + over.filter(status=status.QUEUED).update(status=status.SUPPRESSED, reason="expired")


def ask_after_the_pause(*, now: datetime | None = None) -> int:
    """Judge at once what waits for a sender's domain to be resumed, and return how many that is; others wait again."""
    now = now or clock.now()
    waiting = Invitation.objects.filter(status=Invitation.Status.PLANNED, reason="sender_paused", due_at__gt=now)
    brought = waiting.update(due_at=now)
    if brought:
        nudge("surveys.judge_invitations")
    return brought


def explain(*, contact: Contact, trigger: Trigger, now: datetime | None = None) -> Verdict:
    """Say whether `trigger` would ask `contact` at this moment, and why, by the rules of real asks; nothing is kept."""
    now = now or clock.now()
    survey = trigger.survey
    ask = Invitation(survey=survey, trigger=trigger, contact=contact, company=contact.company, kind=survey.kind)
    ask.planned_at = ask.due_at = now
    policy = policy_in_force()
    return judge(History.of([ask], policy, now).facts_of(ask), policy, now)


@transaction.atomic
def create_survey(*, name: str, brand: Brand, **fields: object) -> Survey:
    """Create a survey with a draft of the standard texts in every language."""
    survey = Survey.objects.create(name=name, brand=brand, **fields)
    draft_of(survey)
    return survey


def draft_of(survey: Survey, *, like: Survey | None = None) -> SurveyVersion:
    """Return the draft of a survey, begun from its latest wording (or the standard texts) where there is none.

    `like`: another survey of the same metric, whose newest wording a new survey begins with.

    The unique constraint on drafts makes two editors at once share one.
    """
    latest = SurveyVersion.objects.latest_of(survey.pk)
    if latest is None and like:
        latest = like.versions.order_by("-number").first()
    number = (survey.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft, _created = SurveyVersion.objects.get_or_create(
        survey=survey,
        published_at=None,
        defaults={
            "number": number,
            "texts": latest.texts if latest else STANDARD[survey.metric],
            "questions": _questions_for(survey, latest),
        },
    )
    return draft


def _questions_for(survey: Survey, latest: SurveyVersion | None) -> list[dict[str, Any]]:
    """Return the further questions that a draft begins with; those of another survey are others here."""
    if latest is None:
        return []
    return latest.questions if latest.survey_id == survey.pk else further.anew(latest.questions)


@transaction.atomic
def publish(survey: Survey, *, now: datetime | None = None) -> SurveyVersion:
    """Make the draft of a survey the wording of new invitations; it cannot be changed afterwards.

    Raises NothingToPublish without a draft, TextsIncomplete when a text is missing or has a placeholder nobody fills.
    """
    draft = SurveyVersion.objects.select_for_update().filter(survey=survey, published_at=None).first()
    if draft is None:
        raise NothingToPublish
    faults = faults_of(draft)
    if faults:
        raise TextsIncomplete(faults)
    draft.publish(at=now or clock.now())
    return draft


LINK, TOO_LONG = "{link}", "{too long}"


def faults_of(version: SurveyVersion) -> Faults:
    """Return (language, field, what is wrong) for each text that cannot be published; empty: the text is missing.

    LINK: the text must have its link, once. TOO_LONG: no text message of this length goes out.
    """
    faults: Faults = []
    for language in version.survey.brand.languages:
        for field in FIELDS:
            text = version.texts.get(language, {}).get(field, "")
            if not text.strip():
                faults.append((language, field, ""))
            faults += [(language, field, name) for name in unknown_placeholders(text)]
        for field in TEXTED:
            text = version.texts.get(language, {}).get(field, "")
            unknown = unknown_placeholders(text, known_placeholders(field))
            faults += [(language, field, name) for name in unknown]
            if lacks_its_link(field, text):
                faults.append((language, field, LINK))
            if is_too_long(field, text):
                faults.append((language, field, TOO_LONG))
    return faults


class NothingToPublish(Exception):
    """The survey has no draft."""


class TextsIncomplete(Exception):
    """Some texts of a draft are missing or would be sent with gaps; `faults` says which."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self.faults = faults
