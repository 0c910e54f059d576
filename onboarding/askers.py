"""What each survey lacks before it asks anybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from accounts import company_clock
from delivery import media
from surveys import services, switches
from surveys.models import Survey, SurveyVersion, Trigger, Wave
from surveys.models.asker import Asker
from surveys.sendwindow import NeverOpens, first_moment
from surveys.switches import Switch

# Turns of a wave are planned a day ahead.
AHEAD = timedelta(days=1)


class Lack(StrEnum):
    """One thing that keeps a survey from asking, in the order in which one would mend them."""

    WORDING = "wording"
    NO_ASKER = "no_asker"
    ASKER_OFF = "asker_off"
    WAVE_PAUSED = "wave_paused"
    NOBODY_SHARED = "nobody_shared"
    NO_MEDIUM = "no_medium"
    NEVER_OPENS = "never_opens"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    DRAFT = "draft"


@dataclass(frozen=True)
class AskerState:
    """A trigger or a wave: the name of its model, its key and name, and what keeps it from asking."""

    model: str
    pk: int
    name: str
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True)
class SurveyState:
    """A survey: what it lacks, its draft if it has one, the asker nearest to asking, and languages without texts."""

    pk: int
    name: str
    lacks: tuple[Lack, ...] = ()
    is_wanted: bool = True
    draft: int | None = None
    asker: AskerState | None = None
    untranslated: tuple[str, ...] = ()
    touchpoint_kinds: frozenset[str] = frozenset()
    has_wave: bool = False

    @property
    def asks(self) -> bool:
        return not self.lacks


def read(now: datetime) -> list[SurveyState]:
    """Return the state of every survey that is not archived; eight queries."""
    known = switches.known(Survey.objects.in_use()).order_by("name")
    surveys = known.select_related("brand").prefetch_related(
        "triggers", "waves", Prefetch("versions", SurveyVersion.objects.order_by("-number"))
    )
    usable = media.set_up()
    zone = company_clock.zone()
    return [_state(survey, usable, zone, now) for survey in surveys]


def _state(survey: Survey, usable: set[str], zone: ZoneInfo, now: datetime) -> SurveyState:
    versions = list(survey.versions.all())
    triggers, waves = list(survey.triggers.all()), list(survey.waves.all())
    both: list[Trigger | Wave] = [*triggers, *waves]
    askers = [_asker_state(asker, usable, zone, now) for asker in both]
    nearest = min(askers, key=lambda asker: len(asker.lacks), default=None)
    published = next((version for version in versions if version.is_published), None)
    asking = {asker.pk for asker in askers if asker.model == "trigger" and not asker.lacks}
    return SurveyState(
        pk=survey.pk,
        name=survey.name,
        lacks=tuple(_lacks(survey, nearest)),
        is_wanted=survey.status != Survey.Status.DRAFT,
        draft=next((version.pk for version in versions if not version.is_published), None),
        asker=nearest,
        untranslated=_untranslated(survey, published),
        touchpoint_kinds=frozenset(trigger.touchpoint_kind for trigger in triggers if trigger.pk in asking),
        has_wave=any(asker.model == "wave" and not asker.lacks for asker in askers),
    )


def _lacks(survey: Survey, nearest: AskerState | None) -> Iterable[Lack]:
    off = switches.off(survey)
    if Switch.WORDING in off:
        yield Lack.WORDING
    yield from nearest.lacks if nearest else [Lack.NO_ASKER]
    if Switch.SURVEY in off:
        yield Lack.PAUSED if survey.status == Survey.Status.PAUSED else Lack.DRAFT


def _untranslated(survey: Survey, published: SurveyVersion | None) -> tuple[str, ...]:
    """Return the languages of the brand of which the published wording lacks texts: another language stands in."""
    if published is None:
        return ()
    published.survey = survey
    return tuple(dict.fromkeys(language for language, _field, fault in services.faults_of(published) if not fault))


def _asker_state(asker: Trigger | Wave, usable: set[str], zone: ZoneInfo, now: datetime) -> AskerState:
    model = "wave" if isinstance(asker, Wave) else "trigger"
    return AskerState(model, asker.pk, asker.name, tuple(_asker_lacks(asker, usable, zone, now)))


def _asker_lacks(asker: Trigger | Wave, usable: set[str], zone: ZoneInfo, now: datetime) -> Iterable[Lack]:
    if not asker.is_active:
        yield Lack.ASKER_OFF
    if asker.sampling_share == 0:
        yield Lack.NOBODY_SHARED
    if not usable & set(asker.media):
        yield Lack.NO_MEDIUM
    if _never_opens(asker, zone, now):
        yield Lack.NEVER_OPENS
    if isinstance(asker, Wave):
        yield from _wave_lacks(asker, zone, now)


def _wave_lacks(wave: Wave, zone: ZoneInfo, now: datetime) -> Sequence[Lack]:
    paused = [Lack.WAVE_PAUSED] if wave.paused_at else []
    return [*paused, Lack.NOT_STARTED] if wave.starts_on > (now.astimezone(zone) + AHEAD).date() else paused


def _never_opens(asker: Asker, zone: ZoneInfo, now: datetime) -> bool:
    """Say whether the hours of sending never come, even where nobody keeps holidays."""
    try:
        first_moment(now, asker.window, zone)
    except NeverOpens:
        return True
    return False
