from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SecurityEvent
from crm import merges
from crm.models import Contact
from responses.models import Response
from surveys.models import Experiment, Invitation
from tests.analytics.answers import NOW, ask, customers
from tests.analytics.experiments.counted import ASKED, DAY, UNDER_WAY, arm, experiment, spread
from tests.analytics.reading import Page, csv_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, ceo):
    def look(made=None, user=None, status=200, query=""):
        client.force_login(user or ceo)
        address = reverse("experiment", args=[made.pk]) if made else reverse("experiments")
        response = client.get(address + query)
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return look


@pytest.fixture
def over(version):
    made = experiment(version)
    spread(made, version, "usual", silent=180, scores=[10, 9, 8, 3] * 5)
    spread(made, version, "morning", silent=140, scores=[10, 9, 9, 2] * 15)
    return made


def test_the_verdict_is_given_when_the_end_has_come(look, over):
    page = look(over)

    usual, morning = page.rows("arms")
    assert usual[2:7] == ["50%", "200", "20", "20", "10.0%"]
    assert morning[2:7] == ["50%", "200", "60", "60", "30.0%"]
    assert morning[8] == "+20.0"
    assert "“morning” finds more answers than “usual”: 20.0 points more (+12.3 to +27.5)." in page.text
    assert "▲ more answers" in morning[0]
    # NPS beside it: (10 − 5) of 20, (45 − 15) of 60.
    assert (usual[10], morning[10]) == ("25.0", "50.0")
    assert "Not yet" not in page.text


@pytest.mark.parametrize("still", ["drawing", "answering", "waiting"])
def test_before_that_there_are_counts_and_not_yet(look, over, version, still):
    if still == "drawing":
        Experiment.objects.update(ends_at=NOW + DAY)
    elif still == "answering":
        spread(over, version, "usual", silent=1, at=NOW - 13 * DAY)
    else:
        waiting = ask(version, arm=arm(over, "usual"))
        Invitation.objects.filter(pk=waiting[0].pk).update(status="planned", asked_at=None)

    page = look(over)

    assert "Not yet." in page.text
    assert page.row("arms", "morning")[3:] == ["200", "60", "60"]
    assert "30.0%" not in page.html
    assert "points more" not in page.text


def test_what_was_ended_by_hand_has_numbers_and_no_verdict(look, over):
    over.end(why="hand", at=NOW - 35 * DAY)

    page = look(over)

    assert "No verdict: it was ended before its plan" in page.text
    assert page.row("arms", "morning")[6] == "30.0%"
    assert page.row("arms", "morning")[8] == "–"
    assert "points more" not in page.text


def test_each_contact_counts_once_by_its_first_ask(look, over, version):
    usual = Invitation.objects.filter(arm=arm(over, "usual"), answered_at=None).first()
    again = {"people": [usual.contact], "at": ASKED + 20 * DAY}
    spread(over, version, "usual", scores=[10], **again)
    other = Invitation.objects.filter(arm=arm(over, "morning"), answered_at=None).first()
    merges.merge(Contact.objects.get(pk=usual.contact_id), Contact.objects.get(pk=other.contact_id))
    Invitation.objects.filter(pk=other.pk).update(asked_at=ASKED + DAY)

    page = look(over)

    assert page.row("arms", "usual")[3:6] == ["200", "20", "20"]
    assert page.row("arms", "morning")[3:6] == ["199", "60", "60"]


def test_an_answer_counts_within_the_days_and_only_if_it_counts(look, over, version):
    spread(over, version, "usual", scores=[10], answered_at=ASKED + 15 * DAY)
    _asked, (doubted,) = spread(over, version, "usual", scores=[10])
    Response.objects.filter(pk=doubted.pk).update(is_provisional=True)

    assert look(over).row("arms", "usual")[3:6] == ["202", "22", "20"]


def test_every_number_of_answers_leads_to_exactly_these(look, over, client, version):
    spread(over, version, "usual", scores=[10], answered_at=ASKED + 15 * DAY)
    page = look(over)

    for number in ("20", "60"):
        address = page.links[number]
        assert client.get(address).context["all"] == int(number)
    named = parse_qs(urlsplit(page.links["60"]).query)
    assert named["arm"] == [str(arm(over, "morning").pk)]


def test_a_filter_for_an_arm_that_is_not_there_is_refused(client, ceo, over):
    client.force_login(ceo)

    for typed in ("999999", "x", "1 OR 1=1", "-1"):
        assert client.get(reverse("answers"), {"arm": typed}).status_code == 400


def test_arms_that_something_else_filled_are_warned_of(look, version):
    made = experiment(version)
    spread(made, version, "usual", silent=300)
    spread(made, version, "morning", silent=200)

    page = look(made)

    assert (
        "The arms are not as large as their shares say: 300 · 200 were asked, 250 · 250 were to be expected."
        in page.text
    )


