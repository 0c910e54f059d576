"""The first page of a report in words: its numbers, what changed and whether it is sure, and who stands out by name.

The sentences are those of the dashboard, whose templates mark up the same ones: one translation serves both.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.dashboard import answer_links, numbers, words
from analytics.dashboard.report import Figures, Report
from analytics.dashboard.words import Words
from analytics.headlines.lines import LeadingTopic, ProblemLine, ShiftLine
from analytics.reports.document import KeyFigure, ReportSection, Sentence
from analytics.reports.facts import ReportFacts
from analytics.verdicts import Change

TONES = {Change.UP.value: "good", Change.DOWN.value: "bad"}


def figures(facts: ReportFacts) -> tuple[KeyFigure, ...]:
    """Return the number, its answers, their shares and the response rate, each with what it rests on."""
    report, named = facts.report, facts.words
    now, before = report.now, report.before
    unit = words.of_unit(report.selection.unit)
    return (
        KeyFigure(
            "number", named.name, value(now, named), (_interval(now, named), *_few(now), *_number_before(before, named))
        ),
        KeyFigure(
            "answers",
            unit.counted,
            numbers.thousands(now.n),
            (_("the period before: %(before)s") % {"before": numbers.thousands(before.n)}, unit.rule),
            answer_links.of_page(report.selection, facts.query),
        ),
        KeyFigure("rate", _("Response rate"), numbers.percent(now.rate), (*_rate(now), *_growing(facts))),
        KeyFigure("categories", _("Categories"), "", _categories(now, named)),
    )


def value(figures: Figures, named: Words) -> str:
    """Write a number; a dash where there are too few answers."""
    return named.value(figures.value if figures.is_shown else None)


def between(figures: Figures, named: Words) -> dict[str, str]:
    """Write the ends of the interval."""
    interval = figures.interval if figures.is_shown else None
    return {
        "low": named.value(interval.low if interval else None),
        "high": named.value(interval.high if interval else None),
    }


def _interval(now: Figures, named: Words) -> str:
    return _("95%% interval: %(low)s to %(high)s") % between(now, named) if now.is_shown else named.too_few


def _number_before(before: Figures, named: Words) -> tuple[str, ...]:
    return (_("the period before: %(before)s") % {"before": value(before, named)},) if before.is_shown else ()


def _few(now: Figures) -> tuple[str, ...]:
    return (_("few answers"),) if now.is_few else ()


def _growing(facts: ReportFacts) -> tuple[str, ...]:
    return (_("still growing"),) if facts.is_growing else ()


def _rate(now: Figures) -> tuple[str, ...]:
    counts = {"answered": numbers.thousands(now.answered), "asked": numbers.thousands(now.asked)}
    said = (_("%(answered)s of %(asked)s asked have answered") % counts,)
    interval = now.rate_interval
    if interval is None:
        return said
    ends = {"low": numbers.percent(interval.low), "high": numbers.percent(interval.high)}
    return (*said, _("95%% interval: %(low)s to %(high)s") % ends)


def _categories(now: Figures, named: Words) -> tuple[str, ...]:
    tiers = (
        (f"▲ {named.good}", now.good, now.counts.good),
        (f"● {named.middle}", now.middle, now.counts.middle),
        (f"▼ {named.bad}", now.bad, now.counts.bad),
    )
    return tuple(
        f"{name}: {numbers.percent(share)} ({numbers.thousands(count)})"
        if now.is_shown
        else f"{name}: {numbers.thousands(count)}"
        for name, share, count in tiers
    )


def stands_out(lines: dict[str, Any], facts: ReportFacts) -> ReportSection:
    """Return what changed and who stands out, of `lines` as analytics.headlines.lines gives them."""
    return ReportSection("headlines", _("What stands out"), tuple(_said(lines, facts)))


def _said(lines: dict[str, Any], facts: ReportFacts) -> list[Sentence]:
    judged, named = facts.judged, facts.words
    if judged is None or not lines["are_judged"]:
        return [
            Sentence(
                _(
                    "Cannot tell yet: there are no whole months with as many before them from which on everything was "
                    "counted."
                )
            )
        ]
    days = _("against %(days)s") % {"days": lines["headline_days_before"]}
    said = [_changed(judged, named, f"{lines['headline_days']} {days}", lines["headline_url"])]
    if lines["shift_line"]:
        said.append(_shifted(lines["shift_line"], named))
    said += [_problem(line) for line in lines["problem_lines"]]
    if lines["topic_line"]:
        said.append(_topic(lines["topic_line"]))
    if not lines["stand_out"]:
        said.append(Sentence(_("Nothing stands out: what differs may be chance.")))
    return said


def _changed(judged: Report, named: Words, days: str, url: str) -> Sentence:
    now, before, difference = judged.now, judged.before, judged.difference
    mark, tone = sureness(judged.change), TONES.get(judged.change.value, "")
    if difference is None or not (now.is_enough and before.is_enough):
        counts = {"now": numbers.thousands(now.n), "before": numbers.thousands(before.n)}
        text = _("Too few answers to compare: %(now)s now, %(before)s before; each period needs 30.") % counts
        return Sentence(text, days, url, mark, tone)
    text = plain(
        _(
            "%(name)s went from %(before)s to %(now)s: <strong>%(points)s</strong> (between %(low)s and %(high)s)."
        )
    ) % {
        "name": named.name,
        "before": value(before, named),
        "now": value(now, named),
        "points": numbers.signed(difference.points),
        "low": numbers.signed(difference.interval.low),
        "high": numbers.signed(difference.interval.high),
    }  # fmt: skip
    return Sentence(text, days, url, mark, tone, note=answers_of(before.n, now.n))


def sureness(change: Change) -> str:
    """Return what may be said of a change, in a word or two."""
    if change in (Change.UP, Change.DOWN):
        return _("sure")
    if change is Change.OPEN:
        return _("not judged: days that are not whole months")
    return _("cannot tell yet")


def _shifted(line: ShiftLine, named: Words) -> Sentence:
    text = plain(
        _(
            "%(before)s of the answers before, %(now)s now, at %(name)s %(value)s. This share alone goes with "
            "<strong>%(points)s</strong> (%(low)s to %(high)s)."
        )
    ) % {
        "before": line.share_before,
        "now": line.share_now,
        "name": named.name,
        "value": line.value,
        "points": line.points,
        "low": line.low,
        "high": line.high,
    }
    return Sentence(text, f"{line.name} ({line.kind})", line.url, _("sure"), line.tone)


def _problem(line: ProblemLine) -> Sentence:
    said = [f"{line.value}."]
    if line.is_below:
        said.append(_("All others: %(rest)s.") % {"rest": line.rest})
    if line.fell:
        ends = {"points": line.fell, "low": line.fell_low, "high": line.fell_high}
        said.append(_("Against the months before: %(points)s (%(low)s to %(high)s).") % ends)
    return Sentence(" ".join(said), f"{line.name} ({line.kind})", line.url, _("sure"), "bad", counted(line.n))


def _topic(line: LeadingTopic) -> Sentence:
    others = _("Other topics: %(others)s.") % {"others": line.others}
    return Sentence(
        f"{line.value}. {others}", f"{line.name} ({_('topic')})", line.url, _("sure"), "bad", counted(line.n)
    )


def interval_word() -> str:
    return _("95%% interval") % {}


def answers_of(before: int, now: int) -> str:
    return f"{_('Answers')}: {numbers.thousands(before)} → {numbers.thousands(now)}"


def plain(sentence: str) -> str:
    """Return a sentence that pages mark up, before anything is put into it, as text."""
    return strip_tags(sentence)


def counted(answers: int) -> str:
    """Write so many answers."""
    return ngettext("%(number)s answer", "%(number)s answers", answers) % {"number": numbers.thousands(answers)}
