"""A letter about an improvement that came back, or was not sent after all, told nobody of it."""

from datetime import timedelta

import pytest

from accounts import clock
from delivery import composers
from delivery.models import Message
from followups.improvements import audience, changes, runs
from followups.letters import lately
from followups.models import ImprovementLetter, Mailing, MailingRecipient
from surveys.fates import delivery_news
from tests.factories import BrandFactory, ContactFactory, InvitationFactory, ResponseFactory
from tests.noes import move_to

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=30)
UNKNOWN = "550 5.1.1 User unknown"


@pytest.fixture
def done(improvement, manager):
    changes.word(improvement, {"en": "Vans leave an hour earlier."}, by=manager)
    improvement.move("done", by=manager)
    return improvement


@pytest.fixture
def tell(done, administrator):
    """Link the answers of critics, one for each address, and write to them."""

    def tell(*emails):
        at = clock.now() - LONG_AGO
        asked = {"status": "answered", "asked_at": at, "queued_at": at}
        answers = [
            ResponseFactory(score=2, invitation=InvitationFactory(contact=ContactFactory(email=email), **asked))
            for email in emails
        ]
        changes.link(done, answers, by=administrator)
        write(done, administrator)
        return [answer.contact for answer in answers]

    return tell


def write(improvement, by):
    number = runs.want(improvement, by=by)
    runs.write_due(clock.now())
    return number


def come_back(address, *, error=UNKNOWN, bounce="hard"):
    message = Message.objects.filter(to_address=address).latest("pk")
    assert message.mark_undeliverable(error=error, at=clock.now(), bounce=bounce)
    delivery_news.sync()


def known(improvement, reader):
    """Return of each customer by their first mailbox why they are not written to, and why a letter did not arrive."""
    found = audience.of(improvement, reader, clock.now()).customers
    return {each.contact.email: (each.fault, each.came_back) for each in found}


def sent():
    return list(Message.objects.filter(purpose="closing").order_by("pk").values_list("to_address", "status"))


def test_whoever_it_came_back_from_is_not_told_and_the_reason_is_said(done, tell, administrator):
    tell("ona@shop.example", "jonas@shop.example")

    come_back("ona@shop.example")

    assert known(done, administrator) == {
        "ona@shop.example": ("bounced", UNKNOWN),
        "jonas@shop.example": ("told", ""),
    }
    assert [row.contact.email for row in ImprovementLetter.objects.told()] == ["jonas@shop.example"]
    so_far = runs.progress(done)
    assert (so_far.written, so_far.not_arrived) == (2, 1)
    assert write(done, administrator) == 0


def test_the_pages_say_how_many_came_back_whose_they_are_and_why(client, done, tell, administrator):
    ona, jonas, _petras = tell("ona@shop.example", "jonas@shop.example", "petras@shop.example")
    come_back("ona@shop.example")
    come_back("jonas@shop.example", error="452 mailbox full", bounce="soft")
    client.force_login(administrator)

    page = client.get(f"/improvements/{done.pk}/")
    assert "3 letters are written." in page.text
    assert "2 of them did not arrive: those customers do not know yet." in page.text

    page = client.get(f"/improvements/{done.pk}/letters/")
    assert (page.context["writable"], page.context["left_number"]) == (1, 2)
    lines = " ".join(page.text.split())
    assert f'<a href="/contacts/{ona.pk}/">{ona}</a>: {UNKNOWN}' in lines
    assert "Cannot be written to again: Mail to the address came back." in lines
    assert f'<a href="/contacts/{jonas.pk}/">{jonas}</a>: 452 mailbox full' in lines
    assert "Can be written to again." in lines
    assert "Write to 1 customer<" in page.text


def test_a_letter_that_arrived_is_said_to_have_come_back_nowhere(client, done, tell, administrator):
    tell("ona@shop.example")
    client.force_login(administrator)

    for page in ("", "letters/"):
        assert "did not arrive" not in client.get(f"/improvements/{done.pk}/{page}").text


def test_at_another_address_they_are_told_once(done, tell, administrator):
    (ona,) = tell("ona@shop.example")
    come_back("ona@shop.example")
    move_to(ona, "ona@home.example")

    assert write(done, administrator) == 1
    assert write(done, administrator) == 0

    assert sent() == [("ona@shop.example", "bounced"), ("ona@home.example", "queued")]
    assert runs.progress(done).not_arrived == 0
    assert [fault for fault, _came_back in known(done, administrator).values()] == ["told"]


def test_at_the_same_address_they_get_another_letter_in_the_words_of_now(done, tell, administrator):
    tell("ona@shop.example")
    for words in ("Vans leave at six.", "Vans leave at five."):
        come_back("ona@shop.example", error="452 mailbox full", bounce="soft")
        changes.word(done, {"en": words}, by=administrator)
        assert (write(done, administrator), write(done, administrator)) == (1, 0)

    assert sent() == [("ona@shop.example", "failed")] * 2 + [("ona@shop.example", "queued")]
    latest = Message.objects.latest("pk")
    assert "Vans leave at five." in composers.compose([latest])[latest.pk].text
    assert ImprovementLetter.objects.get().message == latest


def test_records_of_one_mailbox_get_one_letter_again(done, tell, administrator):
    tell("shop@shop.example", "shop@shop.example")
    come_back("shop@shop.example", error="452 mailbox full", bounce="soft")

    assert write(done, administrator) == 2

    assert sent() == [("shop@shop.example", "failed"), ("shop@shop.example", "queued")]
    assert ImprovementLetter.objects.told().count() == 2


def test_who_shares_a_mailbox_with_somebody_who_got_it_by_now_gets_no_third(
    done, tell, administrator, manager, no_floor
):
    ona, _jonas = tell("shop@shop.example", "shop@shop.example")
    come_back("shop@shop.example", error="452 mailbox full", bounce="soft")
    ona.responses.update(team=manager.team)

    assert (write(done, manager), write(done, administrator)) == (1, 1)

    assert sent() == [("shop@shop.example", "failed"), ("shop@shop.example", "queued")]
    assert ImprovementLetter.objects.told().count() == 2


def test_what_was_called_off_is_offered_again_with_its_reason(done, tell, administrator):
    tell("ona@shop.example")
    Message.objects.update(status="cancelled", error="The improvement is not done after all.")

    assert known(done, administrator) == {"ona@shop.example": ("", "The improvement is not done after all.")}
    assert write(done, administrator) == 1
    assert sent() == [("ona@shop.example", "cancelled"), ("ona@shop.example", "queued")]


def test_what_did_not_arrive_is_no_letter_that_anybody_had_of_late(tell, done, manager):
    (ona,) = tell("ona@shop.example")
    since, mailed = clock.now() - LONG_AGO, ContactFactory(email="jonas@shop.example")
    mailing = Mailing.objects.create(name="News", brand=BrandFactory(), by=manager)
    message = Message.objects.create(
        medium="email", purpose="marketing", to_address="jonas@shop.example", language="en", idempotency_key="news"
    )
    MailingRecipient.objects.create(
        mailing=mailing, contact=mailed, status="written", decided_at=clock.now(), message=message, token_hash=b"1"
    )
    both = [ona.pk, mailed.pk]
    assert lately.written_to(both, since) == {*both}

    come_back("ona@shop.example")
    assert lately.written_to(both, since) == {mailed.pk}
    come_back("jonas@shop.example")
    assert lately.written_to(both, since) == set()