def test_arms_are_held_against_the_shares_with_which_they_were_drawn(look, version):
    made = experiment(version, shares=(90, 10))
    spread(made, version, "usual", silent=270)
    spread(made, version, "morning", silent=30)
    assert "not as large" not in look(made).text
    for one, share in (("usual", 10), ("morning", 90)):
        made.arms.filter(name=one).update(share=share)

    spread(made, version, "usual", silent=20)
    spread(made, version, "morning", silent=180)

    assert "not as large" not in look(made).text


def test_while_hours_come_round_nobody_is_missed(look, version):
    made = experiment(version, **UNDER_WAY)
    spread(made, version, "usual", silent=100, at=NOW - DAY)

    assert "not as large" not in look(made).text

    spread(made, version, "usual", silent=100, at=NOW - 8 * DAY)
    assert "not as large" in look(made).text


def test_what_can_be_seen_is_said_beforehand(look, version):
    ask(version, count=150, at=NOW - 60 * DAY)
    spread_before = customers(50)
    from tests.analytics.answers import answer

    for person in spread_before:
        answer(version, [9], contact=person, asked_at=NOW - 60 * DAY, at=NOW - 59 * DAY)
    made = experiment(version, status="draft", starts_at=NOW + DAY, ends_at=NOW + 31 * DAY, most_asked=90)

    page = look(made)

    # Of 200 asked 50 answered; 45 in each arm.
    assert "With 90 asked in all, of whom 25% answer as before, differences from 29.8 points on are seen" in page.text
    assert "Not begun: nobody has an arm yet." in page.text


def test_a_survey_without_a_past_says_that_nobody_knows(look, version):
    made = experiment(version, status="draft", starts_at=NOW + DAY, ends_at=NOW + 31 * DAY)

    assert "How many will be asked is not known" in look(made).text


def test_the_list_names_each_with_its_state(look, over, version):
    experiment(version, name="Later", status="draft", starts_at=NOW + DAY, ends_at=NOW + 9 * DAY)

    rows = {row[0]: row for row in look().rows("experiments")}

    assert rows["Hours"][5:] == ["Over: the verdict stands", "400"]
    assert rows["Later"][5:] == ["Draft: not started", "0"]


def test_an_empty_list_says_what_this_is_for(look):
    assert "No experiments yet" in look().text


def test_the_list_takes_as_many_queries_for_three_as_for_one(look, version):
    look()
    numbers = []
    for more in (1, 2):
        for number in range(more):
            made = experiment(version, name=f"E{more}{number}", status="ended", ended_at=NOW, ending="date")
            spread(made, version, "usual", silent=2)
        with CaptureQueriesContext(connection) as captured:
            look()
        numbers.append(len(captured))

    assert numbers[0] == numbers[1]


def test_only_who_sees_all_teams_reads_it(look, over, manager, owner):
    for person in (manager, owner):
        look(over, user=person, status=403)
        look(user=person, status=403)
    look(Experiment(pk=987_654), status=404)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_arms_are_taken_along_and_it_is_noted(client, ceo, over, kind):
    client.force_login(ceo)

    file = client.get(reverse(f"experiment_{kind}", args=[over.pk]))

    assert file.status_code == 200
    assert SecurityEvent.objects.filter(kind="exported", subject=f"experiment.{over.pk}.{kind}").count() == 1
    if kind == "csv":
        usual, morning = csv_rows(file)
        assert (usual["asked"], usual["answered"], usual["response_rate"], usual["verdict"]) == (
            "200",
            "20",
            "10.0",
            "",
        )
        assert (morning["difference"], morning["verdict"], morning["value"]) == ("20.0", "up", "50.0")


def test_before_the_end_the_file_has_counts_and_nothing_else(client, ceo, over):
    Experiment.objects.update(ends_at=NOW + DAY)
    client.force_login(ceo)

    _usual, morning = csv_rows(client.get(reverse("experiment_csv", args=[over.pk])))

    assert (morning["asked"], morning["answered"]) == ("200", "60")
    assert {morning[name] for name in ("response_rate", "low", "difference", "verdict", "value")} == {""}


def test_hostile_names_are_text_on_the_page_and_harmless_in_the_file(look, client, over):
    over.arms.filter(name="morning").update(name="=1+1<script>alert(1)</script>")

    page = look(over)

    assert "<script>alert(1)" not in page.html
    rows = csv_rows(client.get(reverse("experiment_csv", args=[over.pk])))
    assert rows[1]["arm"].startswith("'=")


@pytest.mark.parametrize("language", ["uk", "ru", "lt"])
def test_the_pages_speak_the_language_of_their_reader(look, over, ceo, language):
    ceo.language = language
    ceo.save()

    for page in (look(over), look()):
        for english in ("Not yet", "finds more answers", "What varies", "Planned end", "Asked", "Experiments"):
            assert english not in page.text
