"""Who was asked, and what they answered: by the doors through which real answers come, and without a letter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from accounts import tokens
from crm.models import Touchpoint
from onboarding.sample.company import ASKED_AFTER, SampleWorld
from onboarding.sample.words import SAID
from responses import latest_scores
from responses import services as responses
from responses.evidence.assessment import Assessment, Label
from responses.models import Response
from responses.services import Visit
from responses.topics import upkeep
from surveys.metrics import Category
from surveys.models import Invitation

A_PERSON = Assessment(Label.HUMAN, ("gesture",))
SHARE = 0.46
USUAL = {Category.PROMOTER: 52, Category.PASSIVE: 28, Category.DETRACTOR: 20}
# Lately something is wrong with what the first of the staff sells, so that there is something to find.
TROUBLED = {Category.PROMOTER: 18, Category.PASSIVE: 27, Category.DETRACTOR: 55}
TROUBLE_SINCE = timedelta(days=35)
SCORES = {
    Category.PROMOTER: (9, 9, 10, 10, 10),
    Category.PASSIVE: (7, 8, 8),
    Category.DETRACTOR: (0, 2, 3, 4, 5, 5, 6, 6),
}
COMMENTED = 0.62
SETTLES_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class SampleAnswer:
    invitation: Invitation
    at: datetime
    category: str


def ask(world: SampleWorld) -> list[Invitation]:
    """Write down who was asked after a won deal. No letter is made: nobody has a link, nor is one reminded."""
    wins = Touchpoint.objects.filter(brand=world.brand, kind=Touchpoint.Kind.DEAL_WON).select_related("contact")
    asked = [_asked(world, win) for win in wins.filter(occurred_at__lt=world.now - ASKED_AFTER).order_by("occurred_at")]
    return Invitation.objects.bulk_create(asked)


def _asked(world: SampleWorld, win: Touchpoint) -> Invitation:
    at = win.occurred_at + ASKED_AFTER
    expires_at = at + world.survey.validity
    ask = Invitation(
        survey=world.survey, version=world.version, touchpoint=win, contact=win.contact, kind=world.survey.kind,
        metric=world.survey.metric, touchpoint_kind=win.kind, language=win.contact.language, medium="email",
        status=Invitation.Status.EXPIRED if expires_at < world.now else Invitation.Status.DELIVERED,
        token_hash=tokens.digest(tokens.draw()), planned_at=win.occurred_at, due_at=at, judged_at=at, queued_at=at,
        asked_at=at, sent_at=at, delivered_at=at, expires_at=expires_at,
    )  # fmt: skip
    ask.copy_facts(win)
    return ask


def answer(world: SampleWorld, asked: list[Invitation]) -> list[Response]:
    """Let some answer, settle what they said, and find the topics of their words; return the answers, oldest first."""
    given = sorted(filter(None, (_drawn(world, ask) for ask in asked)), key=lambda one: one.at)
    for one in given:
        _record(world, one)
    mine = Response.objects.filter(survey=world.survey)
    settled_at = F("answered_at") + SETTLES_AFTER
    # Routed by hand (onboarding.sample.work): routing would write to customers and colleagues.
    mine.update(finished_at=F("answered_at"), settled_at=settled_at, routed_at=settled_at)
    latest_scores.keep([one.invitation.contact_id for one in given])
    upkeep.tag_due(now=world.now)
    return list(mine.order_by("answered_at", "pk"))


def _drawn(world: SampleWorld, ask: Invitation) -> SampleAnswer | None:
    dice = world.random
    at = ask.due_at + timedelta(hours=min(dice.lognormvariate(1.9, 1.2), 20 * 24))
    if dice.random() > SHARE or at > world.now - timedelta(minutes=30):
        return None
    is_troubled = ask.manager_id == world.staff[0].pk and at > world.now - TROUBLE_SINCE
    mood = TROUBLED if is_troubled else USUAL
    return SampleAnswer(ask, at, dice.choices(list(mood), list(mood.values()))[0])


def _record(world: SampleWorld, one: SampleAnswer) -> None:
    dice, language = world.random, one.invitation.language
    score = dice.choice(SCORES[Category(one.category)])
    # Nobody visited a link, so no visit is kept.
    visit = Visit(
        invitation_id=one.invitation.pk, method="POST", asked_for=score, family="", network="", verdict=A_PERSON,
        is_kept=False,
    )  # fmt: skip
    responses.record_score(visit=visit, score=score, language=language, now=one.at)
    if dice.random() < COMMENTED:
        comment = dice.choice(SAID[language][one.category])
        responses.record_details(
            visit=visit, comment=comment, topic_ids=(), language=language, finishes=False, now=one.at
        )
