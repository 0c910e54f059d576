"""What staff see of customers' letters: in the follow-up, or on a page of their own until somebody has seen to them."""

import pytest

from accounts.models import Organisation
from crm.models import Suppression
from delivery import correspondence
from delivery.models import IncomingLetter
from followups.models import CustomerLetter
from responses.models import Response
from surveys.models import Invitation
from tests.factories import DealFactory, PlaybookFactory, ResponseFactory, UserFactory
from tests.followups.mailbag import case, letter
from tests.followups.test_letters import asked, bag, contact, followup, reply, status  # noqa: F401 fixtures
from tests.responses.texts import postbag

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(bag, contact, owner):  # noqa: F811
    """A letter of a customer of the owner who has answered nothing, and of which no work is wanted."""
    PlaybookFactory(survey=None, category="", takes_letters=True, creates_followup=False, position=1)
    DealFactory(contact=contact, manager=owner)
    bag.take(case("40_nine", asked(contact)))
    return CustomerLetter.objects.get()


def test_a_letter_stands_in_the_follow_up_with_its_quotation_folded_and_its_files_named(
    client, owner, bag, followup, reply  # noqa: F811
):  # fmt: skip
    bag.take(case("01_gmail_en", reply), case("13_attachments", reply))
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/").text

    assert "The delivery was two weeks late.\nPlease call me.</p>" in page
    assert page.count("<details>\n          <summary>Quoted text and signature</summary>") == 1
    assert "дах.png · image/png · 108\xa0bytes" in page
    assert "looks like application/x-msdownload" in page
    assert "left in the mailbox" in page


def test_html_of_a_customer_is_text(client, owner, bag, followup, reply):  # noqa: F811
    bag.take(letter(reply, text="<script>alert(1)</script><b>bold</b>"))
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;bold" in page
    assert "<b>bold" not in page


def test_somebody_else_is_shown_as_such(client, owner, bag, followup, reply):  # noqa: F811
    bag.take(case("50_elsewhere", reply))
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/").text

    assert "jonas@shop.example" in page
    assert "not the address we wrote to" in page
    assert "the sender is not proven" not in page


def test_a_letter_that_only_names_ours_is_shown_as_what_anybody_may_have_sent(
    client, owner, bag, followup, reply  # noqa: F811
):  # fmt: skip
    bag.take(letter(reply, refers=True))
    client.force_login(owner)

    assert "the sender is not proven" in client.get(f"/inbox/{followup.pk}/").text


def test_words_are_hidden_from_whoever_is_rated_but_for_the_conversation(
    client, owner, bag, followup, reply, contact  # noqa: F811
):  # fmt: skip
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    Response.objects.update(manager=owner)
    bag.take(letter(asked(contact), name="1", text="Olena was rude."), letter(reply, name="2", text="Call me at noon."))
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/").text

    assert "Olena was rude." not in page
    assert "The company hides these words" in page
    assert "Call me at noon." in page


@pytest.mark.parametrize("address", ["", "reply@replies.example"])
def test_the_form_says_where_the_answer_comes_to(client, owner, followup, settings, address):  # noqa: F811
    settings.REPLY_ADDRESS = address
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/").text

    assert ("answer comes back into this follow-up" in page) == bool(address)
    assert ("answer comes to your own mailbox" in page) != bool(address)


def test_a_letter_waits_on_its_page_until_somebody_has_seen_to_it(client, owner, waiting):
    client.force_login(owner)
    assert "9/10" in client.get("/letters/").text

    page = client.post(f"/letters/{waiting.pk}/closure/", follow=True)

    assert "The letter is seen to." in page.text
    assert "9/10" not in page.text
    assert CustomerLetter.objects.get().seen_by == owner


def test_strangers_see_no_letter(client, stranger, waiting):
    client.force_login(stranger)

    assert "9/10" not in client.get("/letters/").text
    assert client.post(f"/letters/{waiting.pk}/closure/").status_code == 404
    assert client.post(f"/letters/{waiting.pk}/score/").status_code == 404
    assert CustomerLetter.objects.get().is_waiting
    assert not Response.objects.exists()


