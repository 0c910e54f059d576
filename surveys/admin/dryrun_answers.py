"""Whom a rule would ask, in the words of a reader: a trigger, a wave, or the asking policy against the one in force.

Each is answered within a request that somebody waits for, so that less is looked at than on the page of a dry run.
"""

from datetime import datetime
from operator import attrgetter
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import clock, dates
from accounts.models import User
from crm.models.touchpoint import label_of_kind
from surveys.admin import affected, dryruns
from surveys.audiences.segments import UnreadableSegment
from surveys.judging import dryrun, policy_dryrun, wave_dryrun
from surveys.judging.case import Policy
from surveys.judging.dryrun import DryRun
from surveys.judging.facts import policy_in_force, policy_of
from surveys.models import AskingPolicy, Trigger, Wave
from surveys.sendwindow import NeverOpens

MOST_ASKS = 10_000
MOST_TRIGGERS = 20

Answer = dict[str, Any]


def of_trigger(trigger: Trigger, reader: User) -> Answer:
    now, policy = clock.now(), policy_in_force()
    since = dryrun.since_when(trigger, MOST_ASKS, now=now)
    run = dryrun.dry_run(trigger, policy, now=now, since=since)
    return {
        **_told(run, trigger, policy, reader, latest_first=True),
        "sum": _("%(asked)s of %(all)s would have been asked") % _numbers(asked=run.asked, all=run.touchpoints),
        "about": _(
            "What happened since %(since)s is replayed: %(kind)s. The trigger counts as it stands above, switched on,"
            " also for what happened before its first day, under the asking policy as it is saved."
        )
        % {"since": _day(since, policy), "kind": label_of_kind(trigger.touchpoint_kind)},
        "limit": _limit(since, now),
        "asked_heading": _("Asked last"),
    }


def of_wave(wave: Wave, reader: User, *, is_new: bool) -> Answer:
    now, policy = clock.now(), policy_in_force()
    try:
        found = wave_dryrun.turns_ahead(wave, now=now, most=MOST_ASKS + 1)
    except UnreadableSegment:
        return {"trouble": dryruns.UNREADABLE}
    except NeverOpens:
        return {"trouble": dryruns.NEVER_OPENS}
    turns = found[:MOST_ASKS]
    run = wave_dryrun.dry_run(wave, policy, turns, now=now)
    first, last = wave_dryrun.days_ahead(wave, now)
    about = _(
        "Everybody whose turn comes from %(first)s to %(last)s, by what is known today. The wave counts as it stands"
        " above, switched on, under the asking policy as it is saved."
    ) % {"first": dates.day(first), "last": dates.day(last)}
    drawn_anew = _("Their days are drawn anew when it is saved for the first time.")
    limit = ""
    if len(found) > len(turns):
        limit = _("Only the first %(most)s turns are looked at, those up to %(day)s.") % {
            "most": number_format(MOST_ASKS, force_grouping=True),
            "day": _day(turns[-1][1], policy),
        }
    return {
        **_told(run, wave, policy, reader, latest_first=False),
        "sum": _("%(asked)s of %(all)s would be asked") % _numbers(asked=run.asked, all=run.touchpoints),
        "about": f"{about} {drawn_anew}" if is_new else about,
        "limit": limit,
        "asked_heading": _("Asked first"),
    }


def of_policy(row: AskingPolicy, reader: User) -> Answer:
    """Compare the triggers that are on under the policy in force and under `row`, which is not saved."""
    now, before, after = clock.now(), policy_in_force(), policy_of(row)
    on = Trigger.objects.asking().select_related("survey").order_by("survey__name", "name", "pk")
    triggers = list(on[:MOST_TRIGGERS])
    if not triggers:
        return {"trouble": _("No trigger is switched on, so that there is nothing to compare.")}
    each = MOST_ASKS // len(triggers)
    since = max(dryrun.since_when(trigger, each, now=now) for trigger in triggers)
    rows = policy_dryrun.replayed(triggers, before, after, now=now, since=since)
    lost = sorted((word for row in rows for word in row.lost), key=attrgetter("at"), reverse=True)
    won = sorted((word for row in rows for word in row.won), key=attrgetter("at"), reverse=True)
    numbers = _numbers(
        after=sum(row.after.asked for row in rows),
        before=sum(row.before.asked for row in rows),
        lost=len(lost),
        won=len(won),
    )
    named = affected.naming(reader, after.zone)
    limits = [_limit(since, now)]
    if (left_out := on.count() - len(triggers)) > 0:
        limits.append(_("Triggers left out, beyond the first %(most)s: %(number)s.") % {
            "most": MOST_TRIGGERS, "number": left_out,
        })  # fmt: skip
    return {
        "sum": _("%(after)s would have been asked instead of %(before)s: %(lost)s no longer, %(won)s in addition")
        % numbers,
        "about": _(
            "What happened since %(since)s is replayed through every trigger that is on, each beside what the others"
            " really asked, under the policy as it is saved and as it stands above. Waves are not counted here."
        )
        % {"since": _day(since, after)},
        "limit": " ".join(filter(None, limits)),
        "triggers": [
            (row.trigger, _numbers(all=row.before.touchpoints, before=row.before.asked, after=row.after.asked))
            for row in rows
        ],
        "lost": affected.by_reason(lost, named),
        "won": affected.by_reason(won, named),
    }


def _told(run: DryRun, asker: Trigger | Wave, policy: Policy, reader: User, *, latest_first: bool) -> Answer:
    named = affected.naming(reader, policy.zone)
    words = sorted(run.last_words.values(), key=attrgetter("at"), reverse=latest_first)
    return {
        **dryruns.laid_out(run, asker.survey),
        "refused": affected.refused(words, named),
        "waiting": affected.waiting(words, named, number=run.waiting),
        "asked": affected.asked(words, named),
    }


def _limit(since: datetime, now: datetime) -> str:
    """Say that less than DAYS are looked at, where so much happened."""
    days = (now - since).days
    if days >= dryrun.DAYS:
        return ""
    return _("More happened in %(days)s days than is looked at here, which is the latest %(most)s at most.") % {
        "days": dryrun.DAYS,
        "most": number_format(MOST_ASKS, force_grouping=True),
    }


def _numbers(**numbers: int) -> dict[str, str]:
    return {name: number_format(number, force_grouping=True) for name, number in numbers.items()}


def _day(moment: datetime, policy: Policy) -> str:
    return dates.day(moment.astimezone(policy.zone).date())
