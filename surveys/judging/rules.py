"""The rules of asking, each in one place: its code, what it looks at, what a refusal says, and when it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.judging.case import Case, RuleFinding


@dataclass(frozen=True)
class Rule:
    """One rule. `looks_at` heads its line of a trace; `refusal` says why nobody was asked, or not yet.

    A rule without a refusal of its own always names a finer reason. `of_reminders`: it holds for reminders too, which
    repeat an ask that was allowed. `of_pages`: it holds for who is on a page or in an app of ours just now, where no
    letter goes out and the hour is theirs. `overridable`: a person may overrule it for one ask, with a reason; never
    that the contact objected, cannot be reached, or still has an invitation to the same survey to answer.
    `of_own_asks`: where it fails by what a contact was asked and said alone, it fails whatever else is known.
    `ends_by_time`: nothing but time, or another policy, ends its wait.
    """

    code: str
    check: Callable[[Case], RuleFinding]
    looks_at: Promise
    refusal: Promise | None
    of_asks: bool = True
    of_reminders: bool = False
    of_pages: bool = False
    overridable: bool = False
    of_own_asks: bool = False
    ends_by_time: bool = False


# In the order in which they are judged.
RULES = (
    Rule(
        "cancelled", Case.cancelled,
        _("Deal still stands"), _("The deal was reopened, lost or cancelled."),
        of_reminders=True,
    ),
    Rule(
        "switched_off", Case.switched_off,
        _("Survey and trigger are switched on"), _("The survey or its trigger is switched off."),
        of_reminders=True, of_pages=True, of_own_asks=True,
    ),
    Rule(
        "too_early", Case.too_early,
        _("Not too early"), _("The moment to ask has not come yet."),
        of_reminders=True, overridable=True,
    ),
    Rule(
        "too_late", Case.too_late,
        _("Not too late"), _("The moment to ask has passed."),
        of_reminders=True, overridable=True,
    ),
    Rule(
        "expired", Case.expired,
        _("Link is still valid"), _("The link ends before that."),
        of_asks=False, of_reminders=True,
    ),
    Rule(
        "do_not_contact", Case.do_not_contact,
        _("Contact may be asked"), _("The contact does not want to be asked."),
        of_reminders=True, of_pages=True, of_own_asks=True,
    ),
    Rule(
        "said_no", Case.said_no, _("No objection to surveys, at no address"), None,
        of_asks=False, of_pages=True,
    ),
    Rule("medium", Case.medium, _("A way to reach the contact"), None, of_reminders=True),
    Rule(
        "sampling", Case.sampling,
        _("In the sample"), _("The contact is not in the sample of this survey."),
        overridable=True,
    ),
    Rule(
        "duplicate", Case.duplicate,
        _("Deal not asked about before"), _("The deal has already been asked about."),
        overridable=True,
    ),
    Rule(
        "paused", Case.paused,
        _("Survey is not paused"), _("The survey is paused."),
        of_reminders=True, of_pages=True, of_own_asks=True,
    ),
    Rule(
        "sender_paused", Case.sender_paused,
        _("The sender's domain may ask"), _("The sender's domain is paused."),
        of_reminders=True,
    ),
    Rule(
        "pending", Case.pending,
        _("No open invitation to this survey"), _("An earlier invitation to this survey is still open."),
        of_pages=True, of_own_asks=True,
    ),
    Rule(
        "hold", Case.hold,
        _("No open follow-up"), _("A follow-up with this contact is open."),
        of_reminders=True, of_pages=True, overridable=True,
    ),
    Rule(
        "survey_clock", Case.survey_clock,
        _("Rested since this survey last asked"), _("The contact was asked by this survey not long ago."),
        of_pages=True, overridable=True, of_own_asks=True, ends_by_time=True,
    ),
    Rule(
        "kind_clock", Case.kind_clock,
        _("Rested since a survey of this kind last asked"),
        _("The contact was asked by a survey of this kind not long ago."),
        of_pages=True, overridable=True, of_own_asks=True, ends_by_time=True,
    ),
    Rule(
        "floor", Case.floor,
        _("Rested since any survey last asked"), _("The contact was asked by some survey only days ago."),
        of_reminders=True, of_pages=True, overridable=True, of_own_asks=True, ends_by_time=True,
    ),
    Rule(
        "rival", Case.rival,
        _("No more important survey about to ask"), _("A more important survey is about to ask this contact."),
        of_reminders=True, of_pages=True, overridable=True, of_own_asks=True,
    ),
    Rule(
        "company_budget", Case.company_budget,
        _("Asks of the company within its budget"), _("The company was asked often enough for now."),
        of_pages=True, overridable=True, ends_by_time=True,
    ),
    Rule(
        "daily_maximum", Case.daily_maximum,
        _("Asks of the survey today within its maximum"), _("The survey has asked its daily number."),
        of_pages=True, overridable=True,
    ),
    Rule(
        "sender_ramp", Case.sender_ramp,
        _("Asks from the sender's domain today within its warm-up"), _("The sender's domain may send no more today."),
        of_reminders=True, overridable=True,
    ),
    Rule(
        "window", Case.window,
        _("Within the hours in which we write"), _("It was outside the hours in which we write."),
        of_reminders=True, overridable=True,
    ),
)  # fmt: skip

BY_CODE = {rule.code: rule for rule in RULES}
OF_ASKS = tuple(rule for rule in RULES if rule.of_asks)
OF_REMINDERS = tuple(rule for rule in RULES if rule.of_reminders)
OF_PAGES = tuple(rule for rule in RULES if rule.of_pages)
OF_OWN_ASKS = tuple(rule for rule in OF_PAGES if rule.of_own_asks)
OVERRIDABLE = frozenset(rule.code for rule in RULES if rule.overridable)
