"""What a refusal says about the address: by its codes (RFC 3463, RFC 5321) and by the words that servers use.

Codes alone mislead. Microsoft 365 refuses unknown mailboxes with 5.4.1, Yandex with 5.7.1; Orange calls a full mailbox
5.1.1. What blames us (spam, blocklists, authentication) is never charged to the address.
"""

import re

from delivery.models import Message

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[ #-])")
# Bad mailbox, bad system, bad syntax, moved without a trace, no mail here (RFC 7505), mailbox disabled.
NO_SUCH_ADDRESS = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
# The other subjects (protocol, content, policy) speak of us or of the message, not of the address.
OF_THE_ADDRESS = frozenset({"0", "1", "2", "3", "4"})
# Bad address of the sender.
OF_THE_SENDER = frozenset({"1.7", "1.8"})


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


BLAMES_US = _any(
    r"\bspam",
    r"(?:black|block|deny)[ -]?list",
    r"\bblocked\b",
    r"spamhaus",
    r"barracuda",
    r"spamcop",
    r"\b[rd]ns?bl\b",
    r"reputation",
    r"unsolicited",
    r"\bpolic(?:y|ies)\b",
    r"virus",
    r"malware",
    r"phish",
    r"\bdmarc\b",
    r"\bspf\b",
    r"\bdkim\b",
    r"unauthenticated",
    r"not authenticated",
    r"content (?:filter|reject)",
    r"suspicio",
    r"greylist",
    r"\bsender(?:'s)? (?:address|domain|ip|verify|denied|rejected|not)",
    r"your (?:ip|host|server|domain)\b",
    r"client host",
    r"relay(?:ing)? (?:access )?(?:denied|not permitted|prohibited)",
    r"rate ?limit",
    r"too many",
    r"sending (?:quota|limit)",
    r"mail rejet[eé]",
    r"service refus[eé]",
    r"tosa@rx\.t-online\.de",
    r"спам",
    r"подозрени",
)
IS_FULL = _any(
    r"over[ -]?quota",
    r"(?<!sending )\bquota\b",
    r"mailbox (?:is |size |storage )?(?:full|limit|exceeded)",
    r"mailbox.{0,20} is full",
    r"exceed(?:ed|s) (?:the )?(?:storage|mailbox)",
    r"storage allocation",
    r"insufficient (?:system )?storage",
    r"zu ?viele mails",
    r"bo[iî]te (?:du destinataire )?pleine",
    r"(?:скриньк|сховище)\S*(?: \S+)? (?:пере|за)повнен",
    r"(?:ящик|хранилище)\S* переполнен",
    r"(?:dėžut|saugykl)\S* (?:yra )?(?:pilna|perpildyta)",
    r"превышен\S* квот",
)
NOBODY_THERE = _any(
    r"(?:user|recipient|mailbox|account|address|addressee) (?:is )?(?:unknown|not found|not exist|disabled|invalid)",
    r"(?:unknown|unrouteable|invalid) (?:local )?(?:user|recipient|mailbox|account|address|part)",
    r"no such (?:user|recipient|mailbox|account|address|person|domain)",
    r"no mailbox (?:here|by)",
    r"not a valid mailbox",
    r"(?:user|recipient|mailbox|account|address)[^.;:]{0,60} (?:does not|doesn't|do not) exist",
    r"(?:user|recipient|mailbox|account|address)[^.;:]{0,60} (?:is |has been |was )?(?:disabled|deactivated|suspended)",
    r"(?:host|domain) (?:or domain name )?(?:does not exist|not found)",
    r"couldn't find any host",
    r"mailbox(?:[^.;:]{0,60})? (?:is )?unavailable",
    r"recipientnotfound",
    r"recipient not found",
    r"\b5\.4\.1\b.{0,60}recipient address rejected",
    r"destinataire invalide",
    r"client inconnu",
    r"empf(?:ä|ae)nger (?:ist )?unbekannt",
    r"(?:адрес|ящик|пользовател)\S* не (?:найден|существует)",
    r"(?:адрес|скриньк|користувач|одержувач|отримувач)\S* не (?:знайден|існує)",
    r"(?:vartotoj|naudotoj|gavėj|adres|dėžut)\S* (?:neegzistuoja|nerast|nežinom)",
    r"(?:użytkownik|odbiorc|adres|skrzynk)\S* nie istnieje",
)


def of_status(said: str) -> str:
    """Return which bounce (hard, soft or "") a refusal is for its address; `said` is all that the server said.

    Words that are surer than the code decide; a refusal for now (4xx) is never hard.
    """
    by_code = _of_code(said)
    if IS_FULL.search(said):
        return Message.Bounce.SOFT
    blames_us = BLAMES_US.search(said) is not None
    if NOBODY_THERE.search(said) and not (blames_us and by_code != Message.Bounce.HARD):
        return Message.Bounce.HARD if _is_final(said) else Message.Bounce.SOFT
    return "" if blames_us else by_code


def of_failure(said: str) -> str:
    """Return the bounce of a failure that is certain: one without any code may be the address, unless it blames us."""
    return of_status(said) or ("" if ENHANCED.search(said) or BLAMES_US.search(said) else Message.Bounce.SOFT)


def _of_code(said: str) -> str:
    codes = [match.groups() for match in ENHANCED.finditer(said)]
    # The reason is often only in the words of the server behind, while the report itself says "other".
    precise = [code for code in codes if code[1:] != ("0", "0")] or codes
    if not precise:
        return ""
    kind, subject, detail = precise[0]
    code = f"{subject}.{detail}"
    if kind == "2" or subject not in OF_THE_ADDRESS or code in OF_THE_SENDER:
        return ""
    return Message.Bounce.HARD if kind == "5" and code in NO_SUCH_ADDRESS else Message.Bounce.SOFT


def _is_final(said: str) -> bool:
    """Say whether a refusal is for good, as its first code says; one without any code is."""
    code = ENHANCED.search(said) or REPLY.search(said)
    return code is None or code[1] == "5"
