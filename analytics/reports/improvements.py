"""What was done about what customers complain of, and whether it helped."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import dates
from analytics.dashboard import numbers
from analytics.improvements.section import MovementLine
from analytics.reports.document import ReportSection, Sentence
from analytics.reports.facts import ReportFacts, ToldImprovement


def sections(facts: ReportFacts) -> tuple[ReportSection, ...]:
    """Return the section, nothing where nothing was done."""
    told = [_sentence(each) for each in facts.improvements if each.lines]
    if earlier := len(facts.improvements) - len(told):
        text = ngettext("%(number)s earlier one is on the board.", "%(number)s earlier ones are on the board.", earlier)
        told.append(Sentence(text % {"number": numbers.thousands(earlier)}, url=reverse("improvements")))
    return (ReportSection("improvements", _("What was improved"), tuple(told)),) if told else ()


def _sentence(told: ToldImprovement) -> Sentence:
    done = _("Done on %(day)s.") % {"day": dates.day(told.improvement.done_on)} if told.improvement.done_on else ""
    text = " ".join((done, *map(_moved, told.lines)))
    return Sentence(text, told.improvement.title, told.improvement.get_absolute_url())


def _moved(line: MovementLine) -> str:
    """Say what a share or a number was and is; where too few answers tell, how many do."""
    if not line.low:
        return _("%(name)s: %(verdict)s.") % {"name": line.name, "verdict": line.verdict}
    return _("%(name)s: %(before)s → %(after)s, difference %(change)s (%(low)s to %(high)s), %(verdict)s.") % {
        "name": line.name,
        "before": line.before,
        "after": line.after,
        "change": line.change,
        "low": line.low,
        "high": line.high,
        "verdict": line.verdict,
    }
