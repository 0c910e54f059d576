"""What another asking policy would have changed: each trigger replayed under both. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from surveys.judging.case import Policy
from surveys.judging.dryrun import DryRun, LastWord, dry_run
from surveys.models import Trigger


@dataclass(frozen=True)
class Replays:
    """A trigger under the policy as it is and under the other one, over the same touchpoints."""

    trigger: Trigger
    before: DryRun
    after: DryRun

    @property
    def lost(self) -> list[LastWord]:
        """What the other policy says of the asks that only the policy as it is would have made."""
        return _on_asks_of(self.before, self.after)

    @property
    def won(self) -> list[LastWord]:
        """What the policy as it is says of the asks that only the other one would have made."""
        return _on_asks_of(self.after, self.before)


def replayed(
    triggers: Sequence[Trigger], before: Policy, after: Policy, *, now: datetime, since: datetime
) -> list[Replays]:
    """Replay the touchpoints since `since` through each trigger, twice; each run as `dryrun.dry_run` has it."""
    return [
        Replays(trigger, dry_run(trigger, before, now=now, since=since), dry_run(trigger, after, now=now, since=since))
        for trigger in triggers
    ]


def _on_asks_of(one: DryRun, other: DryRun) -> list[LastWord]:
    asked = [number for number, word in one.last_words.items() if word.is_asked]
    return [other.last_words[number] for number in asked if not other.last_words[number].is_asked]
