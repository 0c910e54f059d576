"""Letters of notices, handed to a real SMTP server."""

from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest

from accounts import clock
from accounts.models import Organisation, SetAsideRow
from delivery import dispatch
from delivery import notices as of_delivery
from delivery.models import Message
from followups import notices
from followups.models import NoticeWishes, StaffNotice
from followups.notices import Kind, letters
from followups.services import hand_over
from tests.delivery.smtp import serving
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
# In Vilnius ten in the morning, and eleven at night.
MORNING, NIGHT = datetime(2026, 11, 26, 8, tzinfo=UTC), datetime(2026, 11, 26, 21, tzinfo=UTC)


@pytest.fixture
def server(settings):
    with serving() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        yield running


@pytest.fixture
def at(monkeypatch):
    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(MORNING)
    return at


def sent(server):
    """Write what is due, hand it over, and return the letters that arrived by this."""
    before, now = len(server.taken), clock.now()
    letters.queue_due(now)
    # A letter in the outbox is due since it was written, by a clock that no test holds still.
    dispatch.send_due("email", now=max(now, datetime.now(UTC)))
    return [message_from_bytes(content, policy=policy.default) for _from, _to, content in server.taken[before:]]


def text(letter):
    return letter.get_body().get_content().replace("\r\n", "\n")


def test_a_new_followup_arrives_by_mail_with_a_link_in_the_language_of_whose_it_is(server, followup, owner):
    owner.language, owner.timezone = "lt", "Europe/Vilnius"
    owner.save()
    notices.tell(Kind.NEW, followup)

    (letter,) = sent(server)

    assert letter["To"] == "Olena Owner <owner@plumb.example>"
    assert f"/inbox/{followup.pk}/" in text(letter)
    assert "Two weeks late." in text(letter)
    assert Message.objects.get().language == "lt"
    assert sent(server) == []


def test_words_of_a_critic_stay_out_where_the_person_rated_may_not_read_them(server, followup):
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    notices.tell(Kind.NEW, followup)

    (letter,) = sent(server)

    assert "Ona Petraitė" in letter["Subject"]
    assert "Two weeks late." not in text(letter)
    assert "Two weeks late." not in str(list(Message.objects.values()))


def test_a_handover_brings_the_words_of_the_colleague(server, followup, owner, teammate):
    hand_over(followup=followup, to=teammate, by=owner, text="They know you from the fair.")

    (letter,) = sent(server)

    assert letter["Subject"] == "Olena Owner hands you a follow-up: Ona Petraitė, Baltic Foods"
    assert "“They know you from the fair.”" in text(letter)
    assert "It is yours." in text(letter)


def test_what_happens_at_once_is_one_letter(server, owner, team):
    for _number in range(23):
        notices.tell(Kind.NEW, FollowupFactory(team=team, assignee=owner))

    (letter,) = sent(server)

    assert letter["Subject"] == "23 notices of your follow-ups"
    assert text(letter).count("New follow-up:") == 20
    assert "And 3 more." in text(letter)


def test_what_was_read_meanwhile_is_not_told_again(server, owner, team):
    for _number in range(2):
        notices.tell(Kind.NEW, FollowupFactory(team=team, assignee=owner))
    letters.queue_due(clock.now())
    StaffNotice.objects.update(read_at=clock.now())

    assert sent(server) == []
    assert Message.objects.get().status == "cancelled"


def test_what_one_may_not_see_any_more_is_not_told(server, followup, owner, stranger):
    notices.tell(Kind.NEW, followup)
    letters.queue_due(clock.now())
    owner.team = stranger.team
    owner.save()
    followup.assign(None, by=stranger)

    assert sent(server) == []


def test_who_wants_no_letters_gets_none(server, followup, owner):
    owner.wants_notices = False
    owner.save()

    notices.tell(Kind.NEW, followup)

    assert sent(server) == []
    assert StaffNotice.objects.get().mail_due_at is None


def test_in_quiet_hours_letters_wait_for_the_morning(server, at, followup, owner):
    owner.timezone = "Europe/Vilnius"
    owner.save()
    NoticeWishes.objects.create(person=owner, quiet_from=time(22), quiet_until=time(7))
    at(NIGHT)
    notices.tell(Kind.NEW, followup)

    assert sent(server) == []
    at(datetime(2026, 11, 27, 4, 59, tzinfo=UTC))
    assert sent(server) == []
    at(datetime(2026, 11, 27, 5, 0, tzinfo=UTC))
    assert len(sent(server)) == 1


@pytest.mark.parametrize(("passes", "letters_at_night"), [(True, 1), (False, 0)])
def test_what_is_urgent_passes_quiet_hours_where_one_chose_so(server, at, owner, team, passes, letters_at_night):
    NoticeWishes.objects.create(
        person=owner, letters="daily", quiet_from=time(20), quiet_until=time(7), urgent_passes=passes
    )
    at(NIGHT)
    notices.tell(Kind.NEW, FollowupFactory(team=team, assignee=owner, priority=1))
    notices.tell(Kind.NEW, FollowupFactory(team=team, assignee=owner))

    assert len(sent(server)) == letters_at_night


def test_a_daily_letter_gathers_what_came_since(server, at, owner, team):
    owner.timezone = "Europe/Vilnius"
    owner.save()
    NoticeWishes.objects.create(person=owner, letters="daily", daily_at=time(8))
    for hours in (0, 3, 20):
        at(MORNING + timedelta(hours=hours))
        notices.tell(Kind.NEW, FollowupFactory(team=team, assignee=owner))
        assert sent(server) == []

    at(datetime(2026, 11, 27, 6, tzinfo=UTC))
    (letter,) = sent(server)

    assert letter["Subject"] == "3 notices of your follow-ups"
    assert sent(server) == []


def test_somebody_whose_letter_cannot_be_written_holds_up_nobody(server, monkeypatch, owner, teammate, team):
    notices.tell(Kind.NEW, FollowupFactory(team=team))
    messages_to = of_delivery.messages_to

    def fail_for_one(person, **options):
        if person == owner:
            raise ZeroDivisionError
        return messages_to(person, **options)

    monkeypatch.setattr(of_delivery, "messages_to", fail_for_one)

    assert [letter["To"] for letter in sent(server)] == ["Tomas Teammate <teammate@plumb.example>"]
    assert SetAsideRow.objects.get(batch="notices").row == str(owner.pk)
