"""What customers complain of and what they praise: topics with their numbers, and words where these may be quoted."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.counts import FEW
from analytics.dashboard import answer_links, numbers
from analytics.reports import quotations
from analytics.reports.document import Quotation, ReportSection, Sentence
from analytics.reports.facts import ReportFacts
from analytics.reports.recommendations import untagged
from analytics.topics.report import TopicRow
from surveys.metrics import Tier

SHOWN = 5


def complaints(facts: ReportFacts) -> ReportSection:
    """Return the topics that bad answers name most, each counted as a part where an answer names several."""
    rows = sorted(facts.topics.rows, key=lambda row: -row.lost.value)
    said = _sentences(facts, [row for row in rows if row.counts.bad], Tier.BAD)
    return ReportSection("complaints", _("What customers complain of"), said)


def praise(facts: ReportFacts) -> ReportSection:
    """Return the same of good answers."""
    rows = sorted(facts.topics.rows, key=lambda row: -row.gained.value)
    said = _sentences(facts, [row for row in rows if row.counts.good], Tier.GOOD)
    return ReportSection("praise", _("What customers praise"), said)


def _sentences(facts: ReportFacts, rows: list[TopicRow], tier: Tier) -> tuple[Sentence, ...]:
    told = [row for row in rows if row.counts.n >= FEW][:SHOWN]
    if not told:
        return (Sentence(_("Too few answers name a topic.")),)
    first = {each.topic.pk for each in facts.topics.fix_first.priorities} if tier is Tier.BAD else set()
    quoted: set[str] = set()
    said = [_sentence(facts, row, tier, row.topic.pk in first, quoted) for row in told]
    return (*said, Sentence(untagged(facts)))


def _sentence(facts: ReportFacts, row: TopicRow, tier: Tier, is_first: bool, quoted: set[str]) -> Sentence:
    portion = row.lost if tier is Tier.BAD else row.gained
    text = _(
        "%(name)s: %(number)s of %(answers)s answers that name it; %(share)s of a hundred answers "
        "(%(low)s to %(high)s)."
    ) % {
        "name": getattr(facts.words, tier.value),
        "number": numbers.thousands(getattr(row.counts, tier.value)),
        "answers": numbers.thousands(row.counts.n),
        "share": numbers.points(portion.value),
        "low": numbers.points(portion.interval.low),
        "high": numbers.points(portion.interval.high),
    }
    category = facts.words.categories[tier.value]
    return Sentence(
        text,
        str(row.topic),
        answer_links.of_page(facts.selection, facts.query, topic=str(row.topic.pk), category=category),
        _("fix first") if is_first else "",
        "bad" if is_first else "",
        quotes=_quotes(facts, row, tier, quoted),
    )


def _quotes(facts: ReportFacts, row: TopicRow, tier: Tier, quoted: set[str]) -> tuple[Quotation, ...]:
    """Return what customers wrote about a topic, but for what was `quoted` already, and note it there."""
    found = quotations.of_topic(facts.selection, row.topic.pk, tier, facts.access, quoted)
    quoted.update(response.comment for response in found)
    return tuple(
        Quotation(
            quotations.shortened(response.comment),
            response.language,
            response.counted_score,
            reverse("answer", args=[response.pk]),
        )
        for response in found
    )
