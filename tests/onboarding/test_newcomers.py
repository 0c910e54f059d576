"""Colleagues pasted in: good lines are taken, bad ones told with their reason and kept."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from accounts import clock, roles
from accounts.models import User
from delivery.models import Message
from onboarding.newcomers import intake, lines
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PEOPLE = "/setup/people/"


@pytest.fixture
def reader(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def agents(db):
    return Group.objects.get(name=roles.AGENTS)


def send(client, people, role, **fields):
    return client.post(PEOPLE, {"people": people, "role": role.pk, "team": "", "language": "", **fields})


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ("ona.petraite@shop.example", "ona.petraite@shop.example", "Ona Petraite"),
        ("Ona Petraitė <ona@shop.example>", "ona@shop.example", "Ona Petraitė"),
        ('"Petraitė, Ona" <ona@shop.example>', "ona@shop.example", "Petraitė, Ona"),
        ("ona@shop.example, Ona Petraitė", "ona@shop.example", "Ona Petraitė"),
        ("Ona Petraitė;ona@shop.example;", "ona@shop.example", "Ona Petraitė"),
        ("Ona\tPetraitė\tona@shop.example", "ona@shop.example", "Ona Petraitė"),
        ("Ona Petraitė ona@shop.example", "ona@shop.example", "Ona Petraitė"),
        ("  ona@shop.example ,", "ona@shop.example", "Ona"),
        ("no address at all", "no address at all", "No Address At All"),
    ],
)
def test_a_line_is_read_as_it_is_pasted(written, address, name):
    (line,) = lines.read(f"\n{written}\n\n")

    assert (line.address, line.name) == (address, name)


def test_nobody_becomes_more_than_an_agent_unless_that_is_chosen(reader, agents):
    form = reader.get(PEOPLE).context["form"]

    assert form["role"].value() == agents.pk


def test_all_are_taken_and_written_to(reader, agents, team, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        page = send(reader, "ona@shop.example\nJonas <jonas@shop.example>", agents, team=team.pk, language="lt")

    assert page["Location"] == "/setup/"
    jonas = User.objects.get(email="jonas@shop.example")
    assert (jonas.name, jonas.team, jonas.language, jonas.is_staff) == ("Jonas", team, "lt", False)
    assert list(jonas.groups.all()) == [agents]
    assert not jonas.has_usable_password()
    assert set(Message.objects.values_list("to_address", flat=True)) == {"ona@shop.example", "jonas@shop.example"}
    assert LogEntry.objects.count() == 2


def test_a_bad_line_keeps_no_good_one_out_and_stays_to_be_mended(reader, agents):
    known = UserFactory(email="known@shop.example", name="Known")
    pasted = "ona@shop.example\nnot-an-address\nona@shop.example\nknown@shop.example"

    page = send(reader, pasted, agents, language="uk")

    refused = page.context["intake"].refused
    assert [line.text for line, _reason in refused] == ["not-an-address", "ona@shop.example", "known@shop.example"]
    assert refused[0][1] == "Enter a valid email address."
    assert refused[1][1] == "This address stands here twice."
    assert f'<a href="/admin/accounts/user/{known.pk}/change/">' in page.text
    assert page.context["form"]["people"].value() == "not-an-address\nona@shop.example\nknown@shop.example"
    assert page.context["form"]["language"].value() == "uk"
    assert f'<option value="{agents.pk}" selected>' in page.text
    assert Message.objects.get().to_address == "ona@shop.example"


def test_sending_again_welcomes_nobody_twice(reader, agents):
    send(reader, "ona@shop.example", agents)
    page = send(reader, "ona@shop.example", agents)

    assert len(page.context["intake"].refused) == 1
    assert Message.objects.count() == 1


def test_a_name_is_no_markup(reader, agents):
    page = send(reader, "<b>x</b>", agents)

    assert "<b>x</b>" not in page.text


def test_more_than_so_many_are_left_for_the_next_time(administrator, agents, monkeypatch):
    monkeypatch.setattr(intake, "MOST", 1)

    taken = intake.take(
        lines.read("ona@shop.example\njonas@shop.example"),
        role=agents, team=None, language="", by=administrator, now=clock.now(),
    )  # fmt: skip

    assert [person.email for person in taken.welcomed] == ["ona@shop.example"]
    assert [line.text for line, _reason in taken.refused] == ["jonas@shop.example"]


def test_nothing_written_is_told_and_keeps_the_rest(reader, agents):
    page = send(reader, " ", agents, language="lt")

    assert "Write at least one address." in page.text
    assert page.context["form"]["language"].value() == "lt"


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_whoever_may_not_set_up_welcomes_nobody(client, request, who, agents):
    client.force_login(request.getfixturevalue(who))

    assert client.get(PEOPLE).status_code == 403
    assert send(client, "ona@shop.example", agents).status_code == 403
    assert not User.objects.filter(email="ona@shop.example").exists()
