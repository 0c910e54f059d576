"""By which media the customer of a follow-up is answered: that of the answer first, where they wrote since, by e-mail.

Each is open, or shut for a reason. A person's own no is not gone round by another medium.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.media import Medium
from crm import reach
from crm.reachability import Person, Purpose, Rules, Way, may_write
from delivery.media.whatsapp import window
from delivery.models import TelegramBot, TextGateway, WhatsAppNumber
from followups.letters import replies
from followups.models import CustomerLetter, Followup
from surveys.models import AskingPolicy, InvitationMessage

# Where customers speak to us and get an answer.
ANSWERED_BY = (Medium.EMAIL, Medium.SMS, Medium.TELEGRAM, Medium.WHATSAPP)
# Where whoever writes is proven, and is written to where they were asked.
SPOKEN = (Medium.SMS, Medium.TELEGRAM, Medium.WHATSAPP)
OWN_NOES = frozenset({"do_not_contact", "objected", "refused"})
NOT_SET_UP = "not_set_up"
TOO_LATE = "too_late"
WHY = {
    "do_not_contact": gettext_lazy("the customer wants no messages."),
    "objected": gettext_lazy("the customer objected to this way of being written to."),
    "refused": gettext_lazy("somebody said no at this address."),
    "no_address": gettext_lazy("there is no address."),
    "merged": gettext_lazy("another record speaks for this customer now."),
    "sample": gettext_lazy("the customer is invented."),
    TOO_LATE: gettext_lazy("the customer has written nothing there within 24 hours, and WhatsApp wants that."),
}
BOUNCED = {
    Medium.EMAIL: gettext_lazy("mail to the address came back."),
    Medium.SMS: gettext_lazy("the number takes no texts."),
    Medium.TELEGRAM: gettext_lazy("the chat is closed: the customer blocked the bot or left Telegram."),
    Medium.WHATSAPP: gettext_lazy("the number is not in WhatsApp, or takes no messages there."),
}
UNUSABLE = {
    Medium.SMS: gettext_lazy("no text gateway works for this brand."),
    Medium.TELEGRAM: gettext_lazy("the bot of this chat is switched off."),
    Medium.WHATSAPP: gettext_lazy("no WhatsApp number works for this brand."),
}
LABELS = {
    Medium.EMAIL: gettext_lazy("E-mail to %(address)s"),
    Medium.SMS: gettext_lazy("SMS to %(address)s"),
    Medium.WHATSAPP: gettext_lazy("WhatsApp to %(address)s, until %(until)s"),
}
NAMES = {
    Medium.EMAIL: gettext_lazy("By e-mail"),
    Medium.SMS: gettext_lazy("By SMS"),
    Medium.TELEGRAM: gettext_lazy("In Telegram"),
    Medium.WHATSAPP: gettext_lazy("In WhatsApp"),
}


@dataclass(frozen=True)
class ReplyWay:
    """One medium: where the customer is written to by it, or why not (`fault`, a reason of reachability).

    `until`: when it closes, where it does.
    """

    medium: Medium
    address: str = ""
    fault: str = ""
    until: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.address)

    @property
    def label(self) -> str:
        """What staff choose it by; the number of a chat says nothing to anybody."""
        said = LABELS.get(self.medium, self.medium.label)
        until = localize(timezone.localtime(self.until).time()) if self.until else ""
        return str(said) % {"address": self.address, "until": until}

    @property
    def name(self) -> str:
        return str(NAMES[self.medium])

    @property
    def why_not(self) -> str:
        if self.fault == "bounced":
            return str(BOUNCED[self.medium])
        return str(UNUSABLE[self.medium] if self.fault == NOT_SET_UP else WHY[self.fault])


@dataclass(frozen=True)
class ReplyWays:
    """The ways to one customer in order of preference. True where there is one."""

    ways: Sequence[ReplyWay] = ()

    def __bool__(self) -> bool:
        return any(self.ways)

    @property
    def open(self) -> list[ReplyWay]:
        return [way for way in self.ways if way]

    @property
    def shut(self) -> list[ReplyWay]:
        return [way for way in self.ways if not way]

    def by(self, medium: str) -> ReplyWay | None:
        """Return the open way by this medium."""
        return next((way for way in self.open if way.medium == medium), None)


def of(followup: Followup) -> ReplyWays:
    """Return how the customer of a follow-up is answered; not at all when it is closed, or nobody's."""
    if not followup.is_open or followup.contact is None:
        return ReplyWays()
    contact, rules = followup.contact.survivor, AskingPolicy.current().reach
    person = reach.people([contact], rules)[contact.pk]
    spoke_at = _spoken_at(followup)
    ways: list[ReplyWay] = []
    for medium in dict.fromkeys([*_media(followup, spoke_at), Medium.EMAIL]):
        ways.append(_way(followup, person, medium, spoke_at.get(medium, []), rules))
        if ways[-1].fault in OWN_NOES:
            break
    return ReplyWays(ways)


