"""People and their teams: few, so they are taken over one by one. An administrator gives them a role and a password."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from crm.records.fields import longest_of
from crm.services import Numbered, each_row_alone
from crm.upsert import RowOutcome, RowResult

Row: TypeAlias = Mapping[str, Any]

LONGEST_NAME = longest_of(User, "name")
FIELDS = ("name", "email", "language", "timezone")


def take_over(rows: Sequence[Row], *, source: str, now: datetime) -> list[RowResult]:
    """Create or change the people of one `source` and return one result per row; repeating it changes nothing.

    A row holds `external_id`, any of FIELDS, `team` (by name, made when missing) and `team_lead` (the external ID of
    a person, made when missing; a team that has a lead keeps it). A person who was added by hand under the same
    e-mail address is taken as the same; a superuser never is. Emptied fields of a kept person stay: people set theirs
    themselves. A row that the database refuses is rejected alone.
    """
    return each_row_alone(rows, partial(_take_over, source=source, now=now))


@transaction.atomic(savepoint=False)
def _take_over(numbered: Sequence[Numbered], *, source: str, now: datetime) -> list[RowResult]:
    rows = [row for _index, row in numbered]
    teams = _teams(rows)
    leads = {row["team_lead"]: row.get("team") for row in rows if row.get("team_lead")}
    wanted = {row["external_id"] for row in rows} | set(leads)
    kept = _kept(rows, wanted, source)
    results = []
    for index, row in numbered:
        values = {name: row[name] for name in FIELDS if row.get(name)}
        if row.get("team"):
            values["team_id"] = teams[row["team"]].pk
        results.append(_settle(index, row["external_id"], values, kept, source, now))
    for external_id, team in leads.items():
        values = {"team_id": teams[team].pk} if team else {}
        if external_id not in kept:
            _settle(0, external_id, {"name": external_id, **values}, kept, source, now)
        _lead(teams.get(team or ""), kept[external_id])
    return results


def _teams(rows: Sequence[Row]) -> dict[str, Team]:
    names = {row["team"] for row in rows if row.get("team")}
    Team.objects.bulk_create([Team(name=name) for name in sorted(names)], ignore_conflicts=True)
    return {team.name: team for team in Team.objects.filter(name__in=names)}


def _kept(rows: Sequence[Row], wanted: set[str], source: str) -> dict[str, User]:
    """Return the known people by external ID; one without an ID is found by e-mail address."""
    people = User.objects.select_for_update(no_key=True, of=("self",))
    kept = {str(user.external_id): user for user in people.filter(source=source, external_id__in=wanted)}
    ids_by_email = {row["email"]: row["external_id"] for row in rows if row.get("email")}
    for user in people.filter(email__in=ids_by_email, external_id=None, is_superuser=False):
        kept.setdefault(ids_by_email[user.email or ""], user)
    return kept


def _settle(
    index: int, external_id: str, values: dict[str, Any], kept: dict[str, User], source: str, now: datetime
) -> RowResult:
    user = kept.get(external_id)
    email = values.get("email")
    if email and _is_taken(email, user):
        refusal = {"email": _("Another person has this address.")}
        return RowResult(index, external_id, RowOutcome.REJECTED, errors=refusal)
    if user is None:
        name = values.pop("name", external_id)
        if len(name) > LONGEST_NAME:
            refusal = {"name": _("Give this person a name: the ID is too long to stand for one.")}
            return RowResult(index, external_id, RowOutcome.REJECTED, errors=refusal)
        user = User(source=source, external_id=external_id, name=name, password=make_password(None), date_joined=now)
        outcome = RowOutcome.CREATED
    else:
        values |= {"source": source, "external_id": external_id}
        differs = any(getattr(user, name) != value for name, value in values.items())
        outcome = RowOutcome.UPDATED if differs else RowOutcome.UNCHANGED
    if user.is_superuser and outcome == RowOutcome.UPDATED:
        refusal = {"external_id": _("This is a superuser, whom no import changes.")}
        return RowResult(index, external_id, RowOutcome.REJECTED, errors=refusal)
    for name, value in values.items():
        setattr(user, name, value)
    if outcome != RowOutcome.UNCHANGED:
        user.save()
    kept[external_id] = user
    return RowResult(index, external_id, outcome, id=user.pk)


def _is_taken(email: str, user: User | None) -> bool:
    others = User.objects.filter(email=email)
    return (others.exclude(pk=user.pk) if user else others).exists()


def _lead(team: Team | None, user: User) -> None:
    if team is not None and team.lead_id is None:
        team.lead = user
        team.save(update_fields=["lead"])
