"""Why the provider's word lets somebody not in, and what we say to them."""

from enum import StrEnum

from allauth.socialaccount.providers.base import ProviderException
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import actors, securitylog
from accounts.access.signon import rules
from accounts.actors import Actor
from accounts.models import User
from accounts.securitylog import Kind


class Refusal(StrEnum):
    """The reasons, as the security log writes them."""

    BROKEN_OFF = "broken_off"
    STALE = "stale"
    UNREACHABLE = "unreachable"
    FORGED = "forged"
    TOO_MANY = "too_many"
    NO_ADDRESS = "no_address"
    UNVERIFIED = "unverified"
    DOMAIN = "domain"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    NO_ROLE = "no_role"
    OTHER_SUBJECT = "other_subject"
    OTHER_PERSON = "other_person"


# The unknown, the inactive and whoever only owns deals hear the same.
NOT_HERE = _("Nobody works here as %(address)s. Ask an administrator of Plumb to add you with just this address.")
SAID: dict[Refusal, Promise] = {
    Refusal.BROKEN_OFF: _("You broke the login off. Nothing has happened."),
    Refusal.STALE: _("This attempt took too long, or it began in another browser. Begin anew."),
    Refusal.UNREACHABLE: _("“%(label)s” does not answer at the moment. Try again in a few minutes."),
    Refusal.FORGED: _(
        "What came back from “%(label)s” was not right. Begin anew; if it stays so, tell an administrator."
    ),
    Refusal.TOO_MANY: _("There were too many attempts from your network. Try again in five minutes."),
    Refusal.NO_ADDRESS: _("“%(label)s” does not tell us your e-mail address. Ask whoever runs it to pass it on."),
    Refusal.UNVERIFIED: _(
        "“%(label)s” does not say that %(address)s is confirmed. Confirm it there, or ask whoever runs it."
    ),
    Refusal.DOMAIN: _(
        "%(address)s is not an address of the company. "
        "Log out of “%(label)s” and come with your account of the company."
    ),
    Refusal.UNKNOWN: NOT_HERE,
    Refusal.INACTIVE: NOT_HERE,
    Refusal.NO_ROLE: NOT_HERE,
    Refusal.OTHER_SUBJECT: _(
        "The login of %(address)s belongs to another account of “%(label)s”, perhaps of somebody who had this address "
        "before you. Ask an administrator of Plumb to let it be linked anew."
    ),
    Refusal.OTHER_PERSON: _("You came back as somebody else. Log out first to change the person."),
}
# A lock-out is written down once in so many seconds, however often somebody knocks.
TOLD_EVERY = 300
STATUS = {Refusal.UNREACHABLE: 503, Refusal.TOO_MANY: 429}


class SignOnRefused(ProviderException):  # type: ignore[misc]
    """The provider's word lets nobody in; `person` is who it was about where that is known, `address` what it said."""

    def __init__(self, reason: Refusal, *, address: str = "", person: User | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.address = address
        self.person = person


def answer(request: HttpRequest, refused: SignOnRefused) -> HttpResponse:
    """Write a refusal down and say to the browser why nobody was let in, and what to do."""
    _note(refused, actors.of(request))
    said = SAID[refused.reason] % {"label": rules.label(), "address": refused.address}
    return render(request, "accounts/signon/refused.html", {"said": said}, status=STATUS.get(refused.reason, 403))


def _note(refused: SignOnRefused, by: Actor) -> None:
    is_locked_out = refused.reason is Refusal.TOO_MANY
    if is_locked_out and not cache.add(f"sign-ons-locked-out-{by.network}", 1, TOLD_EVERY):
        return
    about, kind = refused.person, Kind.LOCKED_OUT if is_locked_out else Kind.LOGIN_FAILED
    subject = securitylog.pseudonym(refused.address) if refused.address and about is None else ""
    securitylog.note(kind, about=about, subject=subject, by=by, step="single sign-on", reason=str(refused.reason))
