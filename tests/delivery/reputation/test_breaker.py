"""Asking pauses at exactly the limits, once, and goes on when somebody says so."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import SecurityEvent
from delivery import dispatch
from delivery.dispatch import Sent
from delivery.models import Message, SendingDay, SendingDomain
from delivery.reputation import breaker, shares
from delivery.reputation.breaker import Resumed
from delivery.reputation.shares import DomainFigures
from tests.conftest import person
from tests.delivery.reputation.conftest import NAME, ask, counted, day, letter
from tests.delivery.reputation.test_counts import news
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
TEMPLATE = "delivery.domain_paused"


@pytest.mark.parametrize(
    ("figures", "cause"),
    [
        ({"handed_over": 100, "bounces": 5}, "bounces"),  # 5 % exactly
        ({"handed_over": 100, "bounces": 4}, ""),
        ({"handed_over": 99, "bounces": 50}, ""),  # too few to tell
        ({"handed_over": 10_000, "bounces": 500}, "bounces"),
        ({"handed_over": 10_000, "bounces": 499}, ""),  # 4.99 %
        ({"handed_over": 1_000, "complaints": 3}, "complaints"),  # 0.3 % exactly
        ({"handed_over": 1_001, "complaints": 3}, ""),
        ({"handed_over": 100_000, "complaints": 299}, ""),  # 0.299 %
        ({"handed_over": 100_000, "complaints": 300}, "complaints"),
        ({"handed_over": 100, "complaints": 2}, ""),  # 2 %, but of two people
        ({"handed_over": 100, "complaints": 3}, "complaints"),
    ],
)
def test_asking_pauses_at_exactly_five_per_cent_of_bounces_and_three_per_mille_of_complaints(domain, figures, cause):
    counted(**figures)

    assert breaker.look([NAME]) == ([NAME] if cause else [])

    domain.refresh_from_db()
    assert (domain.cause, domain.is_paused) == (cause, bool(cause))


def test_the_news_that_reaches_the_limit_pauses_the_domain(domain):
    counted(handed_over=100, bounces=3)
    first, second = letter(), letter()

    news(first)
    domain.refresh_from_db()
    assert not domain.is_paused

    news(second)
    domain.refresh_from_db()
    assert (domain.cause, domain.grounds) == ("bounces", "5 / 100")


def test_who_may_resume_is_told_once_in_their_language(domain, chief):
    administrator = person("Administrators", email="admin@plumb.example", is_staff=True, language="lt")
    person("Managers", email="manager@plumb.example")
    counted(handed_over=200, bounces=12)

    breaker.look([NAME])
    breaker.look([NAME])

    told = Message.objects.filter(template=TEMPLATE).order_by("to_address")
    assert [(one.to_address, one.language, one.purpose) for one in told] == [
        (administrator.email, "lt", "staff"),
        (chief.email, "en", "staff"),
    ]


def test_the_notice_names_domain_share_and_what_goes_on(domain, chief, plain_server):
    counted(handed_over=200, bounces=12)
    breaker.look([NAME])

    dispatch.send_due("email")

    ((_sender, _to, content),) = plain_server.taken
    said = " ".join(content.decode().split())
    assert "Asking from plumb.example is paused" in said
    assert "Of the last 200 letters from plumb.example, 12 came back for good: 6.00 %." in said
    assert f"/admin/delivery/sendingdomain/{domain.pk}/change/" in said


def test_only_asks_wait_while_their_domain_is_paused(domain, plain_server):
    breaker.pause(domain, reason="A list was bought.")
    for purpose in ("invite", "reminder", "marketing", "thanks", "reply", "closing"):
        MessageFactory(purpose=purpose)
    before = clock.now()

    sent = dispatch.send_due("email")

    assert sent == Sent(handed_over=3, held=3)
    assert sent.claimed == 6
    held = Message.objects.filter(purpose__in=Message.ASKING)
    assert {(one.status, one.attempts, one.error) for one in held} == {("queued", 0, "The sender's domain is paused.")}
    assert all(one.send_after > before for one in held)
    # Nothing is left to claim: other letters are not slowed down.
    assert dispatch.send_due("email") == Sent()


def test_another_domain_goes_on(domain, plain_server):
    other = SendingDomain.objects.create(name="other.example")
    breaker.pause(other, reason="x")
    ask()

    assert dispatch.send_due("email") == Sent(handed_over=1)


def test_the_limit_is_looked_at_before_asks_leave_as_well(domain, chief, plain_server):
    """Bounces that came while there were too few letters to tell count once there are enough."""
    counted(handed_over=99, bounces=20)
    ask()
    assert dispatch.send_due("email") == Sent(handed_over=1)
    ask()

    assert dispatch.send_due("email") == Sent(held=1)
    assert Message.objects.filter(template=TEMPLATE).count() == 1


def test_resuming_lets_what_waits_go_and_counts_anew(domain, chief, plain_server):
    counted(handed_over=100, bounces=5)
    breaker.look([NAME])
    ask()
    dispatch.send_due("email", now=clock.now())
    plain_server.taken.clear()

    resumed = breaker.resume(domain, reason="The import was mended.")

    assert resumed == Resumed(is_new=True, released=1)
    assert dispatch.send_due("email") == Sent(handed_over=1)
    domain.refresh_from_db()
    assert (domain.is_paused, domain.cause, domain.grounds) == (False, "", "")
    running = SendingDay.objects.get(is_over=False)
    assert (running.day, running.handed_over, running.bounces) == (day(), 1, 0)


def test_resumed_and_tripped_again_it_pauses_and_tells_again(domain, chief):
    counted(handed_over=100, bounces=5)
    breaker.look([NAME])
    breaker.resume(domain, reason="Mended.")
    assert breaker.look([NAME]) == []

    counted(handed_over=100, complaints=3)

    assert breaker.look([NAME]) == [NAME]
    domain.refresh_from_db()
    assert domain.cause == "complaints"
    assert Message.objects.filter(template=TEMPLATE).count() == 2


def test_pausing_and_resuming_by_hand_stand_in_the_security_log_once_each(domain):
    assert breaker.pause(domain, reason="A list was bought.")
    assert not breaker.pause(domain, reason="Again.")
    assert breaker.resume(domain, reason="It was thrown away.").is_new
    assert not breaker.resume(domain, reason="Again.").is_new

    events = SecurityEvent.objects.filter(subject__startswith="delivery.SendingDomain").order_by("pk")
    assert [(event.details["deed"], event.details["reason"]) for event in events] == [
        ("paused", "A list was bought."),
        ("resumed", "It was thrown away."),
    ]


def test_a_letter_that_waits_for_another_try_is_not_let_go_by_resuming(domain):
    breaker.pause(domain, reason="x")
    later = clock.now() + timedelta(hours=2)
    put_off = ask(sender_domain=NAME, error="451 busy", send_after=later)

    assert breaker.resume(domain, reason="y").released == 0
    put_off.refresh_from_db()
    assert put_off.send_after == later


@pytest.mark.parametrize(
    ("found", "of", "low", "high"), [(5, 100, 0.0215, 0.1118), (0, 100, 0.0, 0.0370), (3, 1000, 0.0010, 0.0088)]
)
def test_a_share_has_wilsons_interval(found, of, low, high):
    assert shares.interval(found, of) == pytest.approx((low, high), abs=0.00006)


def test_of_fewer_than_a_hundred_letters_nothing_is_told():
    assert [DomainFigures(handed_over=n).tell_something for n in (99, 100)] == [False, True]
