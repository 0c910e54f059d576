"""Playbooks in sentences, in the active language."""

from collections.abc import Iterator, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from followups.models import Playbook
from followups.playbooks.conditions import never_followed
from followups.playbooks.rules import PlaybookRule


def conditions(playbook: Playbook, currency: str) -> str:
    """Say for which answers a playbook is, `currency` being the company's."""
    return " · ".join(_conditions(playbook, currency))


def destination(playbook: Playbook) -> str:
    """Say who gets the work of it, and by when."""
    if not playbook.creates_followup:
        return _("no work for anybody")
    to = playbook.person if playbook.assign == Playbook.Assign.PERSON else playbook.get_assign_display()
    hours = {"to": to, "first": playbook.first_contact_hours, "whole": playbook.resolve_hours}
    return _("%(to)s; first contact within %(first)s h, resolved within %(whole)s h") % hours


def overlaps(rule: PlaybookRule, rules: Sequence[PlaybookRule]) -> list[str]:
    """Say which other active playbooks are for some of the same answers, and which of both is followed."""
    said = []
    for other in rules:
        if other.playbook.pk == rule.playbook.pk or not other.conditions.meets(rule.conditions):
            continue
        goes_first = _("“%(name)s” stands before it and gets what fits both")
        goes_after = _("“%(name)s” stands behind it and gets the rest")
        said.append((goes_first if other.place < rule.place else goes_after) % {"name": other.playbook})
    return said


def idle(rules: Sequence[PlaybookRule]) -> list[Playbook]:
    """Return the active playbooks, `rules` in their order, that no answer can ever follow."""
    return [rule.playbook for rule in never_followed(rules)]


def currency() -> str:
    return Organisation.current().currency


def _conditions(playbook: Playbook, currency: str) -> Iterator[str]:
    if playbook.survey:
        yield str(playbook.survey)
    if playbook.takes_letters:
        yield _("letters without a score")
    what = playbook.get_category_display() or playbook.get_metric_display()
    if what or not playbook.takes_letters:
        yield str(what) if what else _("every answer")
    yield from filter(None, (_scores(playbook), _amounts(playbook, currency)))
    if products := [str(product) for product in playbook.products.all()]:
        yield ", ".join(products)
    if topics := [str(topic) for topic in playbook.topics.all()]:
        yield _("named: %(topics)s") % {"topics": ", ".join(topics)}
    if playbook.segment:
        yield _("in the segment “%(segment)s”") % {"segment": playbook.segment}


def _scores(playbook: Playbook) -> str:
    lowest, highest = playbook.lowest_score, playbook.highest_score
    ends = {"lowest": lowest, "highest": highest}
    if lowest is None and highest is None:
        return ""
    if lowest is None:
        return _("scores up to %(highest)s") % ends
    if highest is None:
        return _("scores from %(lowest)s") % ends
    return _("scores %(lowest)s to %(highest)s") % ends


def _amounts(playbook: Playbook, currency: str) -> str:
    said = {"currency": currency}
    if playbook.min_amount is not None:
        said["least"] = number_format(playbook.min_amount.normalize(), force_grouping=True)
    if playbook.max_amount is not None:
        said["most"] = number_format(playbook.max_amount.normalize(), force_grouping=True)
    if "least" in said and "most" in said:
        return _("from %(least)s to %(most)s %(currency)s") % said
    if "least" in said:
        return _("from %(least)s %(currency)s") % said
    return _("up to %(most)s %(currency)s") % said if "most" in said else ""
