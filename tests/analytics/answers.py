"""Making many answers at known moments."""

from datetime import UTC, datetime, timedelta

from accounts import tokens
from crm.models import Contact
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


def customers(count):
    """Contacts of nobody's company."""
    return Contact.objects.bulk_create(ContactFactory.build_batch(count))


def ask(version, *, count=1, at=NOW - timedelta(days=1), contact=None, contacts=None, **facts):
    """Invitations that were asked and not answered: of `contact`, of each of `contacts`, or each of another."""
    contacts = contacts or ([contact] * count if contact else customers(count))
    kind = facts.pop("kind", version.survey.kind)
    return Invitation.objects.bulk_create(
        Invitation(
            survey=version.survey,
            version=version,
            contact=one,
            kind=kind,
            language="en",
            status="expired",
            token_hash=tokens.digest(f"{at}-{number}"),
            planned_at=at,
            due_at=at,
            asked_at=at,
            expires_at=at + timedelta(days=30),
            **facts,
        )
        for number, one in enumerate(contacts)
    )


def answer(version, scores, *, at=NOW - timedelta(hours=1), asked_at=None, comment="", **facts):
    """Answered invitations, one for each score, each of another customer unless a `contact` is given."""
    invitations = ask(version, count=len(scores), at=asked_at or at, **facts)
    facts = {name: fact for name, fact in facts.items() if name not in {"contact", "contacts", "kind"}}
    Invitation.objects.filter(pk__in=[one.pk for one in invitations]).update(status="answered", answered_at=at)
    return Response.objects.bulk_create(
        Response(
            invitation=invitation,
            survey=version.survey,
            version=version,
            contact_id=invitation.contact_id,
            kind=invitation.kind,
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
