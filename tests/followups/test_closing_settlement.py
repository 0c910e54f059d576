"""What answers to closing letters lead to when they are changed, confirmed, or meet work that has gone on meanwhile."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from accounts import clock
from followups.closing import answers, dispatch, settlement
from followups.closing import shown as shown_closing
from followups.models import KnownMachine, StaffNotice
from followups.notices import wording
from responses.word_access import WordAccess
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory

pytestmark = pytest.mark.django_db
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 Firefox/120.0", "REMOTE_ADDR": "203.0.113.7"}
PERSON = {"scripted": "1", "gesture": "touch"}
MINUTES = timedelta(minutes=2)


@pytest.fixture
def letter(owner, team):
    invitation = InvitationFactory(contact=ContactFactory(email="ona@shop.example"), status="answered")
    followup = FollowupFactory(assignee=owner, team=team, response__invitation=invitation, response__score=2)
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return dispatch.write(followup=followup, subject="S", words="We repaid you.", key=uuid4(), by=owner)


def say(client, letter, solved, *, after=timedelta(), **form):
    """Send the page as a browser without scripts does, and settle `after` so long."""
    shown = str(int((clock.now() - timedelta(seconds=20)).timestamp() * 1000))
    client.post(f"/c/{letter.token}/", {"solved": solved, "shown": shown} | form, **BROWSER)
    settlement.settle_due(clock.now() + after)
    return reread(letter)


def reread(letter):
    letter.refresh_from_db()
    letter.followup.refresh_from_db()
    return letter


def resolve_again(letter, owner):
    letter.followup.resolve(by=owner, root_cause="price", resolution="Again.", outcome="saved")


def told():
    return StaffNotice.objects.filter(kind="customer_replied").count()


def test_a_person_who_says_the_same_confirms_what_was_doubted(client, letter):
    assert say(client, letter, "no").verdict == "unsure"

    row = say(client, letter, "no", **PERSON)

    assert (row.verdict, row.evidence, row.is_held) == ("human", ["gesture"], False)
    assert row.followup.is_open
    assert row.followup.activities.filter(kind="answered").count() == 1


def test_what_a_person_confirmed_no_machine_takes_away(client, letter):
    say(client, letter, "no")
    say(client, letter, "no", **PERSON)

    client.get(f"/c/{letter.token}/d/", **BROWSER)

    assert not reread(letter).is_held


def test_a_person_who_confirms_what_acted_already_makes_it_act_no_second_time(client, letter):
    say(client, letter, "no", after=MINUTES)
    settled_at = reread(letter).settled_at

    row = say(client, letter, "no", **PERSON)

    assert (row.verdict, row.settled_at) == ("human", settled_at)
    assert row.followup.activities.filter(kind="answered").count() == told() == 1


def test_the_same_without_a_person_seen_makes_nobody_doubted(client, letter):
    say(client, letter, "no", **PERSON)

    assert say(client, letter, "no").verdict == "human"


def test_each_no_is_told_of_for_the_work_may_have_been_closed_again(client, letter, owner):
    say(client, letter, "no", **PERSON)
    say(client, letter, "yes", **PERSON)
    resolve_again(letter, owner)

    row = say(client, letter, "no", comment="It broke again.", **PERSON)

    assert told() == 2
    assert row.followup.is_resolved


def test_a_no_that_was_no_persons_uses_up_no_reopening(client, letter, owner):
    assert say(client, letter, "no", after=MINUTES).followup.is_open
    client.get(f"/c/{letter.token}/d/", **BROWSER)
    resolve_again(reread(letter), owner)

    row = say(client, letter, "no", **PERSON)

    assert row.followup.is_open
    assert row.reopened_at is not None
    assert told() == 2


@pytest.mark.parametrize("solved", ["yes", "no"])
def test_work_that_waits_for_the_customers_answer_goes_on(client, letter, owner, solved):
    letter.followup.reopen(by=owner)
    letter.followup.wait(by=owner, until=clock.now().date() + timedelta(days=9), or_answer=True)

    row = say(client, letter, solved, **PERSON)

    assert (row.followup.status, row.followup.look_again_on) == ("in_progress", None)
    assert told() == 1


def test_a_no_ends_the_waiting_until_a_day_as_a_letter_does(client, letter, owner):
    letter.followup.reopen(by=owner)
    letter.followup.wait(by=owner, until=date(2099, 1, 1))

    assert say(client, letter, "no", **PERSON).followup.is_in_progress


def test_a_yes_leaves_the_waiting_until_a_day(client, letter, owner):
    letter.followup.reopen(by=owner)
    letter.followup.wait(by=owner, until=date(2099, 1, 1))

    assert say(client, letter, "yes", **PERSON).followup.is_waiting
    assert told() == 0


def test_work_resolved_before_a_doubted_no_settled_is_opened_by_it(client, letter, owner):
    letter.followup.reopen(by=owner)
    say(client, letter, "no")
    resolve_again(letter, owner)

    settlement.settle_due(clock.now() + MINUTES)

    assert reread(letter).followup.is_in_progress
    assert told() == 1


def test_a_yes_after_a_no_within_the_minute_is_all_that_acts(client, letter):
    say(client, letter, "no")
    say(client, letter, "yes", after=timedelta(seconds=50))

    row = say(client, letter, "yes", after=MINUTES)

    assert (row.answer, row.followup.is_resolved, told()) == ("yes", True, 0)
    assert [each.change["solved"] for each in row.followup.activities.filter(kind="answered")] == [True]


@pytest.mark.parametrize(
    ("after", "is_held"), [(timedelta(minutes=9, seconds=50), True), (timedelta(minutes=11), False)]
)
def test_a_machine_shows_itself_within_ten_minutes_or_never(client, letter, monkeypatch, after, is_held):
    say(client, letter, "no", after=MINUTES)
    later = clock.now() + after
    monkeypatch.setattr(clock, "now", lambda: later)

    client.get(f"/c/{letter.token}/d/", **BROWSER)

    assert reread(letter).is_held is is_held
    assert KnownMachine.objects.count() == 1


def test_the_notice_of_an_ended_waiting_says_that_it_is_solved(client, letter, owner):
    letter.followup.reopen(by=owner)
    letter.followup.wait(by=owner, until=date(2099, 1, 1), or_answer=True)
    say(client, letter, "yes", comment="All is well.", **PERSON)

    notice = StaffNotice.objects.get(kind="customer_replied")

    assert wording.title(notice).endswith("says that it is solved")
    assert "The customer wrote: “All is well.”" in wording.lines(notice, owner)


def test_a_notice_of_a_no_does_not_quote_a_later_yes(client, letter, owner):
    say(client, letter, "no", comment="Still broken.", **PERSON)
    say(client, letter, "yes", comment="All is well.", **PERSON)

    lines = wording.lines(StaffNotice.objects.get(kind="customer_replied"), owner)

    assert "The customer says: not solved" in lines
    assert not any("All is well." in line for line in lines)


def test_a_lead_who_works_it_is_told_of_a_no_once(client, letter, owner, team):
    team.lead = owner
    team.save(update_fields=["lead"])

    say(client, letter, "no", **PERSON)

    told_of = StaffNotice.objects.filter(followup=letter.followup)
    assert list(told_of.values_list("person", "kind")) == [(owner.pk, "customer_replied")]


def test_what_acts_at_once_is_asked_for_at_once_and_nothing_else_is(client, letter, monkeypatch):
    asked_for = []
    monkeypatch.setattr(answers, "nudge", asked_for.append)

    def nudges(solved, **form):
        asked_for.clear()
        shown = str(int((clock.now() - timedelta(seconds=20)).timestamp() * 1000))
        client.post(f"/c/{letter.token}/", {"solved": solved, "shown": shown} | form, **BROWSER)
        return asked_for == [answers.SETTLE]

    assert not nudges("no", scripted="1")
    assert nudges("no")
    assert nudges("no", **PERSON)
    settlement.settle_due(clock.now())
    assert not nudges("no", **PERSON)
    assert not nudges("yes", scripted="1")
    assert nudges("yes", **PERSON)


def test_who_confirmed_from_elsewhere_is_no_stranger_there_afterwards(client, letter, monkeypatch):
    say(client, letter, "no")
    monkeypatch.setitem(BROWSER, "REMOTE_ADDR", "198.51.100.9")
    assert say(client, letter, "no", **PERSON).source == "198.51.100.0/24 Firefox"

    row = say(client, letter, "yes", after=MINUTES)

    assert (row.answer, row.verdict, row.is_held) == ("yes", "unsure", False)


def test_words_added_to_the_same_answer_are_kept_and_told(client, letter):
    say(client, letter, "no", **PERSON)

    row = say(client, letter, "no", comment="The money is missing.", **PERSON)

    assert row.comment == "The money is missing."
    assert told() == 2


def test_what_was_said_stands_where_it_was_said_last(client, letter, owner):
    for solved in ("no", "yes", "no"):
        say(client, letter, solved, comment=f"It is {solved}.", **PERSON)
    activities = list(letter.followup.activities.filter(kind="answered").order_by("pk"))

    for listed in (activities, activities[::-1]):
        (shown,) = shown_closing.page(letter.followup, WordAccess.of(owner), listed)["closings"].items()
        assert (shown[0], shown[1].comment) == (activities[-1].pk, "It is no.")
