"""Colleagues who are mentioned in a note."""

import pytest

from accounts import roles
from accounts.models import User
from followups.models import StaffNotice
from followups.notices.mentions import found
from tests.conftest import person
from tests.factories import FollowupFactory, UserFactory

OLENA = User(pk=1, name="Olena Owner", email="olena@plumb.example")
TOMAS = User(pk=2, name="Tomas Teammate", email="tomas@plumb.example")
TOMAS_TWO = User(pk=3, name="Tomas Tomaitis", email="tt@plumb.example")
ANNA = User(pk=4, name="Анна Ковальчук", email="anna@plumb.example")
ANNA_MARIA = User(pk=5, name="Anna", email=None)
EVERYBODY = [OLENA, TOMAS, TOMAS_TWO, ANNA, ANNA_MARIA]


@pytest.mark.parametrize(
    ("text", "people", "unknown"),
    [
        ("@Olena Owner, please call.", [OLENA], []),
        ("Please, @olena owner!", [OLENA], []),
        ("(@Olena)", [OLENA], []),
        ("@olena@plumb.example knows", [OLENA], []),
        ("@Анна Ковальчук і @анна", [ANNA], []),
        ("@Tomas Teammate and @Tomas Tomaitis", [TOMAS, TOMAS_TWO], []),
        ("@Tomas", [], ["Tomas"]),
        ("@Anna", [ANNA_MARIA], []),
        ("@Olenas and @Ona-Maria.", [], ["Olenas", "Ona-Maria"]),
        ("Write to olena@plumb.example, 5 @ 10 EUR, @5, @@Olena, @", [], []),
        ("@Olena @Olena Owner", [OLENA], []),
        ("", [], []),
    ],
)
def test_who_is_meant(text, people, unknown):
    named = found(text, EVERYBODY)

    assert (list(named.people), list(named.unknown)) == (people, unknown)


def test_two_of_one_name_are_told_apart_by_their_addresses():
    twin = User(pk=6, name="Olena Owner", email="olena2@plumb.example")

    assert found("@Olena Owner", [OLENA, twin]).unknown == ("Olena",)
    assert found("@olena2@plumb.example", [OLENA, twin]).people == (twin,)


@pytest.fixture
def followup(db, owner, team):
    return FollowupFactory(assignee=owner, team=team)


def note(client, followup, text, **fields):
    sent = {"kind": "note", "text": text} | fields
    return client.post(f"{followup.get_absolute_url()}notes/", sent, follow=True).content.decode()


def told():
    return [(row.person.name, row.kind, row.activity.text) for row in StaffNotice.objects.select_related("person")]


def test_who_is_mentioned_is_told_with_the_note_and_once(client, owner, teammate, followup):
    client.force_login(owner)

    for _time in range(2):
        note(client, followup, "@Tomas Teammate knows them.")

    assert told() == [("Tomas Teammate", "mention", "@Tomas Teammate knows them.")]


def test_who_may_not_see_the_followup_is_not_told_and_the_page_says_so(client, owner, teammate, stranger, followup):
    client.force_login(owner)

    page = note(client, followup, "@Stasė Stranger, @tomas, @Nobody: look.")

    assert [name for name, *_rest in told()] == ["Tomas Teammate"]
    assert "Not told, for they may not see this follow-up: Stasė Stranger." in page
    assert "Nobody was told for @Nobody: write the whole name or the address." in page
    assert followup.activities.filter(kind="note").count() == 1


def test_without_an_at_a_colleague_is_named_in_a_field_of_its_own(client, owner, teammate, followup):
    client.force_login(owner)

    note(client, followup, "Look at this.", colleague="tomas teammate")

    assert told() == [("Tomas Teammate", "mention", "Look at this.")]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [("Nobody at all", "Nobody here is called so."), ("Tomas", "Several are called so. Write the e-mail address.")],
)
def test_a_name_of_nobody_or_of_several_is_asked_for_again(client, owner, teammate, team, followup, typed, complaint):
    person(roles.AGENTS, team=team, name="Tomas Tomaitis")
    client.force_login(owner)

    page = note(client, followup, "Look at this.", colleague=typed)

    assert complaint in page
    assert "Look at this." in page
    assert not followup.activities.filter(kind="note").exists()


def test_names_are_offered_of_those_who_may_see_it(client, owner, teammate, stranger, team, followup):
    twin = person(roles.AGENTS, team=team, name="Tomas Teammate", email="twin@plumb.example")
    UserFactory(team=team, name="Tomas who cannot log in", password="!")
    client.force_login(owner)

    def offered(typed):
        return client.get(f"{followup.get_absolute_url()}colleagues/", {"q": typed}).json()["names"]

    assert offered("@sta") == offered("olena") == offered("") == []
    assert set(offered("@plumb")) == {"teammate@plumb.example", "twin@plumb.example"}
    twin.is_active = False
    twin.save()
    assert offered("tom") == ["Tomas Teammate"]
