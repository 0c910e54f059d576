"""What is there of an installation that is being set up, read once; the steps speak of nothing else."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max

from accounts.access import welcome
from accounts.models import Brand, ClientKey, Organisation, Team, User
from accounts.sources import SAMPLE
from crm.models import Contact, ImportRun
from delivery.models import Message
from onboarding import circumstances, figures
from onboarding.askers import SurveyState
from onboarding.circumstances import Circumstances
from onboarding.figures import MOST
from onboarding.models import SampleSet, Trial
from onboarding.sample import standing
from surveys.judging import dryrun
from surveys.judging.facts import policy_in_force
from surveys.models import Trigger

# A dry run is counted within a request, beside everything else on the page.
MOST_REPLAYED = 2_000


@dataclass(frozen=True)
class LoginCounts:
    """How many people log in, wait for them to set a password, and have a letter whose link has expired."""

    able: int = 0
    awaited: int = 0
    expired: int = 0

    @property
    def all(self) -> int:
        return self.able + self.awaited + self.expired


@dataclass(frozen=True)
class Replayed:
    """What a trigger would have done with the touchpoints of the last weeks; `is_cut`: there are too many to count."""

    touchpoints: int = 0
    asked: int = 0
    waiting: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    is_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class SetupFacts:
    """Of sample data nothing is counted but that they are there: `sample`; `has_answers`: real ones.

    `contacts`: counted up to MOST + 1. `trigger`: the one nearest to asking, `replayed` where it is switched off.
    """

    known: Circumstances
    sample: SampleSet | None = None
    has_answers: bool = False
    brands: tuple[Brand, ...] = ()
    organisation: Organisation = field(default_factory=Organisation)
    last_letter: datetime | None = None
    trial_answered_at: datetime | None = None
    contacts: int = 0
    last_import: ImportRun | None = None
    keys: int = 0
    key_used_at: datetime | None = None
    people: LoginCounts = field(default_factory=LoginCounts)
    teams: int = 0
    trigger: Trigger | None = None
    replayed: Replayed | None = None

    @property
    def nearest(self) -> SurveyState | None:
        """The survey that lacks least, those first that somebody wants to ask."""
        return min(self.known.surveys, key=lambda survey: (len(survey.lacks), not survey.is_wanted), default=None)


def read(known: Circumstances) -> SetupFacts:
    trigger, sample = _trigger(known), SampleSet.current()
    made = sample.made if sample else {}
    keys = [key for key in ClientKey.objects.filter(revoked_at=None)[:MOST] if key.is_usable(known.now)]
    sent = figures.newest(Message).filter(sent_at__isnull=False).order_by("-pk").values_list("sent_at", flat=True)
    return SetupFacts(
        known=known,
        sample=sample,
        has_answers=sample is None and standing.has_real_answers(),
        brands=tuple(Brand.objects.exclude(pk=made.get("brand", 0)).order_by("pk")[:MOST]),
        organisation=Organisation.current(),
        last_letter=sent.first(),
        trial_answered_at=Trial.objects.aggregate(last=Max("answered_at"))["last"],
        contacts=len(Contact.objects.exclude(source=SAMPLE).values_list("pk")[: MOST + 1]),
        last_import=ImportRun.objects.order_by("-pk").first(),
        keys=len(keys),
        key_used_at=max((key.last_used_at for key in keys if key.last_used_at), default=None),
        people=_people(known.now),
        teams=Team.objects.exclude(pk__in=made.get("teams", ())).count(),
        trigger=trigger,
        replayed=_replayed(trigger, known.now) if trigger and not trigger.is_active else None,
    )


def current(now: datetime) -> SetupFacts:
    return read(circumstances.read(now))


def _people(now: datetime) -> LoginCounts:
    """Count whoever works here by how far they are on the way to a login."""
    workers = User.objects.filter(is_active=True, groups__isnull=False) | User.objects.filter(
        is_active=True, is_superuser=True
    )
    counted = Counter(_login_of(person, now) for person in workers.distinct()[: MOST + 1])
    return LoginCounts(counted["able"], counted["awaited"], counted["expired"])


def _login_of(person: User, now: datetime) -> str:
    if person.has_usable_password() or person.last_login:
        return "able"
    return "awaited" if welcome.is_awaited(person, now) else "expired"


def _trigger(known: Circumstances) -> Trigger | None:
    """Return the trigger nearest to asking, of the survey nearest to it."""
    by_lacks = sorted(known.surveys, key=lambda survey: (len(survey.lacks), not survey.is_wanted))
    keys = [survey.asker.pk for survey in by_lacks if survey.asker and survey.asker.model == "trigger"]
    return Trigger.objects.select_related("survey__brand").filter(pk=keys[0]).first() if keys else None


def _replayed(trigger: Trigger, now: datetime) -> Replayed:
    found = dryrun.touchpoints_of(trigger, now - timedelta(days=dryrun.DAYS), now)[: MOST_REPLAYED + 1].count()
    if found > MOST_REPLAYED:
        return Replayed(touchpoints=MOST_REPLAYED, is_cut=True)
    if not found:
        return Replayed()
    run = dryrun.dry_run(trigger, policy_in_force(), now=now)
    return Replayed(run.touchpoints, run.asked, run.waiting, run.refused)
