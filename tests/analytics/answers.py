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
    return Invitation.objects.bulk_create(_asked(version, at, contacts, facts))


def answer(version, scores, *, at=NOW - timedelta(hours=1), **rest):
    """Answered invitations, one for each score, each of another customer unless a `contact` is given."""
    return answer_all(version, [(scores, {"at": at, **rest})])


def answer_all(version, rounds):
    """Write many rounds of answers in the queries of one; each is what `answer` takes: scores, and the rest by name."""
    rounds = [(scores, dict(rest)) for scores, rest in rounds]
    others = iter(customers(sum(len(scores) for scores, rest in rounds if not _named(rest))))
    invitations, drafts = [], []
    for scores, facts in rounds:
        at, asked_at = facts.pop("at"), facts.pop("asked_at", None)
        comment, one, several = facts.pop("comment", ""), facts.pop("contact", None), facts.pop("contacts", None)
        contacts = several or [one or next(others) for _score in scores]
        asked = list(_asked(version, asked_at or at, contacts, facts, status="answered", answered_at=at))
        facts.pop("kind", None)
        invitations += asked
        drafts += [
            {"invitation": invitation, "score": score, "comment": comment, "at": at, "facts": facts}
            for invitation, score in zip(asked, scores, strict=True)
        ]
    Invitation.objects.bulk_create(invitations)
    return Response.objects.bulk_create(_given(version, **draft) for draft in drafts)


def _named(rest):
    return rest.get("contact") or rest.get("contacts")


def _asked(version, at, contacts, facts, *, status="expired", answered_at=None):
    for number, contact in enumerate(contacts):
        yield Invitation(
            survey=version.survey,
            version=version,
            contact=contact,
            language="en",
            status=status,
            token_hash=tokens.digest(f"{at}-{number}"),
            planned_at=at,
            due_at=at,
            asked_at=at,
            answered_at=answered_at,
            expires_at=at + timedelta(days=30),
            **{"kind": version.survey.kind, **facts},
        )


def _given(version, *, invitation, score, comment, at, facts):
    return Response(
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


def scores(promoters=0, passives=0, detractors=0):
    return [10] * promoters + [8] * passives + [3] * detractors
