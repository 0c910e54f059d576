"""What each assumption about the silent is called, and what it takes for granted."""

from django.utils.translation import gettext as _

from analytics.silence import traits
from analytics.silence.study import Assumption


def told(assumption: Assumption, pair: tuple[str, str]) -> tuple[str, str]:
    """Return the name of an assumption and a sentence about it; `pair`: the traits that are weighted by."""
    first, second = (title for _trait, title in traits.titles(pair))
    names = {"first": first, "second": second}
    return {
        Assumption.ALIKE: (
            _("Those who answered"),
            _("The silent are like those who answered. Every number without a word about the silent says this."),
        ),
        Assumption.WEIGHTED: (
            _("Weighted: %(first)s") % names,
            _("Within each segment the silent are like those who answered; segments count as they were asked."),
        ),
        Assumption.RAKED: (
            _("Weighted: %(first)s and %(second)s") % names,
            _("The same by two traits at once, so that the totals of both are those of the asked (raking)."),
        ),
        Assumption.LATE: (
            _("The silent like the late"),
            _("The silent are like those who answered after three days: whoever hesitates is nearer to silence."),
        ),
        Assumption.PLAUSIBLE: (
            _("The silent within 20 points"),
            _("The silent lie at most 20 points above or below those who answered. Chance is left out."),
        ),
        Assumption.NOTHING: (
            _("Nothing assumed"),
            _("All who are silent may be of one mind, the worst or the best (Manski's bounds). Chance is left out."),
        ),
    }[assumption]
