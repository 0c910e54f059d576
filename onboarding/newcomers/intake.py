"""Taking people in, each by itself: whoever cannot be is told with the reason, and keeps nobody else out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from accounts.access import welcome
from accounts.admin.newcomers import NewPersonForm
from accounts.models import Team, User
from onboarding.newcomers.lines import WrittenLine

# Taken within a request, each with queries and a letter of their own.
MOST = 100


@dataclass
class Intake:
    """Who was taken in and written to, who was taken in without a letter and why, and which lines were refused."""

    welcomed: list[User] = field(default_factory=list)
    unwritten: list[tuple[User, str]] = field(default_factory=list)
    refused: list[tuple[WrittenLine, str]] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return len(self.welcomed) + len(self.unwritten)


def take(
    lines: Iterable[WrittenLine], *, role: Group, team: Team | None, language: str, by: User, now: datetime
) -> Intake:
    """Make a person of each line with a welcome letter; a repeat refuses whoever is known by then."""
    intake, seen = Intake(), set[str]()
    for number, line in enumerate(lines):
        address = line.address.lower()
        if number >= MOST:
            intake.refused.append((line, _("At most %(most)s at once: send the rest again.") % {"most": MOST}))
        elif address in seen:
            intake.refused.append((line, _("This address stands here twice.")))
        else:
            _take_one(line, intake, role=role, team=team, language=language, by=by, now=now)
        seen.add(address)
    return intake


def _take_one(
    line: WrittenLine, intake: Intake, *, role: Group, team: Team | None, language: str, by: User, now: datetime
) -> None:
    form = NewPersonForm(
        {"name": line.name, "email": line.address, "groups": [role.pk], "team": team and team.pk, "language": language}
    )
    if not form.is_valid():
        intake.refused.append((line, _reasons(form)))
        return
    try:
        with transaction.atomic():
            person = form.save(commit=False)
            person.set_unusable_password()
            person.save()
            form.save_m2m()
    except IntegrityError:
        intake.refused.append((line, _("Somebody else has just taken this person in.")))
        return
    try:
        welcome.send(person, by=by, now=now)
    except welcome.CannotWelcome as reason:
        intake.unwritten.append((person, str(reason)))
    else:
        intake.welcomed.append(person)


def _reasons(form: NewPersonForm) -> str:
    """Return what is wrong in sentences, with the links that some of them hold."""
    found = [error for errors in form.errors.as_data().values() for error in errors]
    return format_html_join(" ", "{}", ((message,) for error in found for message in error.messages))
