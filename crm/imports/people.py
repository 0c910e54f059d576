"""People and their teams: few, so they are taken over one by one. An administrator gives them a role and a password."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team, User
from crm.records.fields import longest_of
from crm.services import Numbered, each_row_alone
from crm.upsert import RowOutcome, RowResult

Row: TypeAlias = Mapping[str, Any]

LONGEST_NAME = longest_of(User, "name")
FIELDS = ("name", "email", "language", "timezone")


@dataclass
class Touched:
    """Whom a batch made or changed, and which teams it made or gave a lead; `made`: those that were not there."""

    people: set[int] = field(default_factory=set)
    made: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)
    made_teams: set[int] = field(default_factory=set)


def take_over(
    rows: Sequence[Row], *, source: str, now: datetime, note: Callable[[Touched], None] | None = None
) -> list[RowResult]:
    """Create or change the people of one `source` and return one result per row; repeating it changes nothing.

    A row holds `external_id`, any of FIELDS, `team` (by name, made when missing) and `team_lead` (the external ID of
    a person, made when missing; a team that has a lead keeps it). A person who was added by hand under the same
    e-mail address is taken as the same; a chief administrator never is. Emptied fields of a kept person stay: people
    set theirs themselves. A row that the database refuses is rejected alone. `note` is told in the same transaction
    what was made.
    """
    return each_row_alone(rows, partial(_take_over, source=source, now=now, note=note))


@transaction.atomic(savepoint=False)
def _take_over(
    numbered: Sequence[Numbered], *, source: str, now: datetime, note: Callable[[Touched], None] | None
) -> list[RowResult]:
    rows = [row for _index, row in numbered]
    leads = {row["team_lead"] for row in rows if row.get("team_lead")}
    kept = _kept(rows, {row["external_id"] for row in rows} | leads, source)
    touched = Touched()
    results = [_settle(index, row, kept, source, now, touched) for index, row in numbered]
    for row, result in zip(rows, results, strict=True):
        # What is refused brings nothing along.
        if result.outcome != RowOutcome.REJECTED and row.get("team_lead"):
            _lead(row, kept, source, now, touched)
    if note:
        note(touched)
    return results


def refusals(
    rows: Sequence[Row], *, source: str, owners: Mapping[str, int], mark: Callable[[str], int], freed: set[str]
) -> list[dict[str, str]]:
    """Return for each row why it would be rejected, {} if it would not; nothing is written.

    `owners`: the marks of those external IDs to which rows that came earlier give an e-mail address; `freed`:
    the addresses that people lose to a row, those of these rows are added.
    """
    kept = _kept(rows, {row["external_id"] for row in rows}, source, is_written=False)
    emails = {row["email"] for row in rows if row.get("email")}
    users = dict(User.objects.filter(email__in=emails).values_list("email", "pk"))
    said = dict(owners)
    found = []
    for row in rows:
        user, email = kept.get(row["external_id"]), row.get("email")
        mine = {None, user.pk if user else None}
        is_kept = users.get(str(email)) not in mine and email not in freed
        is_taken = is_kept or said.get(str(email), mark(row["external_id"])) != mark(row["external_id"])
        values = {name: row[name] for name in FIELDS if row.get(name)}
        errors = _refusal(row["external_id"], values, user, is_taken=bool(email) and is_taken)
        if not errors and user and user.is_superuser and _would_change(user, row, values, source):
            errors = _of_chief()
        if not errors and email:
            said[email] = mark(row["external_id"])
            if user and user.email and user.email != email:
                freed.add(user.email)
        found.append(errors)
    return found


def _would_change(user: User, row: Row, values: Mapping[str, Any], source: str) -> bool:
    told = {**values, "source": source, "external_id": row["external_id"]}
    is_of_other_team = bool(row.get("team")) and (user.team is None or user.team.name != row["team"])
    return is_of_other_team or any(getattr(user, name) != value for name, value in told.items())


def _refusal(external_id: str, values: Mapping[str, Any], user: User | None, *, is_taken: bool) -> dict[str, str]:
    if is_taken:
        return {"email": _("Another person has this address.")}
    if user is None and len(values.get("name", external_id)) > LONGEST_NAME:
        return {"name": _("Give this person a name: the ID is too long to stand for one.")}
    return {}


def _of_chief() -> dict[str, str]:
    return {"external_id": _("This is a chief administrator, whom no import changes.")}


def _kept(rows: Sequence[Row], wanted: set[str], source: str, *, is_written: bool = True) -> dict[str, User]:
    """Return the known people by external ID; one without an ID is found by e-mail address."""
    people: QuerySet[User] = User.objects.select_related("team")
    if is_written:
        people = User.objects.select_for_update(no_key=True, of=("self",))
    kept = {str(user.external_id): user for user in people.filter(source=source, external_id__in=wanted)}
    ids_by_email = {row["email"]: row["external_id"] for row in rows if row.get("email")}
    for user in people.filter(email__in=ids_by_email, external_id=None, is_superuser=False):
        kept.setdefault(ids_by_email[user.email or ""], user)
    return kept


def _settle(index: int, row: Row, kept: dict[str, User], source: str, now: datetime, touched: Touched) -> RowResult:
    external_id = row["external_id"]
    values = {name: row[name] for name in FIELDS if row.get(name)}
    user = kept.get(external_id)
    email = values.get("email")
    refusal = _refusal(external_id, values, user, is_taken=bool(email) and _is_taken(str(email), user))
    if not refusal and user and user.is_superuser and _would_change(user, row, values, source):
        refusal = _of_chief()
    if refusal:
        return RowResult(index, external_id, RowOutcome.REJECTED, errors=refusal)
    if row.get("team"):
        values["team_id"] = _team(row["team"], touched).pk
    if user is None:
        name = values.pop("name", external_id)
        user = User(source=source, external_id=external_id, name=name, password=make_password(None), date_joined=now)
        outcome = RowOutcome.CREATED
    else:
        values |= {"source": source, "external_id": external_id}
        differs = any(getattr(user, name) != value for name, value in values.items())
        outcome = RowOutcome.UPDATED if differs else RowOutcome.UNCHANGED
    for name, value in values.items():
        setattr(user, name, value)
    if outcome != RowOutcome.UNCHANGED:
        user.save()
        touched.people.add(user.pk)
    if outcome == RowOutcome.CREATED:
        touched.made.add(user.pk)
    kept[external_id] = user
    return RowResult(index, external_id, outcome, id=user.pk)


def _is_taken(email: str, user: User | None) -> bool:
    others = User.objects.filter(email=email)
    return (others.exclude(pk=user.pk) if user else others).exists()


def _team(name: str, touched: Touched) -> Team:
    team, is_new = Team.objects.get_or_create(name=name)
    if is_new:
        touched.teams.add(team.pk)
        touched.made_teams.add(team.pk)
    return team


def _lead(row: Row, kept: dict[str, User], source: str, now: datetime, touched: Touched) -> None:
    """Let a row's team have the lead that it names, made when missing; a team that has one keeps it."""
    external_id = row["team_lead"]
    if external_id not in kept:
        told = {"external_id": external_id, "name": external_id, "team": row.get("team")}
        _settle(0, told, kept, source, now, touched)
    team = _team(row["team"], touched) if row.get("team") else None
    if team is not None and team.lead_id is None:
        team.lead = kept[external_id]
        team.save(update_fields=["lead"])
        touched.teams.add(team.pk)
