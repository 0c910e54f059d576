"""The six stops of the tour for each kind of user: a page, and what is said of it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from onboarding.readers import READS, SETS_UP


class Walker(StrEnum):
    """Who walks: what somebody works with decides where the tour leads."""

    AGENT = "agent"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @classmethod
    def of(cls, person: User) -> "Walker":
        if person.has_perms((*SETS_UP, READS)):
            return cls.ADMINISTRATOR
        return cls.MANAGER if person.is_manager else cls.AGENT


@dataclass(frozen=True)
class TourStop:
    """`page`: the name of the address it is shown on; "" is wherever somebody is when the tour begins."""

    page: str
    title: str | Promise
    words: str | Promise


BEGIN = TourStop(
    "",
    _("Welcome to Plumb"),
    _(
        "Customers are asked how likely they are to recommend us, and each answer becomes work for somebody. Six short "
        "steps show where you find what. You can leave the tour at any of them."
    ),
)
INBOX = TourStop(
    "inbox",
    _("Inbox: whom to call next"),
    _(
        "Unhappy customers wait here, the most urgent first, each with the moment by which somebody should have "
        "called. Open one: you see what was said, what the customer bought and what to do."
    ),
)
CUSTOMERS = TourStop(
    "contacts",
    _("Customers: everybody we know"),
    _(
        "Each customer with the latest score and what is open. On the page of one you find every deal, letter and "
        "answer in order, and why we asked or did not ask."
    ),
)
MINE = TourStop(
    "mine",
    _("My answers: what your own customers said"),
    _("Only the customers you look after. With few answers the page says so: a number of five people says little."),
)
IMPROVEMENTS = TourStop(
    "improvements",
    _("Improvements: what is put right for everybody"),
    _("If many complain of the same, propose here what to change, or vote. Those who complained hear when it is done."),
)
DASHBOARD = TourStop(
    "dashboard",
    _("Dashboard: what changed, and whether it is real"),
    _(
        "Beside each number stand how many answered and how far it may be off by chance. A change is called one only "
        "where chance does not explain it. What to fix first stands further down."
    ),
)
ANSWERS = TourStop(
    "answers",
    _("Answers: what was said, word for word"),
    _("Filter by team, product, topic or score; each number of the dashboard leads to the answers behind it."),
)
SET_UP = TourStop(
    "setup",
    _("Set-up: from nothing to the first ask"),
    _("Seven steps, each read from what is there. The button of a step leads to where it is done."),
)
TRIAL = TourStop(
    "trial",
    _("The survey in your own mailbox"),
    _("Send yourself the real letter, answer it, and see what the answer would become. It counts nowhere."),
)
WHY = TourStop(
    "pipeline",
    _("Why is nothing sent?"),
    _(
        "If no letter leaves, look here first: from what happened with a customer to the answer, each stage says what "
        "waits, what was refused and what mends it."
    ),
)
YOURS = TourStop(
    "personal_settings",
    _("Your settings"),
    _(
        "Language, time zone, light or dark, which notices reach you, and when you are away. Here you can also take "
        "this tour again."
    ),
)

STOPS = {
    Walker.AGENT: (BEGIN, INBOX, CUSTOMERS, MINE, IMPROVEMENTS, YOURS),
    Walker.MANAGER: (BEGIN, DASHBOARD, ANSWERS, INBOX, IMPROVEMENTS, YOURS),
    Walker.ADMINISTRATOR: (BEGIN, SET_UP, TRIAL, WHY, INBOX, YOURS),
}
