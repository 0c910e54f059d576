"""People and teams whom an import made go with it, unless somebody uses them by now; who was there before stays."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import SecurityEvent, Team, User
from crm.imports import runs
from crm.imports.files import uploads
from crm.models import ImportChange, ImportRun
from tests.crm.test_undoing_imports import undone
from tests.factories import ContactFactory, DealFactory, UserFactory

pytestmark = pytest.mark.django_db

MAPPING = """
source = "hr"
[[table]]
file = "p.csv"
to = "person"
columns = { external_id = "id", name = "name", email = "mail", team = "team", team_lead = "lead" }
"""
PEOPLE = (
    "id,name,mail,team,lead\nP1,Ona,ona@seller.example,North,P2\nP2,Jonas,jonas@seller.example,North,\n"
    "P3,Petras,,South,P9\n"
)


@pytest.fixture
def run(administrator):
    return imported(PEOPLE, administrator)


def imported(text, by):
    run = ImportRun.objects.create(mapping=MAPPING, source="hr", started_by=by)
    runs.execute(run, uploads({"p.csv": text.encode()}))
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    return run


def of(name):
    return User.objects.get(source="hr", external_id=name)


def told(run):
    return dict(run.findings.filter(severity="kept").values_list("column", "reason"))


def test_people_teams_and_leads_that_nobody_uses_go(run, administrator):
    assert User.objects.filter(source="hr").count() == 4

    counts = undone(run, administrator)

    assert counts == {"removed": 6, "restored": 0, "left": 0}
    assert not User.objects.filter(source="hr").exists()
    assert not Team.objects.filter(name__in=["North", "South"]).exists()
    assert not ImportChange.objects.exists()


def test_the_security_log_keeps_the_names_of_who_is_gone(run, administrator):
    pk = of("P1").pk

    undone(run, administrator)

    events = SecurityEvent.objects.filter(subject="Ona").order_by("pk")
    assert [event.kind for event in events] == ["person_made", "person_removed"]
    assert {event.about for event in events} == {None}
    assert events[1].by == administrator
    assert events[1].details["email"] == "ona@seller.example"
    assert not SecurityEvent.objects.filter(about=pk).exists()


def own_a_deal(person):
    DealFactory(contact=ContactFactory(), manager=person)


def give_a_role(person):
    person.groups.add(Group.objects.get(name="Agents"))


def give_a_password(person):
    person.set_password("a long enough phrase")
    person.save()


def rename(person):
    person.name = "Onutė"
    person.save()


def lead_another_team(person):
    Team.objects.create(name="West", lead=person)


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (own_a_deal, "It is named by others: deals."),
        (give_a_role, "This person may log in by now."),
        (give_a_password, "This person may log in by now."),
        (rename, "It was changed after the import."),
        (lead_another_team, "It is named by others: teams."),
    ],
)
def test_who_is_used_stays_with_the_team_and_the_page_says_why(client, run, administrator, use, why):
    use(of("P1"))

    counts = undone(run, administrator)

    assert list(User.objects.filter(source="hr").values_list("external_id", flat=True)) == ["P1"]
    assert of("P1").team.name == "North"
    assert counts == {"removed": 4, "restored": 0, "left": 2}
    assert told(run) == {of("P1").name: why, "North": "It is named by others: people."}
    client.force_login(administrator)
    page = client.get(reverse("admin:crm_importrun_change", args=[run.pk])).content.decode()
    assert f"1 · People: {why}" in page
    assert "1 · Teams: It is named by others: people." in page
    assert "North" in page


def test_who_was_here_before_stays_and_so_does_their_team(administrator):
    team = Team.objects.create(name="North")
    UserFactory(email="ona@seller.example", name="Ona", team=team)
    run = imported(PEOPLE, administrator)

    counts = undone(run, administrator)

    assert User.objects.filter(email="ona@seller.example", team=team).exists()
    team.refresh_from_db()
    assert team.lead is None
    assert told(run) == {"Ona": "This person was here before the import."}
    assert counts == {"removed": 4, "restored": 0, "left": 1}


def test_a_team_that_was_changed_or_has_another_lead_stays(run, administrator):
    Team.objects.filter(name="North").update(lead=UserFactory())
    Team.objects.filter(name="South").update(region="LT")

    undone(run, administrator)

    assert told(run) == {"North": "It has a lead by now.", "South": "It was changed after the import."}
    assert not User.objects.filter(source="hr").exists()


def test_a_second_attempt_keeps_what_the_first_has_noted(run, administrator):
    run.begin(at=run.created_at)
    runs.execute(run, uploads({"p.csv": PEOPLE.encode()}))
    run.refresh_from_db()

    assert undone(run, administrator)["removed"] == 6


def test_somebody_whom_two_imports_made_and_changed_goes_with_neither_alone(run, administrator):
    second = imported(PEOPLE.replace("Ona,", "Onutė,"), administrator)

    undone(second, administrator)
    undone(run, administrator)

    assert of("P1").name == "Onutė"
    assert told(second) == {"Onutė": "This person was here before the import."}
    assert told(run)["Onutė"] == "It was changed after the import."


def test_the_journal_keeps_no_value_of_a_person(run):
    kept = str(list(ImportChange.objects.filter(kind="person").values_list("before", flat=True)))

    assert ImportChange.objects.filter(kind="person").count() == 4
    assert "Ona" not in kept
    assert "seller" not in kept
