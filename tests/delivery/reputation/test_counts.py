"""What is counted, and how often: each letter, each bounce, each complaint once, on the day of the letter."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import clock
from accounts.models import Organisation
from delivery import dispatch, outbox, services
from delivery.models import Message, SendingDay, SendingDomain
from delivery.news import News
from delivery.reputation import breaker, counts
from delivery.reputation.shares import DomainFigures
from tests.delivery.reputation.conftest import NAME, ask, day, letter
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def news(message, **what):
    told = what or {"undeliverable": "no such user", "bounce": "hard"}
    return services.hear(News(provider_id=message.provider_id, key="", at=clock.now(), **told))


def figures(now=None):
    return counts.figures([NAME], now or clock.now()).get(NAME, DomainFigures())


def test_letters_to_customers_count_for_the_domain_of_their_sender_and_notes_to_staff_do_not(plain_server):
    for purpose in ("invite", "reminder", "thanks", "reply", "closing", "marketing", "staff"):
        MessageFactory(purpose=purpose)

    dispatch.send_due("email")

    assert figures() == DomainFigures(handed_over=6)
    assert Message.objects.exclude(purpose="staff").filter(sender_domain=NAME).count() == 6
    assert Message.objects.get(purpose="staff").sender_domain == ""


def test_a_domain_becomes_known_by_its_first_ask(plain_server):
    MessageFactory(purpose="reply")
    dispatch.send_due("email")
    assert not SendingDomain.objects.exists()

    ask()
    dispatch.send_due("email")

    assert [domain.name for domain in SendingDomain.objects.all()] == [NAME]


def test_a_bounce_that_is_reported_twice_counts_once(domain):
    message = letter()

    assert news(message)
    assert not news(message)

    assert figures() == DomainFigures(bounces=1)


@pytest.mark.parametrize("purpose", ["reply", "thanks", "closing"])
def test_a_letter_that_asks_nothing_counts_for_its_domain_too(domain, purpose):
    news(letter(purpose=purpose))

    assert figures() == DomainFigures(bounces=1)


@pytest.mark.parametrize(
    "what",
    [
        {"undeliverable": "mailbox full", "bounce": "soft"},
        {"undeliverable": "blocked", "bounce": ""},
        {"objection": "unsubscribed"},
        {"delivered": True},
    ],
)
def test_what_says_nothing_of_the_domain_is_not_counted(domain, what):
    assert news(letter(), **what)

    assert figures() == DomainFigures()


def test_a_complaint_counts_once_and_beside_a_bounce(domain):
    message = letter()
    news(message, objection="complained")
    news(message, objection="complained")
    news(message)

    assert figures() == DomainFigures(bounces=1, complaints=1)


def test_a_complaint_counts_though_the_recipient_had_ended_letters_before(domain):
    message = letter()
    assert news(message, objection="unsubscribed")
    assert news(message, objection="complained")
    assert not news(message, objection="unsubscribed")

    assert figures() == DomainFigures(complaints=1)
    message.refresh_from_db()
    assert message.objection == "complained"


def test_a_note_to_staff_that_comes_back_counts_for_nobody(domain):
    news(letter(purpose="staff"))

    assert not SendingDay.objects.exists()


def test_an_address_that_is_refused_at_the_door_counts_as_handed_over_and_come_back(plain_server):
    ask()
    plain_server.script = ["rcpt-bad"]

    dispatch.send_due("email")

    assert Message.objects.get().status == "bounced"
    assert figures() == DomainFigures(handed_over=1, bounces=1)


def test_news_before_the_note_is_folded_finds_the_domain_in_the_note(plain_server, domain):
    ask()
    (message,) = outbox.claim("email", limit=1, now=clock.now())
    message.sender_domain = NAME
    outbox.note_sent(message, provider_id="esp-7", now=clock.now())

    services.hear(News(provider_id="esp-7", key="", at=clock.now(), undeliverable="gone", bounce="hard"))
    outbox.fold([message.pk], now=clock.now())

    assert figures() == DomainFigures(handed_over=1, bounces=1)


def test_folding_twice_counts_once(plain_server):
    ask()
    (message,) = outbox.claim("email", limit=1, now=clock.now())
    message.sender_domain = NAME
    outbox.note_sent(message, provider_id="", now=clock.now())

    assert [outbox.fold([message.pk], now=clock.now()), outbox.fold([message.pk], now=clock.now())] == [1, 0]
    assert figures() == DomainFigures(handed_over=1)


def test_a_bounce_counts_on_the_day_on_which_its_letter_was_handed_over(domain):
    news(letter(sent_at=clock.now() - timedelta(days=3)))

    assert list(SendingDay.objects.values_list("day", "bounces")) == [(day(-3), 1)]


def test_the_window_holds_today_and_the_six_days_before_it(domain):
    for days in (-6, -7):
        SendingDay.objects.create(domain=NAME, day=day(days), handed_over=10, bounces=1)

    assert figures() == DomainFigures(handed_over=10, bounces=1)


def test_days_are_those_of_the_company_also_where_its_clock_changes(domain):
    # In Kyiv, 25 October 2026 has 25 hours; it ends at 22:00 UTC.
    last, first = datetime(2026, 10, 25, 21, 59, tzinfo=UTC), datetime(2026, 10, 25, 22, tzinfo=UTC)
    Organisation.objects.update_or_create(pk=1, defaults={"timezone": "Europe/Kyiv"})

    for at in (last, first):
        news(letter(sent_at=at))

    assert [f"{one.day:%d.%m}" for one in SendingDay.objects.order_by("day")] == ["25.10", "26.10"]


def test_a_letter_from_before_the_domain_was_resumed_counts_no_more(domain):
    old = letter(sent_at=clock.now() - timedelta(hours=1))
    breaker.pause(domain, reason="x")
    breaker.resume(domain, reason="Found the bad list.")

    news(old)
    assert figures() == DomainFigures()

    news(letter())
    assert figures() == DomainFigures(bounces=1)
