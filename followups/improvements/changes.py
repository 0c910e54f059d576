"""The verbs of improvements. Each is one transaction, kept with who and when, and harmless twice."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.models import User
from delivery import services as delivery
from followups.improvements import assignment_notice
from followups.models import Improvement, ImprovementActivity, ImprovementAnswer, ImprovementVote, RootCause
from responses.models import Response, Topic

Kind = ImprovementActivity.Kind
# What a form may change, beside the topics and the root causes.
FIELDS = ("title", "why", "owner", "due_on", "expected", "expected_points", "brand", "team")


@transaction.atomic
def propose(
    *,
    by: User,
    topics: Iterable[Topic] = (),
    root_causes: Iterable[RootCause] = (),
    answers: Iterable[Response] = (),
    **said: Any,
) -> Improvement:
    """Make an improvement of what is said of it (FIELDS), with the vote of who proposes it, and tell its owner."""
    improvement = Improvement.objects.create(proposed_by=by, **said)
    improvement.topics.set(topics)
    improvement.root_causes.set(root_causes)
    improvement.record(Kind.PROPOSED, by=by)
    vote(improvement, by=by)
    link(improvement, answers, by=by)
    _tell_owner(improvement, by)
    return improvement


@transaction.atomic
def change(
    improvement: Improvement, *, by: User, topics: Iterable[Topic], root_causes: Iterable[RootCause] = (), **said: Any
) -> bool:
    """Let an improvement say what is said now; return False when it said so already. A new owner is told."""
    improvement.lock_row()
    before, owner = _in_words(improvement), improvement.owner_id
    for name, value in said.items():
        setattr(improvement, name, value)
    improvement.save(update_fields=list(said))
    improvement.topics.set(topics)
    improvement.root_causes.set(root_causes)
    after = _in_words(improvement)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if not changed:
        return False
    improvement.record(Kind.CHANGED, by=by, change=changed)
    if improvement.owner_id != owner:
        _tell_owner(improvement, by)
    return True


def vote(improvement: Improvement, *, by: User) -> bool:
    """Count a person's vote; return False when it counts already."""
    _vote, is_new = ImprovementVote.objects.get_or_create(improvement=improvement, person=by)
    return is_new


def take_vote_back(improvement: Improvement, *, by: User) -> bool:
    """Return whether there was a vote to take back."""
    gone, _by_model = ImprovementVote.objects.filter(improvement=improvement, person=by).delete()
    return bool(gone)


def comment(improvement: Improvement, text: str, *, by: User) -> ImprovementActivity:
    return improvement.record(Kind.COMMENT, by=by, text=text)


@transaction.atomic
def link(improvement: Improvement, answers: Iterable[Response], *, by: User) -> int:
    """Say that answers asked for it, and return how many did not so far."""
    improvement.lock_row()
    known = set(improvement.answers.values_list("response", flat=True))
    new = [response for response in dict.fromkeys(answers) if response.pk not in known]
    now = clock.now()
    ImprovementAnswer.objects.bulk_create(
        ImprovementAnswer(improvement=improvement, response=response, by=by, at=now) for response in new
    )
    if new:
        improvement.record(Kind.LINKED, by=by, change={"number": len(new)})
    return len(new)


@transaction.atomic
def unlink(improvement: Improvement, answers: Iterable[Response], *, by: User) -> int:
    """Say that answers did not ask for it, and return how many had been thought to."""
    improvement.lock_row()
    gone, _by_model = improvement.answers.filter(response__in=[response.pk for response in answers]).delete()
    if gone:
        improvement.record(Kind.UNLINKED, by=by, change={"number": gone})
    return gone


@transaction.atomic
def word(improvement: Improvement, told: Mapping[str, str], *, by: User) -> bool:
    """Let customers be told in these words, by language; return False when they are so already."""
    improvement.lock_row()
    words = {language: text for language, text in told.items() if text}
    if words == improvement.told:
        return False
    changed = {
        f"told-{language}": [improvement.told.get(language, ""), words.get(language, "")]
        for language in sorted({*words, *improvement.told})
        if improvement.told.get(language, "") != words.get(language, "")
    }
    improvement.told = words
    improvement.save(update_fields=["told"])
    improvement.record(Kind.CHANGED, by=by, change=changed)
    return True


def _in_words(improvement: Improvement) -> dict[str, str]:
    said = {name: str(value) if (value := getattr(improvement, name)) is not None else "" for name in FIELDS}
    topics = [topic.name_in("en") for topic in improvement.topics.order_by("position", "pk")]
    causes = [cause.name_in("en") for cause in improvement.root_causes.order_by("position", "pk")]
    return said | {"topics": ", ".join(topics), "root_causes": ", ".join(causes)}


def _tell_owner(improvement: Improvement, by: User) -> None:
    owner = improvement.owner
    if owner is not None and owner != by:
        latest = improvement.activities.latest("pk")
        delivery.queue(assignment_notice.messages_for(improvement, owner, by=by, key=f"{latest.pk}"))
