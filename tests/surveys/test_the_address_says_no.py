"""Whoever said no, or whose mailbox does not work, gets no letter: whichever way round the next ask comes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts import clock
from crm import merges
from crm.imports import files, runs
from crm.models import Contact, Deal, ImportRun
from crm.services import take_over
from crm.suppressions import No, stop
from delivery.dispatch import send_due
from delivery.media.email.inbox import take_report
from delivery.models import Message
from surveys.fates import delivery_news
from surveys.judging import by_hand
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations, remind_due
from tests.crm.conftest import client_of
from tests.delivery.mails import arf, dsn
from tests.factories import SurveyVersionFactory, TriggerFactory, UserFactory, WaveFactory
from tests.noes import object_to

pytestmark = pytest.mark.django_db

START = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday
# Days between two looks: as far as an ask, a reminder and a turn of a wave may be late.
STEP = 7
MAILBOX = "ona@shop.example"
MAPPING = """
source = "files"
[[table]]
file = "c.csv"
to = "contact"
[table.columns]
external_id = "id"
email = "mail"
[[table]]
file = "d.csv"
to = "deal"
[table.columns]
external_id = "id"
contact = "id"
status = { constant = "won" }
"""


@pytest.fixture
def travel():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def letters(mailoutbox, travel):
    """The letters that came to the mailbox; a trigger asks five days after a deal and reminds three days later."""
    survey = SurveyVersionFactory().survey
    TriggerFactory(survey=survey, reminder_days=[3], asks_since=START - timedelta(days=1))

    def pass_days(days):
        for done in range(0, days, STEP):
            travel.shift(timedelta(days=min(STEP, days - done)))
            work()
        return len([mail for mail in mailoutbox if MAILBOX in mail.to[0].lower()])

    return pass_days


def work():
    plan_invitations()
    while judge_due().total or remind_due().total:
        pass
    send_due("email")
    delivery_news.sync()


def customer(external_id="1", source="one", email=MAILBOX, **fields):
    take_over(Contact, [{"external_id": external_id, "email": email, **fields}], source=source)
    return Contact.objects.get(source=source, external_id=external_id)


def win(contact, external_id=None):
    deal = {"external_id": external_id or f"{contact.external_id}-{clock.now()}", "contact": contact.external_id}
    take_over(Deal, [deal | {"status": "won"}], source=contact.source)


def one_click(client, invitation):
    client.post(f"/u/{invitation.token}/", {"List-Unsubscribe": "One-Click"})


def complaint(_client, invitation):
    take_report(arf(Message.objects.get(idempotency_key=f"invite-{invitation.pk}-1")))
    delivery_news.sync()


def hard_bounce(_client, invitation):
    take_report(dsn(Message.objects.get(idempotency_key=f"invite-{invitation.pk}-1")))
    delivery_news.sync()


def told_to_staff(_client, invitation):
    stop({invitation.contact_id: No("asked_staff", clock.now())}, by=UserFactory())


def told_to_the_crm(_client, invitation):
    take_over(Contact, [{"external_id": invitation.contact.external_id, "do_not_contact": True}], source="one")


def objection_to_mail(_client, invitation):
    object_to(invitation.contact)


def reminder_and_next_deal():
    """Nothing new is needed: the reminder of the letter is due, and the same contact buys again."""
    win(Contact.objects.get(external_id="1"))


def new_contact():
    answer = client_of("one").put("/api/v1/contacts/2/", {"email": f" {MAILBOX.upper()}"})
    assert answer.status_code == 201
    win(Contact.objects.get(external_id="2"))


def other_source():
    win(customer("1", source="two", phone="+37060000000"))


def imported():
    run = ImportRun.objects.create(mapping=MAPPING, status="running", heard_at=clock.now())
    sent = {"c.csv": f"id,mail\n7,Ona <{MAILBOX}>\n".encode(), "d.csv": b"id\n7\n"}
    report = runs.execute(run, files.uploads(sent))
    assert report.counts["d.csv"] == {"created": 1}


def edited_before_the_next_deal():
    other = customer("3", email="jonas@shop.example")
    customer("3")
    win(other)


def edited_after_the_next_deal():
    win(customer("3", email="jonas@shop.example"))
    customer("3")


def second_address():
    win(customer("4", email="jonas@shop.example", emails=["jonas@shop.example", MAILBOX]))


def asked_anyway():
    """Whoever presses the button is refused; every reason is one of the address or of the person."""
    contact = customer("5")
    survey = Invitation.objects.first().survey
    with pytest.raises(by_hand.NotAsked) as refusal:
        by_hand.ask_anyway(contact=contact, survey=survey, by=UserFactory(), reason="I want to.")
    assert refusal.value.reason in ("do_not_contact", "bounced")


def wave_of_everybody():
    customer("6")
    WaveFactory(survey__priority=9, cadence_days=30, starts_on=clock.now().date())


def merged_into_another_record():
    other = customer("8", source="two")
    merges.merge(other, Contact.objects.get(source="one", external_id="1"))
    win(other)


def merged_with_a_record_that_buys_under_its_own_id():
    other = customer("9", source="two")
    merges.merge(Contact.objects.get(source="one", external_id="1"), other)
    win(other)


def merged_and_parted():
    other = customer("10", source="two")
    merges.undo(merges.merge(other, Contact.objects.get(source="one", external_id="1")))
    win(other)


AGAIN = [
    reminder_and_next_deal,
    new_contact,
    other_source,
    imported,
    edited_before_the_next_deal,
    edited_after_the_next_deal,
    asked_anyway,
    wave_of_everybody,
    merged_into_another_record,
    merged_with_a_record_that_buys_under_its_own_id,
    merged_and_parted,
]


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize("say_no", [one_click, complaint, hard_bounce, told_to_staff, told_to_the_crm])
def test_no_letter_leaves_after_a_no(client, letters, travel, say_no, again):
    win(customer())
    assert letters(6) == 1
    say_no(client, Invitation.objects.get())
    travel.shift(timedelta(days=100))

    again()

    assert letters(35) == 1


@pytest.mark.parametrize("again", [a for a in AGAIN if a is not asked_anyway])
def test_without_a_no_the_next_letter_does_leave(letters, travel, again):
    win(customer())
    letters(12)
    travel.shift(timedelta(days=100))

    again()

    assert letters(35) > 2


@pytest.mark.parametrize("say_no", [one_click, complaint, told_to_staff, told_to_the_crm])
def test_whoever_carries_the_mailbox_of_a_no_is_not_written_to_elsewhere_either(client, letters, travel, say_no):
    win(customer())
    letters(6)
    say_no(client, Invitation.objects.get())
    travel.shift(timedelta(days=100))

    second_address()
    letters(10)

    assert Message.objects.filter(to_address="jonas@shop.example").count() == 0


def test_a_bounce_stops_one_address_and_the_other_goes_on(client, letters, travel):
    win(customer())
    letters(6)
    hard_bounce(client, Invitation.objects.get())
    travel.shift(timedelta(days=100))

    second_address()

    assert letters(10) == 1
    assert Message.objects.filter(to_address="jonas@shop.example", purpose="invite").count() == 1


def test_an_objection_to_mail_stops_the_reminder_and_the_next_ask(client, letters, travel):
    win(customer())
    letters(6)
    objection_to_mail(client, Invitation.objects.get())
    travel.shift(timedelta(days=100))

    reminder_and_next_deal()

    assert letters(35) == 1


def test_a_letter_in_the_outbox_stays_there_when_the_mailbox_says_no_elsewhere(client, letters, travel):
    win(customer())
    letters(6)
    travel.shift(timedelta(days=100))
    win(customer("1", source="two"))
    travel.shift(timedelta(days=6))
    plan_invitations()
    judge_due()
    waiting = Invitation.objects.get(contact__source="two")
    assert waiting.status == "queued"

    one_click(client, Invitation.objects.get(contact__source="one"))

    assert letters(1) == 1
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason, waiting.asked_at) == ("suppressed", "do_not_contact", None)
