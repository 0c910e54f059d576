from collections.abc import Mapping
from datetime import datetime
from typing import Any

import phonenumbers
from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import dates
from accounts.media import OF_ANSWERS, Medium
from accounts.models import User
from followups.letters import waiting_page
from followups.models import Followup
from surveys.judging import reasons
from surveys.models import Judgement

register = template.Library()


@register.simple_tag
def time_between(earlier: datetime, later: datetime) -> str:
    """Say in one unit how much time lies between two moments, such as “3 hours”."""
    return dates.between(earlier, later)


@register.simple_tag
def letters_waiting(user: User) -> int:
    """Count the letters of this person's customers that belong to no follow-up and wait for somebody."""
    return waiting_page.of(user).waiting().count()


@register.filter
def in_quotes(text: str) -> str:
    """Put the words of a customer into the quotation marks of the reader's language."""
    return _("“%(words)s”") % {"words": text}


@register.filter
def at_key(mapping: Mapping[int, Any], key: int) -> Any:
    return mapping.get(key)


@register.filter
def medium_label(medium: str) -> str:
    """Name a way in which we write to customers, or in which they answer."""
    return str(dict(OF_ANSWERS).get(medium, medium))


@register.filter
def address_label(medium: str) -> str:
    """Name what an address of this medium is."""
    kinds = {Medium.EMAIL.value: _("E-mail"), Medium.SMS.value: _("Phone")}
    return kinds.get(medium, medium_label(medium))


@register.filter
def phone(number: str) -> str:
    """Write a phone number in groups, as one reads it aloud: +370 600 00000."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


@register.filter
def chat(address: str) -> str:
    """Name a chat by its own number, without that of our bot."""
    return _("chat %(number)s") % {"number": address.rpartition(":")[2]}


@register.filter
def reason_in_words(code: str) -> str:
    """Say why somebody was not asked, or not yet."""
    return reasons.label(code)


@register.filter
def rules(judgement: Judgement) -> list[reasons.TraceLine]:
    """Return what was looked at before asking, rule by rule."""
    return reasons.lines(judgement.trace)


@register.filter
def waits(followup: Followup, now: datetime) -> bool:
    """Say whether it is the customer's turn."""
    return followup.waits(now)


@register.filter
def is_overdue(followup: Followup, now: datetime) -> bool:
    return followup.is_overdue(now)


@register.filter
def is_seen_by(followup: Followup, user: User) -> bool:
    """Say whether the person may open the follow-up, so that no link leads to a 404."""
    return followup.is_visible_to(user)


@register.simple_tag
def urgency_in_words(followup: Followup, now: datetime, currency: str) -> str:
    """Say why a follow-up stands where it does: how late it is, how grave, and what the customer is worth."""
    said = [_due_in_words(followup, now)] if followup.is_open else []
    if followup.lot is not None:
        said.append(_("order drawn by lot"))
    said.append(_grave_in_words(followup))
    if followup.worth:
        worth = number_format(round(followup.worth), force_grouping=True)
        said.append(_("customer of %(worth)s %(currency)s") % {"worth": worth, "currency": currency})
    return " · ".join(said)


def _grave_in_words(followup: Followup) -> str:
    response = followup.response
    if response is None:
        return _("a letter, without a score")
    return _("%(category)s with %(score)s") % {"category": response.category_label, "score": response.counted_score}


def _due_in_words(followup: Followup, now: datetime) -> str:
    if followup.look_again_on and (followup.waits(now) or now <= followup.next_due_at):
        day = dates.day(followup.look_again_on)
        return (_("waits until %(day)s") if followup.waits(now) else _("to be looked at since %(day)s")) % {"day": day}
    if followup.next_due_at < now:
        return _("overdue by %(time)s") % {"time": dates.between(followup.next_due_at, now)}
    return _("due in %(time)s") % {"time": dates.between(now, followup.next_due_at)}
