"""What an import made of people and of their teams: noted down while it is made, and taken back with the import."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from allauth.account.models import EmailAddress
from django.db import connection, models
from django.utils.translation import gettext as _

from accounts import clock, removal
from accounts.models import SecurityEvent, Team, User
from crm.imports.people import Touched
from crm.imports.removal import changed_later, named, named_by, removed
from crm.imports.uniqueness import digest
from crm.models import ImportChange, ImportRun

PERSON, TEAM = "person", "team"
KINDS = (PERSON, TEAM)
# By these a person is told from what the import left; of values that may be personal only a hash is kept.
WATCHED = (
    "name", "email", "language", "timezone", "team_id", "source", "external_id", "is_active", "is_staff",
    "is_superuser",
)  # fmt: skip
# What the log says of everybody whom an import makes.
Kind = SecurityEvent.Kind
OF_THE_IMPORT = (Kind.PERSON_MADE, Kind.PERSON_CHANGED, Kind.ADDRESS_CHANGED)
# What goes with a person, or is looked at more closely.
OF_THE_PERSON = [(EmailAddress, "user"), (Team, "lead"), (SecurityEvent, "about")]
Reasons: TypeAlias = dict[int, str]


def note(run: ImportRun, touched: Touched) -> None:
    """Write down whom and which teams a batch made or changed, in the transaction that does it."""
    if not run.is_journalled:
        return
    people = User.objects.filter(pk__in=touched.people)
    _note(run, PERSON, {one.pk: {"+made": one.pk in touched.made, "+as": _mark(one)} for one in people})
    teams = Team.objects.filter(pk__in=touched.teams)
    _note(run, TEAM, {one.pk: {"+made": one.pk in touched.made_teams, "+as": [one.name, one.region]} for one in teams})


def _note(run: ImportRun, kind: str, befores: Mapping[int, Mapping[str, Any]]) -> None:
    """What was made by an earlier batch stays noted as made, and as it is now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO crm_importchange AS c (run, kind, "row", before, written_at)
            SELECT %s, %s, b.id, b.before, %s FROM unnest(%s::bigint[], %s::jsonb[]) AS b (id, before)
            ON CONFLICT (run, kind, "row") DO UPDATE SET before = c.before || (EXCLUDED.before - '+made')
            """,
            [run.pk, kind, clock.now(), list(befores), [json.dumps(before) for before in befores.values()]],
        )


def _mark(person: User) -> int:
    return digest(json.dumps([getattr(person, name) for name in WATCHED]))


def take_back(kind: str, changes: Mapping[int, ImportChange]) -> tuple[int, dict[int, tuple[str, str]]]:
    """Remove the people, or teams, that the run made and nobody uses; return how many, and of the others why not."""
    model: Any = User if kind == PERSON else Team
    found = {one.pk: one for one in model.objects.filter(pk__in=changes).order_by("pk").select_for_update(no_key=True)}
    befores = {pk: changes[pk].before or {} for pk in found}
    made = [pk for pk in found if befores[pk].get("+made")]
    why = _why_people_stay(found, made, befores, changes) if kind == PERSON else _why_teams_stay(found, made, befores)
    gone = [pk for pk in made if pk not in why]
    why |= removed(gone, removal.remove if kind == PERSON else _remove_teams)
    return len([pk for pk in gone if pk not in why]), {pk: (str(found[pk]), reason) for pk, reason in why.items()}


def _remove_teams(rows: Sequence[int]) -> None:
    Team.objects.filter(pk__in=rows).delete()


def _why_people_stay(
    found: Mapping[int, User],
    made: Sequence[int],
    befores: Mapping[int, Mapping[str, Any]],
    changes: Mapping[int, ImportChange],
) -> Reasons:
    why = {pk: _("This person was here before the import.") for pk in found if pk not in made}
    for pk in made:
        if found[pk].may_log_in or found[pk].last_login or found[pk].welcomed_at:
            why[pk] = _("This person may log in by now.")
        elif _mark(found[pk]) != befores[pk].get("+as"):
            why[pk] = changed_later()
    rest = [pk for pk in made if pk not in why]
    why |= named(User, rest, but=OF_THE_PERSON)
    events = SecurityEvent.objects.filter(about__in=rest).exclude(kind__in=OF_THE_IMPORT)
    # A team that got its lead from the import loses it with the import.
    run = next(iter(changes.values())).run
    own = ImportChange.objects.filter(run=run, kind=TEAM).values("row")
    teams = Team.objects.filter(lead__in=rest).exclude(pk__in=own)
    for pk in events.values_list("about", flat=True):
        why.setdefault(pk, named_by(SecurityEvent))
    for pk in teams.values_list("lead", flat=True):
        why.setdefault(pk, named_by(Team))
    return why


def _why_teams_stay(
    found: Mapping[int, Team], made: Sequence[int], befores: Mapping[int, Mapping[str, Any]]
) -> Reasons:
    why = {pk: changed_later() for pk in made if [found[pk].name, found[pk].region] != befores[pk].get("+as")}
    rest = [pk for pk in made if pk not in why]
    led: models.QuerySet[Team] = Team.objects.filter(pk__in=rest, lead__isnull=False)
    return why | dict.fromkeys(led.values_list("pk", flat=True), _("It has a lead by now.")) | named(Team, rest)
