from datetime import timedelta

import pytest

from accounts import clock
from analytics.improvements import section
from followups.improvements import changes
from followups.models import RootCause
from responses.models import ResponseTopic, Topic
from tests.analytics.answers import NOW, answer
from tests.factories import BrandFactory, FollowupFactory, TeamFactory

pytestmark = pytest.mark.django_db
DONE = (NOW - timedelta(days=40)).date()


@pytest.fixture
def delivery():
    return Topic.objects.get(slug="delivery")


@pytest.fixture
def improvement(ceo, delivery):
    made = changes.propose(by=ceo, topics=[delivery], title="Deliver on the day", why="Late.")
    made.move("done", by=ceo, on=DONE)
    return made


def say(version, scores, days_ago, topic=None, **facts):
    made = answer(version, scores, at=NOW - timedelta(days=days_ago), **facts)
    if topic:
        ResponseTopic.objects.bulk_create(ResponseTopic(response=each, topic=topic, source="tapped") for each in made)
    return made


def lines(improvement, reader):
    found = section.contents(improvement, reader)["lines"]
    return [(line.before, line.before_n, line.after, line.after_n, line.verdict) for line in found]


def test_answers_are_counted_before_and_after_and_those_that_name_the_topic(improvement, version, delivery, ceo):
    say(version, [2] * 20, 50, delivery)
    say(version, [10] * 20, 50)
    say(version, [2] * 2, 20, delivery)
    say(version, [10] * 38, 20)
    say(version, [2] * 50, 131, delivery)

    share, number = lines(improvement, ceo)

    assert share == ("50.0%", "40", "5.0%", "40", "lower than before")
    assert number == ("0.0", "40", "90.0", "40", "higher than before")


def test_of_few_answers_the_page_says_how_many_are_needed(improvement, version, delivery, ceo):
    say(version, [2] * 40, 50, delivery)
    say(version, [10] * 60, 50)
    say(version, [10] * 12, 20)

    share, number = lines(improvement, ceo)

    assert share[4] == "few answers, cannot tell yet: 12 of about 76 needed"
    assert number[4] == "few answers, cannot tell yet: 12 of about 30 needed"


def test_what_is_about_a_root_cause_is_measured_by_it_and_what_stands_below(improvement, version, ceo):
    vans = RootCause.objects.create(slug="vans", names={"en": "Vans"})
    late = RootCause.objects.create(slug="late", names={"en": "Late"}, parent=vans)
    phones = RootCause.objects.create(slug="phones", names={"en": "Phones"})
    for days_ago, numbers in ((50, {vans: 10, late: 20, phones: 10}), (20, {vans: 2, phones: 38})):
        say(version, [10] * 100, days_ago)
        for cause, number in numbers.items():
            for each in say(version, [2] * number, days_ago):
                FollowupFactory(response=each, root_cause=cause)
    improvement.root_causes.set([vans])
    improvement.topics.clear()

    traced, number = section.contents(improvement, ceo)["lines"]

    assert traced.name == "Root cause “Vans”, of the answers that have one"
    assert (traced.before, traced.before_n, traced.after, traced.after_n) == ("75.0%", "40", "5.0%", "40")
    assert (traced.verdict, traced.is_good) == ("lower than before", True)
    assert (number.before_n, number.after_n) == ("140", "140")


def test_what_is_about_nothing_is_measured_by_the_number_alone(improvement, version, ceo):
    improvement.topics.clear()

    assert [line.name for line in section.contents(improvement, ceo)["lines"]] == ["NPS"]


def test_it_is_of_the_brand_and_the_teams_in_reach(improvement, version, manager, ceo):
    say(version, [10] * 7, 20, team=manager.team)
    say(version, [10] * 9, 20, team=(other := TeamFactory()))

    assert lines(improvement, ceo)[1][3] == "16"
    assert lines(improvement, manager)[1][3] == "7"
    improvement.team = other
    assert lines(improvement, manager)[1][3] == "0"
    assert lines(improvement, ceo)[1][3] == "9"
    improvement.team, improvement.brand = None, BrandFactory()
    assert lines(improvement, ceo)[1][3] == "0"
    improvement.brand = version.survey.brand
    assert lines(improvement, ceo)[1][3] == "16"


def test_the_section_stands_on_the_page_of_what_is_done_for_readers_of_numbers(client, improvement, ceo, owner):
    def page(reader):
        client.force_login(reader)
        return client.get(f"/improvements/{improvement.pk}/").text

    assert "Did it help?" in page(ceo)
    assert "Did it help?" not in page(owner)
    improvement.move("in_progress", by=ceo)
    assert "Did it help?" not in page(ceo)


def test_on_the_day_of_done_nothing_is_compared(client, improvement, ceo):
    improvement.move("done", by=ceo, on=clock.now().date())
    client.force_login(ceo)

    assert "Done today" in client.get(f"/improvements/{improvement.pk}/").text


def test_the_dashboard_marks_the_day_with_title_and_link(show, improvement, version, ceo):
    say(version, [10] * 40, 45)
    say(version, [10] * 40, 20)

    page = show("?period=90d")

    assert f'<a href="/improvements/{improvement.pk}/">Deliver on the day</a>' in page.html
    assert page.html.count('class="chart__break"') == 2


def test_what_concerns_another_team_is_not_marked(client, improvement, version, manager):
    say(version, [10] * 40, 20, team=manager.team)
    type(improvement).objects.update(team=TeamFactory())
    client.force_login(manager)

    assert improvement.title not in client.get("/dashboard/?period=90d").text


def test_the_board_is_taken_along(client, improvement, manager, version):
    answers = say(version, [2] * 3, 20, team=manager.team) + say(version, [2] * 2, 20, team=TeamFactory())
    changes.link(improvement, answers, by=manager)
    client.force_login(manager)

    rows = b"".join(client.get("/improvements/improvements.csv").streaming_content).decode("utf-8-sig").splitlines()

    assert rows[0].startswith("id,title,state,owner,due_on,done_on,topics")
    assert len(rows) == 2
    assert f",Deliver on the day,done,,,{DONE},delivery,,,,,1,3," in rows[1]