def _media(followup: Followup, spoke_at: Iterable[Medium]) -> list[Medium]:
    """Return by which media the customer spoke about it: the answer's first, then those of letters, newest first."""
    answer = followup.response
    own = [Medium(answer.medium)] if answer and answer.medium in ANSWERED_BY else []
    return [*own, *spoke_at]


def _spoken_at(followup: Followup) -> dict[Medium, list[str]]:
    """Return where the customer wrote from about it, newest first, and then where they were asked; by medium."""
    found: dict[Medium, list[str]] = {}
    letters = CustomerLetter.objects.filter(followup=followup, letter__is_automatic=False)
    letters = letters.select_related("letter").order_by("-pk")
    for row in letters.only("letter__source", "letter__from_address"):
        found.setdefault(row.letter.medium, []).append(row.letter.from_address)
    # A letter may come from anybody's mailbox; phones and chats are proven.
    found.get(Medium.EMAIL, []).clear()
    answer = followup.response
    if answer and answer.invitation_id and answer.medium in SPOKEN:
        asked = InvitationMessage.objects.filter(invitation=answer.invitation_id, message__medium=answer.medium)
        addresses = asked.order_by("-message").values_list("message__to_address", flat=True)
        found.setdefault(Medium(answer.medium), []).extend(addresses)
    return found


def _way(followup: Followup, person: Person, medium: Medium, spoke_at: Sequence[str], rules: Rules) -> ReplyWay:
    """Return the way by one medium: to where the customer spoke, else to another address of theirs."""
    person = _in_reach(followup, person, medium, spoke_at)
    tried = [may_write(person, medium, Purpose.REPLY, rules, to=address) for address in dict.fromkeys(spoke_at)]
    tried.append(may_write(person, medium, Purpose.REPLY, rules))
    # A no that was said in this very chat, or from this phone, is not followed by another one.
    found = next((way for way in tried if way or way.reason in OWN_NOES), None) or _said_most(tried)
    if found and not _is_set_up(followup, medium, found.address):
        return ReplyWay(medium, fault=NOT_SET_UP)
    if not found or medium != Medium.WHATSAPP:
        return ReplyWay(medium, found.address, "" if found else found.reason)
    return _while_open(followup, found.address)


def _while_open(followup: Followup, phone: str) -> ReplyWay:
    """Return the way to somebody who wrote by WhatsApp, as long as their words are fresh enough for it."""
    number = WhatsAppNumber.objects.of_brand(replies.brand_of(followup))
    spoke_at = window.spoke_at(number, phone) if number else None
    if spoke_at is None or not window.is_open(spoke_at, clock.now()):
        return ReplyWay(Medium.WHATSAPP, fault=TOO_LATE)
    return ReplyWay(Medium.WHATSAPP, phone, until=window.closes_at(spoke_at))


def _said_most(tried: Sequence[Way]) -> Way:
    return next((way for way in tried if way.reason != "no_address"), tried[-1])


def _in_reach(followup: Followup, person: Person, medium: Medium, spoke_at: Sequence[str]) -> Person:
    """Leave of somebody's chats those with the bot of the brand, and those where they spoke."""
    if medium != Medium.TELEGRAM:
        return person
    bot = TelegramBot.objects.filter(brand=replies.brand_of(followup), number__isnull=False).first()
    own = f"{bot.number}:" if bot else None
    chats = [
        chat
        for chat in person.addresses.get(medium, ())
        if chat.value in spoke_at or (own and chat.value.startswith(own))
    ]
    return replace(person, addresses={**person.addresses, medium.value: chats})


def _is_set_up(followup: Followup, medium: Medium, address: str) -> bool:
    if medium == Medium.SMS:
        return TextGateway.objects.of_brand(replies.brand_of(followup)) is not None
    if medium == Medium.WHATSAPP:
        return WhatsAppNumber.objects.of_brand(replies.brand_of(followup)) is not None
    if medium == Medium.TELEGRAM:
        number = address.partition(":")[0]
        return number.isdecimal() and TelegramBot.objects.in_use().filter(number=int(number)).exists()
    return True
