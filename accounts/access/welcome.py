"""The welcome letter, by which a new colleague sets a password: good once, for a week, and for one mailbox."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock, letters, securitylog, tokens
from accounts.access.signon import rules
from accounts.models import User
from accounts.securitylog import Kind

GOOD_FOR = timedelta(days=7)


class CannotWelcome(Exception):
    """The person can or need not be written to; the message is a sentence for the administrator who tried."""


def obstacle(person: User, *, by: User) -> str | None:
    """Return why `by` cannot send the person a welcome letter, in a sentence; None where nothing stands against it."""
    reasons = (
        (not by.may_touch(person), _("Only a chief administrator changes or invites one.")),
        (not person.is_active, _("%(name)s is not active. Make them active first, then send the letter.")),
        (not person.email, _("%(name)s has no e-mail address. Enter one first, then send the letter.")),
        (
            not rules.counts_password_of(person),
            _("%(name)s logs in with “%(label)s” and needs no letter to set a password."),
        ),
        (person.has_usable_password(), _("%(name)s has a password already. Who forgot theirs asks for a new one.")),
        (not person.may_log_in, _("%(name)s has no role yet. Give them one first, then send the letter.")),
    )
    sentence = next((sentence for stands, sentence in reasons if stands), None)
    return sentence % {"name": person, "label": rules.label()} if sentence else None


def is_awaited(person: User, now: datetime) -> bool:
    """Say whether the person has a letter whose link still opens."""
    is_young = person.welcomed_at is not None and now < person.welcomed_at + GOOD_FOR
    return is_young and person.is_active and not person.has_usable_password()


@transaction.atomic
def send(person: User, *, by: User, now: datetime) -> None:
    """Write to a new colleague; the link of an earlier letter ends. Raises CannotWelcome."""
    person.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))
    if sentence := obstacle(person, by=by):
        raise CannotWelcome(sentence)
    person.welcomed_at = now
    person.save(update_fields=["welcomed_at"])
    letters.want(letters.WELCOME, person, by=by.name, days=GOOD_FOR.days, at=now.isoformat())
    securitylog.note(Kind.WELCOMED, about=person, email=person.email)


def of_link(person_id: int, token: str) -> User | None:
    """Return whom a link of a letter belongs to, None where it was used, is too old or was never given out."""
    person = User.objects.filter(pk=person_id).first()
    if person is None or not is_awaited(person, clock.now()) or not rules.counts_password_of(person):
        return None
    is_theirs = tokens.stamped(letters.welcome_of(person), token, within=2 * GOOD_FOR) == person.pk
    return person if is_theirs else None


@transaction.atomic
def accept(person: User, password: str) -> bool:
    """Set the first password of somebody who followed their link; return False when another one came before."""
    person.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))
    if not is_awaited(person, clock.now()):
        return False
    person.set_password(password)
    person.save(update_fields=["password"])
    return True
