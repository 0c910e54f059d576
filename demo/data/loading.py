"""Put the whole demo company into an empty database."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from accounts import clock, company_clock
from accounts.models import Team, User
from analytics.models import Dimension, WatchedSeries
from analytics.services import rebuild_rollups, watch_numbers
from crm import money, profiles
from crm.models import Company, Contact, Deal
from demo.data import (
    advocates,
    closings,
    correspondence,
    further,
    handbook,
    passers_by,
    remedies,
    segments,
    trials,
    yardsticks,
)
from demo.data.answering import answer_some
from demo.data.asking import ask_everybody
from demo.data.catalogue import set_up
from demo.data.customers import find_customers
from demo.data.deals import close_deals
from demo.data.plan import CEO, PROBLEM_MANAGER, SURVEY, TEAMS
from demo.data.staff import give_roles, hire
from demo.data.working import work_followups
from demo.data.world import World
from followups.models import Followup
from responses.models import Response
from surveys.metrics import Metric
from surveys.models import Invitation, Survey

SEED = 20_260


@dataclass
class Loaded:
    """How many rows of each kind were made, and the follow-ups and invitations by status."""

    rows: dict[str, int] = field(default_factory=dict)
    followups: dict[str, int] = field(default_factory=dict)
    invitations: dict[str, int] = field(default_factory=dict)


class NotEmpty(Exception):
    """There are customers here who are not the demo's."""


def is_loaded() -> bool:
    return Survey.objects.filter(name=SURVEY).exists()


@transaction.atomic
def load(*, seed: int = SEED, share: float = 1.0) -> Loaded:
    """Make the demo company, all or nothing, the same for the same seed and moment; raises NotEmpty.

    `share` of its customers and deals are made (1: all).
    """
    if Contact.objects.exists():
        raise NotEmpty
    world = World(seed=seed, now=clock.now(), share=share)
    staff = hire(world)
    catalogue = set_up(world)
    customers = find_customers(world, staff)
    touchpoints = close_deals(world, catalogue, customers)
    responses = answer_some(world, catalogue, ask_everybody(world, catalogue, touchpoints))
    further.say_further(world, responses)
    work_followups(world, catalogue, staff, responses)
    world.write()
    freeze_profiles(world)
    give_roles(staff)
    return Loaded(
        rows={str(model._meta.verbose_name_plural): len(world.rows[model]) for model in COUNTED},
        followups=by_status(world, Followup),
        invitations=by_status(world, Invitation),
    )


def freeze_profiles(world: World) -> None:
    """Give every contact its profile, and every row of facts that of its contact."""
    with connection.cursor() as cursor:
        # The planner knows nothing yet of rows that were just copied in.
        cursor.execute("ANALYZE crm_contact, crm_company")
        profiles.refresh(now=world.now)
        for model in money.tables():
            cursor.execute(
                f"UPDATE {model._meta.db_table} AS row SET profile_id = contact.profile_id"  # noqa: S608
                " FROM crm_contact AS contact WHERE contact.id = row.contact_id"
            )


def by_status(world: World, model: type[Followup] | type[Invitation]) -> dict[str, int]:
    counts = Counter(row.status for row in world.rows[model])
    return {str(model.Status(status).label): count for status, count in counts.items()}


COUNTED = (Company, Contact, Deal, Invitation, Response, Followup)


def tidy_up() -> None:
    """Tell the planner of PostgreSQL about the new rows, count the numbers of the dashboards, set up what uses them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rebuild_rollups()
    now = clock.now()
    today = company_clock.today(now)
    yardsticks.set_some(today)
    remedies.propose_some(today)
    closings.write_some()
    handbook.write()
    segments.keep_some()
    correspondence.bring_some()
    advocates.let_some_advocate(now)
    passers_by.come_by(now)
    passers_by.be_served(now)
    trials.try_some(now)
    watch_some()
    watch_numbers()


def watch_some() -> None:
    """Let the head of the company be told of the number of all, of each team and of the person who has trouble."""
    head = User.objects.get(name=CEO)
    troubled = User.objects.get(name=PROBLEM_MANAGER)
    watched: list[dict[str, Any]] = [{}, {"dimension": Dimension.MANAGER, "member_id": troubled.pk}]
    watched += [{"team": team} for team in Team.objects.filter(name__in=[team.name for team in TEAMS])]
    for key in watched:
        series, _is_new = WatchedSeries.objects.get_or_create(metric=Metric.NPS, **key)
        series.watchers.add(head)
