"""A question that staff read aloud: to whom, which survey, about what, in which language, and what is against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.customerlanguages import spoken
from accounts.media import Mode
from accounts.models import User
from accounts.vocatives import vocative
from crm.models import Contact, Touchpoint
from responses import further_answers, staff_entry
from responses.further_answers import Sent
from responses.page import further, offers
from responses.page.buttons import AnswerButton, buttons
from responses.page.further import ShownQuestion
from surveys.judging import by_hand, by_voice, reasons
from surveys.metrics import Presentation, Scale, Tier
from surveys.models import Invitation, Survey, SurveyVersion
from surveys.wording import texts

# Those in which somebody of ours talks with the customer.
ALOUD = (Mode.TELEPHONE, Mode.MEETING)
# What happened longer ago is hardly asked about.
MOST_TOUCHPOINTS = 20


def surveys_to_ask() -> list[Survey]:
    """Return the surveys that ask somebody now and have a wording."""
    worded = SurveyVersion.objects.published().values("survey")
    asking = Survey.objects.filter(status=Survey.Status.ACTIVE, pk__in=worded)
    return list(asking.select_related("brand").order_by("name", "pk"))


@dataclass(frozen=True)
class SpokenAsk:
    """One question to one customer. `by` reads it aloud at the moment `now`."""

    contact: Contact
    by: User
    survey: Survey
    version: SurveyVersion
    about: Touchpoint | None
    language: str
    mode: str
    is_unasked: bool
    now: datetime

    @classmethod
    def of(cls, contact: Contact, by: User, wanted: Mapping[str, str], now: datetime) -> SpokenAsk | None:
        """Return the question that is `wanted`, as far as it can be asked; None where no survey asks anybody."""
        surveys = {str(survey.pk): survey for survey in surveys_to_ask()}
        if not surveys:
            return None
        survey = surveys.get(wanted.get("survey", "")) or _expected(contact, surveys)
        versions = SurveyVersion.objects.select_related("survey__brand")
        version = versions.drawn_of(survey.pk, wanted.get("version", ""))
        if version is None:
            return None
        touchpoints = {str(each.pk): each for each in touchpoints_of(contact)}
        about = touchpoints.get(wanted.get("about", "")) or next(iter(touchpoints.values()), None)
        offered = texts.offered(version) or [survey.default_language]
        own = spoken.matched(contact.language, offered) or survey.default_language
        language = wanted.get("switch") or wanted.get("language", "")
        return cls(
            contact=contact,
            by=by,
            survey=survey,
            version=version,
            about=about,
            language=language if language in offered else own,
            mode=wanted.get("mode", "") if wanted.get("mode") in ALOUD else Mode.TELEPHONE,
            is_unasked=wanted.get("is_unasked") == "on",
            now=now,
        )

    @cached_property
    def draft(self) -> Invitation:
        ask = by_hand.draft(self.contact, self.survey, self.version, now=self.now, about=self.about)
        ask.language = self.language
        return ask

    @cached_property
    def letter(self) -> Invitation | None:
        """The invitation that the customer has and did not answer: this talk answers it."""
        return by_voice.letter_of(self.draft)

    @cached_property
    def refusal(self) -> str:
        """Why the customer is not asked now, in words; "" where nothing stands against it."""
        if self.is_unasked:
            return ""
        code = by_voice.refusal(self.draft, self.letter, self.mode, now=self.now)
        return reasons.label(code) if code else ""

    @cached_property
    def is_kept_from_reader(self) -> bool:
        """Whether it is about a deal of the reader, whom the company does not let write down such answers."""
        try:
            staff_entry.check_deal(self.letter or self.draft, self.by)
        except staff_entry.OwnDeal:
            return True
        return False

    @property
    def scale(self) -> Scale:
        return self.draft.scale

    @cached_property
    def values(self) -> dict[str, str]:
        """What fills the texts of the survey."""
        asked = self.letter or self.draft
        return {
            "brand": self.survey.brand.name,
            "product": asked.product.name if asked.product else "",
            "manager": asked.manager.name if asked.manager else "",
            "name": vocative(self.contact.first_name or self.contact.last_name, self.language),
        }

    @cached_property
    def said(self) -> dict[str, str]:
        """The texts of the survey in the language that is spoken."""
        written = texts.of(self.version, self.language)
        return {name: texts.fill(written[name], self.values) for name in texts.FIELDS}

    @property
    def buttons(self) -> list[tuple[AnswerButton, Tier]]:
        with spoken.speaking(self.language):
            ends = {"low": self.said["low_label"], "high": self.said["high_label"]}
            shown = list(buttons(self.scale, Presentation.NUMBERS, state="", **ends))
        return [(button, self.scale.tier_of(button.value)) for button in shown]

    @property
    def whys(self) -> list[tuple[Tier, str, str]]:
        """Each tier with its scores, as a range, and the question that follows them."""
        return [(tier, self.scale.spelt(tier), self.said[f"{tier}_question"]) for tier in Tier]

    def further(self, sent: Sent) -> list[tuple[ShownQuestion, str]]:
        """Return each further question with what was typed to it, and the scores that it follows, "" if all do."""
        given = further_answers.read(self.version.further, sent)
        shown = further.each_shown(self.version.further, self.language, self.values, given)
        return [(one, self.scale.spelt(*one.tiers)) for one in shown]

    @property
    def topics(self) -> offers.Offer:
        return offers.offered(self.language)

    @property
    def languages(self) -> list[tuple[str, str]]:
        names = spoken.own_names()
        return [(code, names[code]) for code in texts.offered(self.version) if code in names]

    def thanks(self, score: int) -> str:
        return self.said[f"{self.scale.tier_of(score)}_thanks"]


def touchpoints_of(contact: Contact) -> list[Touchpoint]:
    """Return what happened with a customer lately, the latest first."""
    standing = contact.touchpoints.standing().select_related("manager__team", "team", "product", "channel", "company")
    return list(standing.order_by("-occurred_at", "-pk")[:MOST_TOUCHPOINTS])


def _expected(contact: Contact, surveys: Mapping[str, Survey]) -> Survey:
    """Return the survey that the customer waits to answer, else that by which they would be asked next."""
    statuses = (*by_voice.UNANSWERED, Invitation.Status.PLANNED, Invitation.Status.SUPPRESSED)
    known = contact.invitations.filter(survey__in=list(surveys.values()), status__in=statuses).order_by(
        "-planned_at", "-pk"
    )
    for wanted in (by_voice.UNANSWERED, statuses):
        for survey in known.filter(status__in=wanted).values_list("survey", flat=True)[:1]:
            return surveys[str(survey)]
    return next(iter(surveys.values()))
