"""What customers write back comes into their follow-ups, once, whoever wrote it and however often it is read."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import SetAsideRow
from crm.models import Suppression
from delivery import composers
from delivery.media.email import reply_addresses
from delivery.models import IncomingLetter, Message
from followups import services
from followups.letters import arrivals
from followups.letters.replies import StaffReply
from followups.models import Activity, CustomerLetter, Followup
from surveys.letters import messages
from surveys.models import Hold
from tests.factories import (
    ContactFactory,
    DealFactory,
    FollowupFactory,
    InvitationFactory,
    MessageFactory,
    ResponseFactory,
)
from tests.followups.mailbag import Mailbag, case, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def bag(settings, tmp_path):
    settings.BOUNCE_DROP_DIR = str(tmp_path)
    settings.REPLY_ADDRESS = "reply@replies.example"
    settings.MESSAGE_ID_DOMAIN = "plumb.localhost"
    return Mailbag(tmp_path)


@pytest.fixture
def contact():
    return ContactFactory(first_name="Ona", email="ona@shop.example")


@pytest.fixture
def followup(owner, team, contact):
    invitation = InvitationFactory(contact=contact, status="answered")
    return FollowupFactory(assignee=owner, team=team, response__invitation=invitation, response__score=2)


@pytest.fixture
def reply(followup, owner):
    """What the agent wrote to the customer."""
    key = "00000000-0000-0000-0000-000000000001"
    return services.reply(
        followup=followup, said=StaffReply(subject="Sorry", text="What can we do?"), key=key, by=owner
    )


def asked(contact, **facts):
    """Return the message with which a customer was asked."""
    invitation = InvitationFactory(contact=contact, status="sent", **facts)
    message = messages.message(invitation, messages.INVITE, 1, clock.now(), to=contact.email)
    messages.queue([message], [invitation])
    return Message.objects.get(idempotency_key=message.idempotency_key)


def said(followup):
    """Return kind and letter of what came from the customer, oldest first."""
    rows = followup.activities.filter(kind__in=["reply", "automatic"]).order_by("pk")
    return [(row.kind, IncomingLetter.objects.get(pk=row.change["letter"]).text) for row in rows]


def status(followup):
    return Followup.objects.get(pk=followup.pk).status


def test_a_reply_goes_out_with_an_address_of_its_own_and_comes_back_into_the_follow_up(bag, followup, reply, owner):
    followup.wait(by=owner)
    sent = composers.compose([reply])[reply.pk]
    to = str(sent.message["Reply-To"])
    assert "reply+" in to

    read = bag.take(letter(to=to, text="The roof leaks."))

    assert (read.letters, read.others) == (1, 0)
    assert said(followup) == [("reply", "The roof leaks.")]
    assert status(followup) == "in_progress"
    assert Followup.objects.get().look_again_on is None
    assert [path.name for path in (bag.folder / "done").iterdir()] == ["000001.eml"]


def test_many_go_on_as_one_does(bag, followup, reply, owner):
    followup.wait(by=owner)
    followup.start(by=None)
    by_hand = followup.activities.filter(kind="status").latest("pk")
    row = Followup.objects.filter(pk=followup.pk).values().get()
    followup.wait(by=owner)

    bag.take(letter(reply))

    status = followup.activities.filter(kind="status").latest("pk")
    assert (status.change, status.by, status.text) == (by_hand.change, by_hand.by, by_hand.text)
    assert Followup.objects.filter(pk=followup.pk).values().get() == row


def test_letters_of_an_ask_have_addresses_of_their_own_and_go_elsewhere_where_none_is_read(bag, contact, settings):
    message = asked(contact)
    written = composers.compose([message])[message.pk]
    assert bag.take(letter(to=str(written.message["Reply-To"]))).letters == 1

    settings.REPLY_ADDRESS = ""
    assert composers.compose([message])[message.pk].message["Reply-To"] is None


def test_a_client_that_answers_to_the_sender_is_known_by_what_it_refers_to(bag, followup, reply):
    bag.take(letter(reply, refers=True))

    assert said(followup) == [("reply", "Please call me.")]
    assert not IncomingLetter.objects.get().is_proven


@pytest.mark.parametrize("read_again", [1, 5])
def test_a_letter_read_again_is_one_activity(bag, followup, reply, read_again):
    mail = letter(reply)

    for _time in range(read_again + 1):
        bag.take(mail, mail)

    assert said(followup) == [("reply", "Please call me.")]
    assert CustomerLetter.objects.count() == IncomingLetter.objects.count() == 1


def test_what_answers_nothing_of_ours_is_left_to_people(bag, reply):
    notice = MessageFactory(purpose="staff")

    read = bag.take(letter(), letter(notice, refers=True), letter(to="reply+" + "a" * 48 + "@replies.example"))

    assert (read.letters, read.others) == (0, 3)
    assert len(list((bag.folder / "failed").iterdir())) == 3
    assert not IncomingLetter.objects.exists()


def test_where_no_answers_are_asked_for_they_are_left_to_people(bag, reply, settings):
    mail = letter(reply, refers=True)
    settings.REPLY_ADDRESS = ""

    assert bag.take(mail).others == 1

    assert not IncomingLetter.objects.exists()


def test_a_reply_to_what_was_written_from_a_closed_follow_up_reopens_it_whenever_it_comes(bag, followup, reply, owner):
    followup.dismiss(reason="Nothing to do", by=owner)
    Followup.objects.update(closed_at=clock.now() - timedelta(days=300))

    bag.take(letter(reply))

    assert status(followup) == "in_progress"
    assert Hold.objects.get(cause=followup.hold_cause).released_at is None


@pytest.mark.parametrize(("days", "now_is"), [(29, "in_progress"), (31, "dismissed")])
def test_an_answer_to_another_letter_reopens_what_was_closed_recently_else_it_is_new_work(
    bag, contact, followup, owner, days, now_is
):
    followup.dismiss(reason="Nothing to do", by=owner)
    Followup.objects.update(closed_at=clock.now() - timedelta(days=days))

    bag.take(letter(asked(contact)))

    assert status(followup) == now_is
    assert (CustomerLetter.objects.get().followup == followup) == (now_is == "in_progress")
    assert Followup.objects.filter(response=None).count() == (now_is == "dismissed")


def test_an_answer_to_an_ask_goes_into_the_open_follow_up(bag, contact, followup):
    bag.take(letter(asked(contact)))

    assert said(followup) == [("reply", "Please call me.")]
    assert status(followup) == "new"


def test_an_answer_to_thanks_opens_the_follow_up_that_no_playbook_asked_for(bag, contact):
    message = asked(contact)
    response = ResponseFactory(invitation_id=message.context["invitation"], contact=contact, score=10)

    bag.take(letter(message), letter(message, name="2", text="And thank you."))

    followup = Followup.objects.get()
    assert (followup.response, followup.priority, followup.status) == (response, 2, "new")
    assert [text for _kind, text in said(followup)] == ["Please call me.", "And thank you."]
    assert followup.activities.filter(kind="created").count() == 1


def test_somebody_else_who_answers_is_shown_with_their_address(bag, followup, reply):
    bag.take(case("50_elsewhere", reply))

    row = IncomingLetter.objects.get()
    assert (row.from_address, row.from_name, row.is_from_elsewhere) == ("jonas@shop.example", "Jonas Ž", True)
    assert said(followup) == [("reply", "I take over from Ona.")]


@pytest.mark.parametrize("name", ["20_away_header", "21_away_uk", "22_away_ru", "23_away_lt", "24_away_en"])
def test_an_automatic_answer_is_noted_and_wakes_nobody(bag, followup, reply, owner, name):
    followup.wait(by=owner)

    bag.take(case(name, reply))

    assert [kind for kind, _text in said(followup)] == ["automatic"]
    assert status(followup) == "waiting"


def test_an_automatic_answer_reopens_nothing_and_waits_for_nobody(bag, followup, reply, contact, owner):
    followup.dismiss(reason="Nothing to do", by=owner)

    bag.take(case("25_precedence", reply))
    assert status(followup) == "dismissed"

    Followup.objects.update(closed_at=clock.now() - timedelta(days=100))
    bag.take(case("24_away_en", asked(contact)))
    assert not CustomerLetter.objects.waiting().exists()


@pytest.mark.parametrize("name", ["30_stop_en", "31_stop_uk", "32_stop_ru", "33_stop_lt"])
def test_stop_alone_ends_all_letters_to_that_address(bag, contact, name):
    bag.take(case(name, asked(contact)))

    contact.refresh_from_db()
    assert contact.do_not_contact_reason == "unsubscribed"
    assert Suppression.objects.get().evidence.startswith("“")
    assert CustomerLetter.objects.get().asks_to_stop
    assert not CustomerLetter.objects.waiting().exists()


@pytest.mark.parametrize("name", ["34_stop_in_a_sentence", "35_stop_from_elsewhere", "24_away_en"])
def test_nothing_else_does(bag, contact, name):
    bag.take(case(name, asked(contact)))

    contact.refresh_from_db()
    assert contact.may_be_contacted
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(("name", "score"), [("40_nine", 9), ("41_eleven", None), ("42_nine_of_us", None)])
def test_a_bare_number_is_kept_as_what_it_may_be_and_counts_nowhere(bag, contact, name, score):
    bag.take(case(name, asked(contact)))

    assert CustomerLetter.objects.get().score == score
    assert not hasattr(CustomerLetter.objects.get().invitation, "response")


def test_a_letter_that_cannot_be_taken_up_is_set_aside_and_holds_up_no_other(bag, followup, reply, monkeypatch):
    enter = arrivals._enter

    def break_at_one(taken):
        if any(each.letter.text == "poison" for each in taken):
            raise ValueError("too much")
        enter(taken)

    monkeypatch.setattr(arrivals, "_enter", break_at_one)

    bag.take(letter(reply, name="1", text="poison"), letter(reply, name="2", text="fine"))

    assert said(followup) == [("reply", "fine")]
    assert SetAsideRow.objects.get().reason == "ValueError: too much"


def test_two_thousand_replies_in_one_mailbox_are_taken_once_each(bag, followup, reply):
    bag.drop(*(letter(reply, name=str(number), text=f"Word {number}") for number in range(2000)))

    read = bag.take()

    assert (read.letters, read.others, read.set_aside) == (2000, 0, 0)
    assert followup.activities.filter(kind="reply").count() == 2000
    assert Activity.objects.filter(kind="status").count() == 1


def test_a_letter_that_a_provider_brings_is_taken_and_kept_whatever_it_answers(bag, followup, reply):
    from delivery.media.email import inbox

    inbox.take_mail(letter(reply), source="webhook")
    inbox.take_mail(letter(reply), source="webhook")
    inbox.take_mail(letter(name="2", text="Who are you?"), source="webhook")
    inbox.take_mail(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 1000, source="webhook")
    arrivals.take_due()

    assert said(followup) == [("reply", "Please call me.")]
    assert IncomingLetter.objects.filter(answers=None).count() == 2


def test_a_letter_to_several_of_ours_answers_the_one_to_whoever_writes(bag, followup, reply, owner):
    other = FollowupFactory(assignee=owner, response__contact=ContactFactory(email="jonas@shop.example"))
    theirs = services.reply(followup=other, said=StaffReply(subject="Sorry", text="?"), key="2", by=owner)
    both = f"{reply_addresses.address(reply)}, {reply_addresses.address(theirs)}"

    bag.take(
        letter(to=both, name="1", text="From Ona."),
        letter(to=both, name="2", text="From Jonas.", sender="jonas@shop.example"),
    )

    assert (said(followup), said(other)) == ([("reply", "From Ona.")], [("reply", "From Jonas.")])
    assert not IncomingLetter.objects.filter(is_from_elsewhere=True).exists()


def test_a_letter_too_long_to_be_kept_whole_says_so(bag, followup, reply):
    bag.take(letter(reply, text="word " * 5000))

    row = IncomingLetter.objects.get()
    assert (len(row.text), row.is_cut) == (19_999, True)


def test_work_that_a_letter_opens_weighs_what_the_customer_is_worth(bag, contact):
    DealFactory(contact=contact, status="won", closed_at=clock.now(), amount_base=5000)
    FollowupFactory(worth=1000)
    message = asked(contact)
    response = ResponseFactory(
        contact=contact,
        invitation_id=message.context["invitation"],
        score=8,
        settled_at=clock.now(),
        routed_at=clock.now(),
    )

    bag.take(letter(message))

    opened = Followup.objects.get(response=response)
    assert (opened.worth, opened.value) == (5000, 6)
