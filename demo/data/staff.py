"""Teams, the people who sell and work the inbox, and the demo's logins."""

import unicodedata
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission

from accounts import roles
from accounts.models import Team, User
from demo.data.plan import CEO, JONAS, OLENA, SOURCE, TEAMS, TeamPlan
from demo.data.world import World
from demo.logins import PASSWORD

LEFT_THE_COMPANY = "Marta Zielińska"


@dataclass
class Staff:
    teams: dict[str, Team] = field(default_factory=dict)
    managers: dict[str, list[User]] = field(default_factory=dict)
    agents: dict[str, list[User]] = field(default_factory=dict)
    logins: dict[str, User] = field(default_factory=dict)


def hire(world: World) -> Staff:
    staff = Staff()
    for plan in TEAMS:
        team = staff.teams[plan.name] = world.new(Team, name=plan.name)
        staff.managers[plan.name] = [person(world, name, team) for name in plan.managers]
        staff.agents[plan.name] = [person(world, name, team) for name in plan.agents]
        team.lead = staff.managers[plan.name][0]
    add_logins(world, staff)
    return staff


def add_logins(world: World, staff: Staff) -> None:
    home = TEAMS[0]
    team = staff.teams[home.name]
    secret = make_password(PASSWORD)
    jonas = next(user for user in staff.managers[home.name] if user.name == JONAS)
    jonas.email, jonas.password = "jonas@plumb.example", secret
    olena = login(world, OLENA, "olena@plumb.example", secret, team=team)
    team.lead = olena
    staff.logins = {
        "agent": jonas,
        "manager": olena,
        "head": login(world, CEO, "ceo@plumb.example", secret),
        "administrator": login(world, "Adomas Admin", "admin@plumb.example", secret, is_staff=True),
    }


def login(
    world: World, name: str, email: str, secret: str, *, team: Team | None = None, is_staff: bool = False
) -> User:
    return world.new(
        User,
        name=name,
        email=email,
        password=secret,
        team=team,
        is_staff=is_staff,
        language="en",
        timezone=zone_of(team),
    )


def person(world: World, name: str, team: Team) -> User:
    return world.new(
        User,
        name=name,
        email=f"{latin(name)}@plumb.example",
        password=make_password(None),
        team=team,
        source=SOURCE,
        external_id=latin(name),
        timezone=zone_of(team),
        is_active=name != LEFT_THE_COMPANY,
    )


def zone_of(team: Team | None) -> str:
    zones = {"Ukraine": "Europe/Kyiv", "UK and Ireland": "Europe/London", "Central Asia": "Asia/Almaty"}
    return zones.get(team.name if team else "", "Europe/Vilnius")


def latin(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return folded.lower().replace(" ", ".")


def give_roles(staff: Staff) -> None:
    """Put everybody into their groups; needs the written rows."""
    group = {
        name: Group.objects.get_or_create(name=name)[0] for name in (roles.AGENTS, roles.MANAGERS, roles.ADMINISTRATORS)
    }
    people = [user for users in (*staff.managers.values(), *staff.agents.values()) for user in users]
    group[roles.AGENTS].user_set.add(*(user.pk for user in people))
    group[roles.MANAGERS].user_set.add(staff.logins["manager"].pk, staff.logins["head"].pk)
    group[roles.ADMINISTRATORS].user_set.add(staff.logins["administrator"].pk)
    of_head = Permission.objects.filter(codename__in=["see_all_teams", "set_goals", "make_wallboards"])
    staff.logins["head"].user_permissions.add(*of_head.values_list("pk", flat=True))


def teams_speaking(language: str) -> dict[TeamPlan, float]:
    """Return the teams that serve a language with their share of its customers."""
    return {
        plan: plan.languages[language] / sum(plan.languages.values()) * len(plan.managers) * plan.weight
        for plan in TEAMS
        if language in plan.languages
    }
