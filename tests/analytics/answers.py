"""Making many answers at known moments."""

from datetime import UTC, datetime, timedelta

from accounts import tokens
from responses.models import Response
from surveys.models import Invitation
from tests.factories import ContactFactory, SurveyVersionFactory, TeamFactory, UserFactory

# A Wednesday in the middle of a month.
NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def version_of(survey=None):
    return SurveyVersionFactory(**({"survey": survey} if survey else {}))


def manager_called(name):
    return UserFactory(name=name, team=TeamFactory())


def ask(version, *, count=1, at=NOW - timedelta(days=1), contact=None, **facts):
    """Invitations that were asked and not answered."""
    contact = contact or ContactFactory()
    return Invitation.objects.bulk_create(
        Invitation(
            survey=version.survey,
            version=version,
            contact=contact,
            kind="transactional",
            language="en",
            status="expired",
            token_hash=tokens.digest(f"{at}-{number}"),
            planned_at=at,
            due_at=at,
            asked_at=at,
            expires_at=at + timedelta(days=30),
            **facts,
        )
        for number in range(count)
    )


def answer(version, scores, *, at=NOW - timedelta(hours=1), asked_at=None, contact=None, comment="", **facts):
    """Answered invitations, one for each score."""
    contact = contact or ContactFactory()
    invitations = ask(version, count=len(scores), at=asked_at or at, contact=contact, **facts)
    Invitation.objects.filter(pk__in=[one.pk for one in invitations]).update(status="answered", answered_at=at)
    return Response.objects.bulk_create(
        Response(
            invitation=invitation,
            survey=version.survey,
            version=version,
            contact=contact,
            kind="transactional",
            language="en",
            score=score,
            comment=comment,
            answered_at=at,
            changed_at=at,
            settled_at=at,
            **facts,
        )
        for invitation, score in zip(invitations, scores, strict=True)
    )


def scores(promoters=0, passives=0, detractors=0):
    return [10] * promoters + [8] * passives + [3] * detractors
