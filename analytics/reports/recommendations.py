"""What to do next, derived by rules that are told with their reasons: nothing here is anybody's opinion.

Each rule is a function that says what it recommends, or nothing. They ask only for what was found by more than chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from analytics.counts import ENOUGH
from analytics.dashboard import numbers
from analytics.headlines.lines import ProblemLine, ShiftLine
from analytics.models import Dimension
from analytics.reports.document import ReportSection, Sentence
from analytics.reports.facts import ReportFacts
from analytics.reports.first_page import counted, value
from analytics.verdicts import Change
from surveys.metrics import SCALES, Tier

# Of unhappy customers so many in a hundred are to be contacted in time.
IN_TIME = 90
# With so many comments without a topic the dictionary misses what they speak of.
UNTAGGED = 40


class Grounds(NamedTuple):
    """What rules judge by: the facts of a report, and what stands out of them as the dashboard says it."""

    facts: ReportFacts
    lines: dict[str, Any]


AdviceRule = Callable[[Grounds], Iterator[Sentence]]


def section(facts: ReportFacts, lines: dict[str, Any]) -> ReportSection:
    """Return everything that the rules recommend, the costliest first; or that none of them asks for anything."""
    found = [sentence for rule in RULES for sentence in rule(Grounds(facts, lines))]
    nothing = Sentence(_("No rule asks for anything here."))
    return ReportSection("recommendations", _("Recommendations"), tuple(found or [nothing]))


def _too_few(grounds: Grounds) -> Iterator[Sentence]:
    if grounds.facts.report.now.n < ENOUGH:
        yield _advice(
            _("Decide nothing by this number yet: choose a longer period or fewer filters."),
            counted(grounds.facts.report.now.n) + ".",
            _("fewer than 30 answers"),
        )


def _problems(grounds: Grounds) -> Iterator[Sentence]:
    for line in grounds.lines.get("problem_lines") or []:
        yield _advice(
            _what_to_do(line) % {"name": line.name},
            _why(line, grounds.facts),
            _("it lies below the rest by more than chance explains")
            if line.is_below
            else _("it fell by more than chance explains"),
            line.answers_url,
        )


def _what_to_do(line: ProblemLine) -> str:
    return {
        Dimension.MANAGER: _("%(name)s: read these answers together and agree on what is to change."),
        Dimension.CHANNEL: _("%(name)s: compare how customers are served here and elsewhere."),
        Dimension.PRODUCT: _("%(name)s: find out what these answers name most often, and mend that first."),
    }[line.dimension]


def _why(line: ProblemLine, facts: ReportFacts) -> str:
    said = [f"{facts.words.name} {line.value}, {counted(line.n)}."]
    if line.is_below:
        said.append(_("All others: %(rest)s.") % {"rest": line.rest})
    if line.fell:
        ends = {"points": line.fell, "low": line.fell_low, "high": line.fell_high}
        said.append(_("Against the months before: %(points)s (%(low)s to %(high)s).") % ends)
    return " ".join(said)


def _topic(grounds: Grounds) -> Iterator[Sentence]:
    """The first of `fix_first`; where its place cannot be told, those that may be first as well are named with it."""
    may_be_first = [each for each in grounds.facts.topics.fix_first.priorities if each.place.first == 1]
    if not may_be_first:
        return
    first = grounds.facts.topics.fix_first.first or may_be_first[0]
    others = ", ".join(f"“{each.topic}”" for each in may_be_first if each is not first)
    gap = numbers.points(abs(first.impact.gap.points) if first.impact.gap else None, 0)
    why = [
        _("%(share)s of those who say why name it, and their number lies %(gap)s points below that of the others.")
        % {"share": numbers.percent(100 * first.impact.share, 0), "gap": gap}
    ]
    if others:
        why.append(_("Cannot be told apart from it: %(others)s.") % {"others": others})
    yield _advice(
        _("Begin with the topic “%(topic)s”.") % {"topic": first.topic},
        " ".join(why),
        _("of all topics that surely lie below the others it costs most"),
    )


def _share(grounds: Grounds) -> Iterator[Sentence]:
    line: ShiftLine | None = grounds.lines.get("shift_line")
    if line and line.tone == "bad":
        yield _advice(
            _("%(name)s: decide whether this change of its share is wanted.") % {"name": line.name},
            _("%(before)s of the answers before, %(now)s now; this share alone goes with %(points)s.")
            % {"before": line.share_before, "now": line.share_now, "points": line.points},
            _("a share that surely changed goes with a lower number"),
            line.url,
        )


def _first_contact(grounds: Grounds) -> Iterator[Sentence]:
    bad = grounds.facts.casework.get(SCALES[grounds.facts.selection.metric].categories[Tier.BAD])
    share = bad.contacted_in_time if bad else None
    if share is None or share.n < ENOUGH or share.interval is None or share.interval.high >= IN_TIME:
        return
    said = _("First contact in time: %(share)s of %(number)s (%(low)s to %(high)s).") % {
        "share": numbers.percent(share.percent, 0),
        "number": numbers.thousands(share.n),
        "low": numbers.percent(share.interval.low, 0),
        "high": numbers.percent(share.interval.high, 0),
    }
    rule = _("surely fewer than %(share)s of unhappy customers are contacted in time")
    yield _advice(_("Contact unhappy customers sooner."), said, rule % {"share": numbers.percent(IN_TIME, 0)})


def _answering(grounds: Grounds) -> Iterator[Sentence]:
    difference = grounds.facts.report.rate_difference
    if grounds.facts.report.rate_change is Change.DOWN and difference:
        said = _("Within 14 days of the ask: %(points)s points (%(low)s to %(high)s).") % {
            "points": numbers.signed(difference.points),
            "low": numbers.signed(difference.interval.low),
            "high": numbers.signed(difference.interval.high),
        }
        yield _advice(
            _("Find out why fewer customers answer."), said, _("the response rate fell by more than chance explains")
        )


def _untold(grounds: Grounds) -> Iterator[Sentence]:
    all_comments, without = grounds.facts.topics.comments, grounds.facts.topics.comments_without
    if all_comments >= ENOUGH and 100 * without > UNTAGGED * all_comments:
        rule = _("more than %(share)s of the comments have no topic") % {"share": numbers.percent(UNTAGGED, 0)}
        yield _advice(_("Add words to the topics: many comments have none."), untagged(grounds.facts), rule)


def _better(grounds: Grounds) -> Iterator[Sentence]:
    judged, named = grounds.facts.judged, grounds.facts.words
    if judged and judged.change is Change.UP:
        yield _advice(
            _("Find out what became better, and keep it."),
            f"{named.name}: {value(judged.before, named)} → {value(judged.now, named)}.",
            _("the number rose by more than chance explains"),
        )


def untagged(facts: ReportFacts) -> str:
    """Say how many comments no topic speaks for."""
    return _("Comments without a topic: %(number)s of %(all)s.") % {
        "number": numbers.thousands(facts.topics.comments_without),
        "all": numbers.thousands(facts.topics.comments),
    }


def _advice(what: str, why: str, rule: str, url: str = "") -> Sentence:
    return Sentence(why, what, url, note=_("Rule: %(rule)s.") % {"rule": rule})


RULES: tuple[AdviceRule, ...] = (_too_few, _problems, _topic, _share, _first_contact, _answering, _better, _untold)
