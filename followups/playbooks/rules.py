"""The playbooks in use, in their order, ready to be chosen from."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from followups.models import Playbook
from followups.playbooks import conditions
from followups.playbooks.conditions import UNSAID, Conditions, Mark, Traits
from responses.models import Response
from surveys.metrics import SCALES
from surveys.models import Invitation

# The key of a playbook that is nowhere kept yet.
UNSAVED = 0


@dataclass(frozen=True, eq=False)
class PlaybookRule:
    """A playbook, and for which answers it is meant."""

    playbook: Playbook
    conditions: Conditions

    @classmethod
    def of(cls, playbook: Playbook) -> "PlaybookRule":
        """Read a saved playbook; no query where its survey, products and topics are fetched."""
        products, topics = playbook.products.all(), playbook.topics.all()
        return cls.of_unsaved(playbook, [product.pk for product in products], [topic.pk for topic in topics])

    @classmethod
    def of_unsaved(cls, playbook: Playbook, products: Collection[int], topics: Collection[int]) -> "PlaybookRule":
        asked = Conditions(
            marks=_marks(playbook),
            survey=playbook.survey_id,
            products=frozenset(products),
            least=playbook.min_amount,
            most=playbook.max_amount,
            topics=frozenset(topics),
            segment=playbook.segment_id,
        )
        return cls(playbook, asked)

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the order; one that is not saved yet comes last of its place."""
        return self.playbook.position, self.playbook.pk or 2**63


@dataclass(frozen=True)
class Playbooks:
    """The active playbooks in their order."""

    rules: Sequence[PlaybookRule]

    @classmethod
    def active(cls) -> "Playbooks":
        """Fetch them with all that choosing and drafting asks; five queries."""
        rows = Playbook.objects.filter(is_active=True).select_related("survey", "segment", "person__team")
        whole = rows.prefetch_related("products", "topics", "escalation_rules", "steps")
        return cls.of(PlaybookRule.of(row) for row in whole)

    @classmethod
    def of(cls, rules: Iterable[PlaybookRule]) -> "Playbooks":
        return cls(sorted(rules, key=lambda rule: rule.place))

    def choose(self, traits: Traits) -> Playbook | None:
        """Return the playbook for such an answer, or None when nothing is to be done."""
        rule = conditions.choose(self.rules, traits)
        return rule.playbook if rule else None


def traits_of(response: Response, topics: Collection[int], segments: Collection[int] = ()) -> Traits:
    """Return what playbooks ask about an answer that names `topics`, whose customer is in `segments`."""
    return Traits(
        survey=response.survey_id,
        metric=response.metric,
        score=response.counted_score,
        product=response.product_id,
        amount=response.amount_base,
        topics=frozenset(topics),
        segments=frozenset(segments),
    )


def traits_of_ask(ask: Invitation, segments: Collection[int] = ()) -> Traits:
    """Return what playbooks ask about a letter to which no answer belongs, by the ask that it writes back to."""
    return Traits(
        survey=ask.survey_id,
        metric=ask.metric,
        score=UNSAID,
        product=ask.product_id,
        amount=ask.amount_base,
        segments=frozenset(segments),
    )


def _marks(playbook: Playbook) -> frozenset[Mark]:
    """Return the scores that a playbook is for; a survey measures one thing only."""
    wanted = {playbook.metric or None, playbook.survey.metric if playbook.survey else None} - {None}
    metrics = [metric for metric in SCALES if wanted <= {metric}]
    if playbook.takes_letters:
        return frozenset((metric, UNSAID) for metric in metrics)
    return conditions.marks(
        metrics=metrics,
        category=playbook.category,
        lowest=playbook.lowest_score,
        highest=playbook.highest_score,
    )
