"""Machines at the link of a closing letter: what gives them away, for how long it is known, and what it changes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache

from accounts import clock
from delivery import composers
from delivery.models import Message
from followups.closing import dispatch, settlement
from followups.models import ClosingLetter, KnownMachine, StaffNotice
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory

pytestmark = pytest.mark.django_db
GATEWAY = {"HTTP_USER_AGENT": "Mozilla/5.0 Firefox/120.0", "REMOTE_ADDR": "203.0.113.7"}
# The survey's wait for late evidence is over.
MINUTES = timedelta(minutes=2)


@pytest.fixture
def letter(owner, team):
    invitation = InvitationFactory(contact=ContactFactory(email="ona@shop.example"), status="answered")
    followup = FollowupFactory(assignee=owner, team=team, response__invitation=invitation, response__score=2)
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return dispatch.write(followup=followup, subject="S", words="We repaid you.", key=uuid4(), by=owner)


def say_no(client, letter, **form):
    """A calm submission without scripts, which counts unless its source is known for a machine."""
    shown = str(int((clock.now() - timedelta(seconds=20)).timestamp() * 1000))
    client.post(f"/c/{letter.token}/", {"solved": "no", "shown": shown} | form, **GATEWAY)
    letter.refresh_from_db()
    return letter


def reread(letter):
    letter.refresh_from_db()
    letter.followup.refresh_from_db()
    return letter


def test_the_letter_carries_a_link_that_no_person_can_see(letter):
    composed = composers.compose([Message.objects.get()])

    (html,) = (each.html for each in composed.values())
    assert f"/c/{letter.token}/d/" in html
    assert all(f"/c/{letter.token}/d/" not in each.text for each in composed.values())


def test_who_follows_the_hidden_link_gets_the_question_and_is_held_back_for_a_machine(client, letter):
    page = client.get(f"/c/{letter.token}/d/", **GATEWAY)

    assert f'action="/c/{letter.token}/"' in page.text
    assert client.post(f"/c/{letter.token}/d/", {"solved": "no"}, **GATEWAY).status_code == 405
    row = say_no(client, letter)
    assert (row.verdict, row.is_held) == ("machine", True)
    assert row.followup.is_resolved


@pytest.mark.parametrize("method", ["head", "get"])
def test_what_gave_itself_away_is_known_though_the_cache_forgets(client, letter, method):
    path = {"head": f"/c/{letter.token}/", "get": f"/c/{letter.token}/d/"}[method]
    getattr(client, method)(path, **GATEWAY)
    cache.clear()

    row = say_no(client, letter)

    assert row.is_held
    assert "known_machine" in row.evidence


def test_after_a_while_it_is_forgotten_and_its_rows_go(client, letter, monkeypatch):
    client.head(f"/c/{letter.token}/", **GATEWAY)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.head(f"/c/{letter.token}/", REMOTE_ADDR="198.51.100.9", HTTP_USER_AGENT="Mozilla/5.0 Chrome/120.0")

    assert [each.source for each in KnownMachine.objects.all()] == ["198.51.100.0/24 Chrome"]
    assert not say_no(client, letter).is_held


def test_it_is_known_at_its_own_letter_by_its_own_network_and_browser(client, letter):
    client.head(f"/c/{letter.token}/", **GATEWAY | {"REMOTE_ADDR": "203.0.114.7"})
    client.head(f"/c/{letter.token}/", **GATEWAY | {"HTTP_USER_AGENT": "Mozilla/5.0 Chrome/120.0"})

    assert not say_no(client, letter).is_held


def test_who_met_the_hidden_link_stays_known_for_that(client, letter):
    client.get(f"/c/{letter.token}/d/", **GATEWAY)
    client.head(f"/c/{letter.token}/", **GATEWAY)

    assert KnownMachine.objects.get().met_decoy


def test_mere_looking_leaves_nothing(client, letter):
    for query in ("", "?solved=no", "?solved=yes"):
        client.get(f"/c/{letter.token}/{query}", **GATEWAY)
    client.post(f"/c/{letter.token}/", {"switch": "lt"}, **GATEWAY)

    assert KnownMachine.objects.count() == 0


def test_a_persons_gesture_counts_from_a_network_that_is_known_too(client, letter):
    client.get(f"/c/{letter.token}/d/", **GATEWAY)

    row = say_no(client, letter, scripted="1", gesture="touch")

    assert (row.verdict, row.is_held) == ("human", False)
    assert settlement.settle_due(clock.now()) == 1
    row.followup.refresh_from_db()
    assert row.followup.is_open


def test_what_gives_itself_away_within_the_minute_never_acts(client, letter):
    assert not say_no(client, letter).is_held
    client.get(f"/c/{letter.token}/d/", **GATEWAY)

    assert settlement.settle_due(clock.now() + MINUTES) == 0
    row = reread(letter)
    assert (row.answer, row.is_held, row.settled_at, row.evidence) == ("no", True, None, ["no_script", "late"])
    assert row.followup.is_resolved
    assert row.followup.activities.get(kind="answered").change["held"] is True
    assert StaffNotice.objects.filter(kind="customer_replied").count() == 0


def test_what_was_given_away_while_it_was_sent_never_acts(client, letter):
    say_no(client, letter)
    source = reread(letter).source
    KnownMachine.objects.create(letter=letter, source=source, seen_at=clock.now(), met_decoy=True)

    assert settlement.settle_due(clock.now() + MINUTES) == 0
    assert reread(letter).is_held
    assert letter.followup.is_resolved


@pytest.mark.parametrize("elsewhere", [{"REMOTE_ADDR": "203.0.114.7"}, {"HTTP_USER_AGENT": "Mozilla/5.0 Chrome/120.0"}])
def test_a_machine_elsewhere_holds_back_nobodys_answer(client, letter, elsewhere):
    say_no(client, letter)
    client.get(f"/c/{letter.token}/d/", **GATEWAY | elsewhere)

    assert settlement.settle_due(clock.now() + MINUTES) == 1
    assert not reread(letter).is_held


def test_a_machine_of_another_hour_holds_back_nothing(client, letter):
    say_no(client, letter)
    source, at = reread(letter).source, clock.now() + timedelta(minutes=11)
    KnownMachine.objects.create(letter=letter, source=source, seen_at=at, met_decoy=True)

    assert settlement.settle_due(at) == 1
    assert not reread(letter).is_held


def test_what_a_machine_did_long_before_holds_back_nothing_late(client, letter):
    say_no(client, letter)
    before = reread(letter).answered_at - timedelta(minutes=11)
    KnownMachine.objects.create(letter=letter, source=letter.source, seen_at=before, met_decoy=True)

    assert settlement.settle_due(clock.now() + MINUTES) == 1
    assert not reread(letter).is_held


def test_a_persons_answer_stays_theirs_whoever_follows_the_hidden_link(client, letter):
    say_no(client, letter, scripted="1", gesture="touch")
    client.get(f"/c/{letter.token}/d/", **GATEWAY)

    assert settlement.settle_due(clock.now()) == 1
    assert not reread(letter).is_held


def test_what_gives_itself_away_after_it_acted_counts_no_more_and_its_work_stays(client, letter, owner):
    say_no(client, letter)
    assert settlement.settle_due(clock.now() + MINUTES) == 1
    client.get(f"/c/{letter.token}/d/", **GATEWAY)

    row = reread(letter)
    assert (row.is_held, row.followup.is_open) == (True, True)
    assert ClosingLetter.objects.said().count() == 0
    assert row.followup.activities.filter(kind="answered").count() == 1
    client.force_login(owner)
    page = client.get(f"/inbox/{row.followup_id}/").text
    assert "the same network and browser gave itself away later" in page
    assert "Ask the customer before you rely on it." in page


def test_who_was_not_seen_is_no_person_that_others_contradict(client, letter):
    say_no(client, letter)
    client.post(f"/c/{letter.token}/", {"solved": "yes"}, REMOTE_ADDR="198.51.100.9", HTTP_USER_AGENT="Firefox/120.0")

    assert (reread(letter).answer, letter.is_held) == ("yes", False)


def test_only_the_hidden_link_holds_back_what_was_said_before(client, letter):
    say_no(client, letter)
    client.head(f"/c/{letter.token}/", **GATEWAY)

    assert settlement.settle_due(clock.now() + MINUTES) == 1
    assert not reread(letter).is_held


def test_who_was_not_seen_contradicts_no_person_from_elsewhere(client, letter):
    say_no(client, letter, scripted="1", gesture="touch")
    shown = str(int((clock.now() - timedelta(seconds=20)).timestamp() * 1000))
    elsewhere = {"REMOTE_ADDR": "198.51.100.9", "HTTP_USER_AGENT": "Mozilla/5.0 Chrome/120.0"}
    client.post(f"/c/{letter.token}/", {"solved": "yes", "shown": shown}, **elsewhere)

    assert (reread(letter).answer, letter.is_held, letter.verdict) == ("no", False, "human")


def test_who_was_not_seen_and_says_the_same_confirms_nothing(client, letter):
    say_no(client, letter)
    shown = str(int((clock.now() - timedelta(seconds=20)).timestamp() * 1000))
    elsewhere = GATEWAY | {"REMOTE_ADDR": "198.51.100.9"}
    client.post(f"/c/{letter.token}/", {"solved": "no", "shown": shown}, **elsewhere)

    client.get(f"/c/{letter.token}/d/", **GATEWAY)

    assert reread(letter).is_held
    assert letter.source == "203.0.113.0/24 Firefox"