def test_a_number_counts_when_somebody_has_written_it_down_and_then_once(client, owner, waiting):
    client.force_login(owner)
    assert "The customer wrote 9 and nothing else." in client.get("/letters/").text
    assert not Response.objects.exists()

    client.post(f"/letters/{waiting.pk}/score/", {"score": "9"})
    page = client.post(f"/letters/{waiting.pk}/score/", {"score": "9"}, follow=True)

    written = Response.objects.get()
    assert "This was written down before." in page.text
    assert (written.score, written.origin, written.entry.kind) == (9, "staff", "staff_form")
    assert (written.invitation, written.contact) == (None, waiting.contact)
    assert written.answered_at == IncomingLetter.objects.get().arrived_at
    assert Invitation.objects.get().remind_at is None


def test_what_the_customer_said_by_the_link_stands(client, owner, waiting, contact):  # noqa: F811
    ResponseFactory(invitation=waiting.invitation, contact=contact, score=3)
    client.force_login(owner)

    page = client.post(f"/letters/{waiting.pk}/score/", {"score": "9"}, follow=True)

    assert "that answer stands" in page.text
    assert Response.objects.get().score == 3


@pytest.fixture
def told(bag, contact, owner):  # noqa: F811
    """A letter that says a score in words, of a customer of the owner who has answered nothing."""
    PlaybookFactory(survey=None, category="", takes_letters=True, creates_followup=False, position=1)
    DealFactory(contact=contact, manager=owner)
    bag.take(letter(asked(contact), text="Honestly, the best I had: nine. Do not write to me again."))
    return CustomerLetter.objects.get()


def test_whoever_reads_a_score_in_words_chooses_it(client, owner, told):
    client.force_login(owner)
    assert "A score stands in these words" in client.get("/letters/").text

    page = client.post(f"/letters/{told.pk}/score/", {"score": "9"}, follow=True)

    assert "The score is written down" in page.text
    assert Response.objects.values_list("score", "origin").get() == (9, "staff")


@pytest.mark.parametrize("score", ["", "11", "-1", "nine", "9" * 5000])
def test_a_score_off_the_scale_is_asked_for_again(client, owner, told, score):
    client.force_login(owner)

    page = client.post(f"/letters/{told.pk}/score/", {"score": score}, follow=True)

    assert "Choose the score that the customer gave." in page.text
    assert not Response.objects.exists()
    assert CustomerLetter.objects.get().is_waiting


def test_whoever_reads_a_no_in_words_writes_it_down(client, owner, told, contact):  # noqa: F811
    client.force_login(owner)
    assert f"No survey and no letter goes to {contact.email} any more" in client.get("/letters/").text

    page = client.post(f"/letters/{told.pk}/refusal/", follow=True)

    contact.refresh_from_db()
    assert "Nobody writes to them any more." in page.text
    assert not contact.may_be_contacted
    assert f"Do not write to me again.” · {told.letter.message_id} · {owner.name}" in Suppression.objects.get().evidence


def test_a_stranger_to_the_customer_writes_no_no_down(client, stranger, told):
    client.force_login(stranger)

    assert client.post(f"/letters/{told.pk}/refusal/").status_code == 404
    assert not Suppression.objects.exists()


def test_a_no_of_nobody_knows_whom_waits_for_whoever_sees_all_teams(client, owner, bag):  # noqa: F811
    admin = UserFactory(is_superuser=True)
    correspondence.keep_text(postbag.text(None, "STOP", from_number="SHOP-UA"))
    bag.take()

    client.force_login(owner)
    assert "Somebody whom we do not know" not in client.get("/letters/").text
    client.force_login(admin)
    page = client.get("/letters/").text
    assert "Somebody whom we do not know" in page
    assert "from an address that is not known: nothing was stopped" in page
    assert "They want no more messages" not in page
    answer = client.post(f"/letters/{CustomerLetter.objects.get().pk}/refusal/", follow=True)
    assert "It is not known which address that would be." in answer.text


def test_the_page_takes_as_many_queries_for_many_letters_as_for_one(
    client, owner, waiting, bag, contact, django_assert_max_num_queries  # noqa: F811
):  # fmt: skip
    client.force_login(owner)
    client.get("/letters/")
    bag.take(*(letter(asked(contact), name=str(number), text=f"Word {number}") for number in range(4)))

    with django_assert_max_num_queries(9):
        assert "Word 3" in client.get("/letters/").text
