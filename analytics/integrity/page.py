"""How numbers came about, as its page prints it: what stands out with its evidence, and all shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.counts import ENOUGH, FEW
from analytics.dashboard import numbers
from analytics.dashboard.row_pages import page_of
from analytics.integrity.checks import Cases, Share
from analytics.integrity.findings import Finding, find, judged
from crm.models import Contact

KEY = "integrity"
Shares = Mapping[str, Mapping[int, Share]]


@dataclass(frozen=True, slots=True)
class CheckWords:
    """What a check is called, what is counted of what, and what may explain a large share without anybody's fault."""

    title: str
    counted: str
    harmless: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as it is printed, with the customers it rests on."""

    check: CheckWords
    manager: str
    part: str
    of: str
    share: str
    others: str
    others_of: str
    low: str
    high: str
    examples: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShareCell:
    """One share of the table: "" where there is no case, grey under 30 of them, only counted under five."""

    share: str
    part: str
    of: str
    is_few: bool
    stands_out: bool


def words() -> dict[str, CheckWords]:
    """Return the words of all checks, in the order of the table."""
    return {
        "not_asked": CheckWords(
            _("Not asked"),
            _("invitations that were held back, of all that were decided"),
            _("Customers without an address or a consent, or with many deals in a row, are held back by rule."),
        ),
        "undeliverable": CheckWords(
            _("Undeliverable"),
            _("invitations that could not be delivered, of all that were let out"),
            _("Addresses typed during a call, or of one customer whose mail server is down, come back more often."),
        ),
        "readdressed": CheckWords(
            _("Address changed before asking"),
            _("customers with a new address between what happened and the asking, of all asked who were known before"),
            _("A customer who calls to correct an address looks the same."),
        ),
        "asked_by_hand": CheckWords(
            _("Asked by hand"),
            _("customers asked by a person although the rules said not yet, of all asked"),
            _("Each such ask has its reason on the page of the customer."),
        ),
        "known_promoters": CheckWords(
            _("Satisfied customers asked by hand"),
            _("customers asked by hand whose answer before was good, of all asked who had answered before"),
            _("Whoever asks satisfied customers for a review may do so without knowing the rules."),
        ),
        "own_networks": CheckWords(
            _("Sent from our own networks"),
            _("answers sent from a network from which staff log in, of all whose network is known"),
            _("Customers in a shop, on a guest network, or with the provider of somebody at home send from there."),
        ),
        "entered_by_staff": CheckWords(
            _("Entered by staff"),
            _("answers that staff wrote down, of all answers"),
            _("Where customers answer by phone, this is the way it is meant to be."),
        ),
        "entered_by_manager": CheckWords(
            _("Entered by the manager"),
            _("answers that the manager of the deal wrote down, of all answers"),
            _("Where the company lets managers do so, or a letter to the manager held the score, it is no fault."),
        ),
        "same_words": CheckWords(
            _("The same words"),
            _("comments that at least three customers gave word for word, of comments of 20 letters or more"),
            _("A text that a customer's system fills in, or an offer of what to say, repeats itself."),
        ),
    }


def contents(cases: Mapping[str, Cases], names: Mapping[int, str], query: QueryDict, shares: Shares) -> dict[str, Any]:
    """Return everything that the template prints; `shares` are those of `cases`, and `names` those of the managers."""
    found, told = find(shares), words()
    people = sorted({manager for each in shares.values() for manager in each}, key=lambda pk: (_name(pk, names), pk))
    pages = page_of(people, lambda pk: _name(pk, names), query, KEY)
    outstanding = {(finding.check, finding.manager) for finding in found}
    return {
        "findings": _lines(found, told, cases, names),
        "is_judged": any(judged(shares)),
        "checks": list(told.values()),
        "pages": pages,
        "rows": [
            (_name(pk, names), [_cell(shares[check].get(pk), (check, pk) in outstanding) for check in told])
            for pk in pages.rows
        ],
        "query": query.urlencode(),
    }


def _lines(
    found: list[Finding], told: Mapping[str, CheckWords], cases: Mapping[str, Cases], names: Mapping[int, str]
) -> list[FindingLine]:
    customers = [cases[finding.check].examples(finding.manager) for finding in found]
    known = Contact.objects.in_bulk({pk for each in customers for pk in each})
    return [
        FindingLine(
            check=told[finding.check],
            manager=_name(finding.manager, names),
            part=numbers.thousands(finding.share.part),
            of=numbers.thousands(finding.share.of),
            share=_share(finding.share),
            others=_share(finding.others),
            others_of=numbers.thousands(finding.others.of),
            low=numbers.signed(finding.difference.low, 0),
            high=numbers.signed(finding.difference.high, 0),
            examples=[(str(known[pk]), reverse("contact", args=[pk])) for pk in each if pk in known],
        )
        for finding, each in zip(found, customers, strict=True)
    ]


def _cell(share: Share | None, stands_out: bool) -> ShareCell:
    if share is None or not share.of:
        return ShareCell("", "", "", is_few=True, stands_out=False)
    return ShareCell(
        share=_share(share) if share.of >= FEW else numbers.NOTHING,
        part=numbers.thousands(share.part),
        of=numbers.thousands(share.of),
        is_few=share.of < ENOUGH,
        stands_out=stands_out,
    )


def _share(share: Share) -> str:
    percent = 100 * share.part / share.of
    return numbers.percent(percent, 0 if percent >= 10 or not share.part else 1)


def _name(manager: int, names: Mapping[int, str]) -> str:
    return names.get(manager) or f"#{manager}"
