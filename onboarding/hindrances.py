"""What keeps anybody from being asked, and what goes wrong on the way: a pure function of the circumstances.

Whatever stops everything comes first, in the order in which one would mend it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.customerlanguages import spoken
from onboarding import ways
from onboarding.askers import Lack, SurveyState
from onboarding.circumstances import Circumstances
from onboarding.figures import Queue
from onboarding.machinery import Machinery
from onboarding.stages import PipelineStage
from onboarding.ways import WayOut
from surveys.judging import reasons

LONGEST_ERROR = 160


class Gravity(IntEnum):
    """Whether asking is off, is on and stands still all the same, or goes on with something to look at."""

    OFF = 0
    HALTED = 1
    NOTED = 2


@dataclass(frozen=True)
class Hindrance:
    """One thing in the way: a sentence, what to do where a button does not say it, and the way to mend it.

    `command`: what to type or which setting to set, behind the advice.
    """

    gravity: Gravity
    stage: PipelineStage | None
    sentence: str
    advice: str = ""
    way: WayOut | None = None
    command: str = ""


def find(known: Circumstances) -> list[Hindrance]:
    """Return everything in the way, the gravest first."""
    found = [hindrance for look in LOOKS for hindrance in look(known)]
    return sorted(found, key=lambda hindrance: hindrance.gravity)


def _surveys(known: Circumstances) -> Iterator[Hindrance]:
    """Say why nobody is asked by any survey, by the one nearest to asking; else what keeps single ones from it."""
    if not known.surveys:
        yield Hindrance(Gravity.OFF, PipelineStage.PLANNED, _("There is no survey yet."), way=ways.ADD_SURVEY)
        return
    asks = any(survey.asks for survey in known.surveys)
    nearest = min(known.surveys, key=lambda survey: (len(survey.lacks), not survey.is_wanted))
    for survey in known.surveys:
        gravity = Gravity.OFF if survey is nearest and not asks else Gravity.NOTED
        if gravity is Gravity.OFF or survey.is_wanted:
            for lack in survey.lacks:
                yield lacking(survey, lack, gravity)


def lacking(survey: SurveyState, lack: Lack, gravity: Gravity) -> Hindrance:
    """Return what a survey lacks as something in the way."""
    asker = survey.asker.name if survey.asker else ""
    sentence = _of_lack(lack) % {"survey": survey.name, "asker": asker}
    return Hindrance(gravity, PipelineStage.PLANNED, sentence, way=ways.of_lack(lack, survey))


def _of_lack(lack: Lack) -> str:
    return {
        Lack.WORDING: _("The wording of “%(survey)s” is not published."),
        Lack.NO_ASKER: _("No trigger and no wave belongs to “%(survey)s”, so nobody's turn ever comes."),
        Lack.ASKER_OFF: _("“%(asker)s” of “%(survey)s” is not switched on."),
        Lack.WAVE_PAUSED: _("The wave “%(asker)s” of “%(survey)s” is paused."),
        Lack.NOBODY_SHARED: _("The share of contacts that “%(asker)s” asks is 0."),
        Lack.NO_MEDIUM: _("“%(asker)s” writes by media that are not set up here."),
        Lack.NEVER_OPENS: _("The hours in which “%(asker)s” may send never come."),
        Lack.NOT_STARTED: _("The wave “%(asker)s” has not started yet."),
        Lack.PAUSED: _("“%(survey)s” is paused."),
        Lack.DRAFT: _("“%(survey)s” is a draft and not active."),
    }[lack]


def _policy(known: Circumstances) -> Iterator[Hindrance]:
    stage, way = PipelineStage.JUDGED, ways.POLICY
    if known.company_budget == 0:
        yield Hindrance(Gravity.OFF, stage, _("The asking policy allows 0 asks per company."), way=way)
    if known.days_late == 0:
        said = _("By the asking policy no ask may be a day late, so that each comes too late.")
        yield Hindrance(Gravity.OFF, stage, said, way=way)


def _machinery(known: Circumstances) -> Iterator[Hindrance]:
    said = {
        Machinery.BEAT_SILENT: (
            _("Workers run, but beat is silent: nobody tells them to look."),
            _("Start beat:"),
            "celery -A nps_project beat",
        ),
        Machinery.NO_WORKER: (
            _("No worker answers: nobody plans, judges or sends."),
            _("Start a worker:"),
            "celery -A nps_project worker",
        ),
        Machinery.BROKER_AWAY: (
            _("The broker cannot be reached: workers are told nothing."),
            _("Start it, or set its address right:"),
            "REDIS_URL",
        ),
    }.get(known.machinery)
    if said:
        sentence, advice, command = said
        yield Hindrance(Gravity.HALTED, None, sentence, advice=advice, command=command)


def _touchpoints(known: Circumstances) -> Iterator[Hindrance]:
    wanted = frozenset(kind for survey in known.surveys for kind in survey.touchpoint_kinds)
    by_waves = any(survey.has_wave for survey in known.surveys)
    if wanted and not by_waves and not wanted & known.touchpoint_kinds:
        said = _("Nothing that a trigger waits for is known: nobody has told of such a touchpoint yet.")
        advice = _("Import deals, or let your CRM tell of them by a key of its own.")
        yield Hindrance(Gravity.HALTED, PipelineStage.TOUCHPOINTS, said, advice=advice, way=ways.IMPORT)


def _judging(known: Circumstances) -> Iterator[Hindrance]:
    stage = PipelineStage.JUDGED
    if known.unjudged.count and known.machinery is Machinery.ALIVE:
        said = ngettext(
            "%(count)s invitation is due and not judged.", "%(count)s invitations are due and not judged.",
            known.unjudged.shown,
        )  # fmt: skip
        yield Hindrance(Gravity.HALTED, stage, _counted(said, known.unjudged), way=ways.PLANNED)
    refused = sum(numbers.week for numbers in known.refused.values())
    if refused and not known.allowed.week:
        reason = max(known.refused, key=lambda name: known.refused[name].week)
        said = _("Whoever's turn came in the last seven days was refused. Most often: %(reason)s")
        yield Hindrance(
            Gravity.HALTED, stage, said % {"reason": reasons.label(reason)}, way=ways.refused(reason, known.week)
        )


def _mail(known: Circumstances) -> Iterator[Hindrance]:
    stage = PipelineStage.HANDED_OVER
    if known.put_off.count:
        since, last = known.put_off.since, known.last_handed_over
        gravity = Gravity.HALTED if last is None or (since and since > last) else Gravity.NOTED
        said = ngettext(
            "%(count)s letter was tried and waits for another try: %(error)s",
            "%(count)s letters were tried and wait for another try: %(error)s",
            known.put_off.shown,
        )
        advice = _("They go by themselves once that is mended. Where it is the mail server, set its address right:")
        sentence = _counted(said, known.put_off, error=Truncator(_(known.error)).chars(LONGEST_ERROR))
        yield Hindrance(gravity, stage, sentence, advice=advice, command="EMAIL_URL", way=ways.WAITING_LETTERS)
    if known.local_sender:
        said = _("Letters leave as %(sender)s, which mail servers elsewhere refuse.") % {"sender": known.local_sender}
        advice = _("Give the brand a sender's address, or set that of the server:")
        yield Hindrance(Gravity.NOTED, stage, said, advice=advice, command="DEFAULT_FROM_EMAIL", way=ways.BRANDS)


def _paused_domains(known: Circumstances) -> Iterator[Hindrance]:
    """Say from which domains nobody is asked by mail; where it is all of them, asking by mail stands still."""
    gravity = Gravity.NOTED if known.any_domain_asks else Gravity.HALTED
    for domain, why in known.paused_domains:
        said = _("Asking by mail from %(domain)s is paused: %(why)s.") % {"domain": domain, "why": why}
        yield Hindrance(gravity, PipelineStage.JUDGED, said, way=ways.SENDING_DOMAINS)


def _lost_letters(known: Circumstances) -> Iterator[Hindrance]:
    stage = PipelineStage.HANDED_OVER
    if known.failed:
        said = ngettext("%(count)s letter failed.", "%(count)s letters failed.", known.failed)
        yield Hindrance(Gravity.NOTED, stage, said % {"count": known.failed}, way=ways.failed("failed", known.week))
    if known.bounced:
        said = ngettext(
            "%(count)s letter came back: there is no such address.",
            "%(count)s letters came back: there are no such addresses.",
            known.bounced,
        )
        yield Hindrance(Gravity.NOTED, stage, said % {"count": known.bounced}, way=ways.failed("bounced", known.week))
    if known.unknown.count:
        said = ngettext(
            "Of %(count)s message nobody knows whether it was sent.",
            "Of %(count)s messages nobody knows whether they were sent.",
            known.unknown.shown,
        )
        yield Hindrance(Gravity.NOTED, stage, _counted(said, known.unknown), way=ways.UNKNOWN_LETTERS)
    if known.silent.count:
        said = ngettext(
            "WhatsApp took %(count)s message and has not delivered it in a day.",
            "WhatsApp took %(count)s messages and has not delivered them in a day.",
            known.silent.shown,
        )
        advice = _("Where all are silent, look at the payment method of the account: without one Meta drops messages.")
        yield Hindrance(Gravity.NOTED, stage, _counted(said, known.silent), advice=advice, way=ways.SILENT_LETTERS)


def _languages(known: Circumstances) -> Iterator[Hindrance]:
    names = spoken.names()
    for survey in known.surveys:
        if survey.asks and survey.untranslated:
            languages = ", ".join(names.get(code, code) for code in survey.untranslated)
            said = _("The wording of “%(survey)s” lacks texts in: %(languages)s. Another language stands in.")
            sentence = said % {"survey": survey.name, "languages": languages}
            yield Hindrance(Gravity.NOTED, PipelineStage.QUEUED, sentence, way=ways.survey(survey.pk))


# Where each kind of batch works.
WORKS_AT = {
    "triggers": PipelineStage.PLANNED,
    "waves": PipelineStage.PLANNED,
    "planning": PipelineStage.PLANNED,
    "turns": PipelineStage.PLANNED,
    "judging": PipelineStage.JUDGED,
    "reminding": PipelineStage.JUDGED,
    "falling_back": PipelineStage.JUDGED,
    "news": PipelineStage.HANDED_OVER,
    "mails": PipelineStage.ANSWERED,
    "letters": PipelineStage.ANSWERED,
    "texts": PipelineStage.ANSWERED,
    "chats": PipelineStage.ANSWERED,
    "settling": PipelineStage.SETTLED,
    "routing": PipelineStage.ROUTED,
}


def _set_aside(known: Circumstances) -> Iterator[Hindrance]:
    for batch, stage in WORKS_AT.items():
        if count := known.aside.get(batch, 0):
            said = ngettext(
                "%(count)s row failed by itself and is set aside.", "%(count)s rows failed and are set aside.", count
            )
            yield Hindrance(Gravity.NOTED, stage, said % {"count": count}, way=ways.set_aside(batch))


def _replies(known: Circumstances) -> Iterator[Hindrance]:
    stage = PipelineStage.ANSWERED
    if known.mailbox:
        said = _("The mailbox of bounces and answers cannot be read: %(error)s")
        sentence = said % {"error": Truncator(known.mailbox).chars(LONGEST_ERROR)}
        advice = _("Set its address right:")
        yield Hindrance(Gravity.NOTED, stage, sentence, advice=advice, command="BOUNCE_IMAP_URL")
    if known.untaken.count:
        said = ngettext(
            "%(count)s letter of a customer is not taken up.", "%(count)s letters of customers are not taken up.",
            known.untaken.shown,
        )  # fmt: skip
        yield Hindrance(Gravity.NOTED, stage, _counted(said, known.untaken), way=ways.CUSTOMERS_LETTERS)


def _late(known: Circumstances) -> Iterator[Hindrance]:
    if known.unsettled.count:
        said = ngettext("%(count)s answer is not settled.", "%(count)s answers are not settled.", known.unsettled.shown)
        yield Hindrance(Gravity.NOTED, PipelineStage.SETTLED, _counted(said, known.unsettled), way=ways.ANSWERS)
    if known.unrouted.count:
        said = ngettext("%(count)s answer is not routed.", "%(count)s answers are not routed.", known.unrouted.shown)
        yield Hindrance(Gravity.NOTED, PipelineStage.ROUTED, _counted(said, known.unrouted), way=ways.ANSWERS)


LOOKS: tuple[Callable[[Circumstances], Iterator[Hindrance]], ...] = (
    _surveys, _policy, _machinery, _touchpoints, _judging, _paused_domains, _mail, _lost_letters, _languages,
    _set_aside, _replies, _late,
)  # fmt: skip


def _counted(said: str, queue: Queue, **more: str) -> str:
    count = _("more than %(count)s") % {"count": queue.shown} if queue.is_capped else str(queue.shown)
    sentence = said % {"count": count, **more}
    return sentence[:1].upper() + sentence[1:]
