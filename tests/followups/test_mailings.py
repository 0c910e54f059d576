"""One letter to a segment: who gets it, who does not and why; sent once, each with the link that ends all offers."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from accounts import clock
from accounts.models import SetAsideRow
from crm.models import Consent, Contact, LatestScore
from delivery import composers
from delivery.models import Message
from followups.mailings import dispatch, letters, offers_end, reach
from followups.models import Mailing, MailingRecipient
from surveys.models import CustomerSegment, Hold
from tests.factories import BrandFactory, ContactFactory, DealFactory, InvitationFactory
from tests.noes import opt_out

pytestmark = pytest.mark.django_db
NOW = clock.now()
TEXTS = {
    "en": {"subject": "News for {first_name}", "text": "[[Hello {first_name},|Hello,]]\nearly access from {brand}."},
    "lt": {"subject": "Naujienos", "text": "Sveiki, {name}."},
}


def fan(name, *, consent="given", of=None, **fields):
    contact = ContactFactory(first_name=name, last_name="", **{"language": "en", **fields})
    LatestScore.objects.create(
        contact=contact, metric="nps", answer=contact.pk, answered_at=NOW, score=10, category="promoter"
    )
    if consent:
        Consent.objects.create(contact=contact, medium="email", use="marketing", status=consent, origin="Form")
    if of:
        DealFactory(contact=contact, manager=of)
    return contact


@pytest.fixture
def sender(manager):
    return manager


@pytest.fixture
def segment(sender):
    return CustomerSegment.objects.create(owner=sender, name="Fans", conditions={"answered": "promoter"})


@pytest.fixture
def mailing(sender, segment):
    brand = BrandFactory(postal_address="Gedimino 1, Vilnius", sender_address="news@alder.example")
    return Mailing.objects.create(name="Early access", brand=brand, segment=segment, by=sender, texts=TEXTS)


def outcomes():
    rows = MailingRecipient.objects.select_related("contact")
    return {row.contact.first_name: row.reason or row.status for row in rows}


def send_all(mailing, sender):
    number = dispatch.send(mailing, by=sender)
    dispatch.send_due()
    return number


def letter_of(name):
    message = Message.objects.get(mailing_recipient__contact__first_name=name)
    return composers.compose([message])[message.pk]


def test_everybody_who_may_be_written_to_gets_one_letter_in_their_language(mailing, sender, owner):
    fan("Ona", of=owner, language="lt")
    fan("Ivan", of=owner, language="pl-PL")

    assert send_all(mailing, sender) == 2

    assert outcomes() == {"Ona": "written", "Ivan": "written"}
    assert letter_of("Ona").text.startswith("Sveiki, Ona.")
    letter = letter_of("Ivan")
    assert letter.subject == "News for Ivan"
    assert letter.text.startswith("Hello Ivan,\nearly access from Ąžuolas & Co.\n\n-- \n")
    assert "Gedimino 1, Vilnius" in letter.text
    assert letter.message["From"].endswith("<news@alder.example>")
    message = Message.objects.get(mailing_recipient__contact__first_name="Ivan")
    assert (message.purpose, message.idempotency_key.split("-")[0]) == ("marketing", "mailing")


def test_who_may_not_be_written_to_is_told_with_the_reason(mailing, sender, owner):
    fan("Given", of=owner)
    fan("Soft", of=owner, consent="soft_opt_in", region="LT")
    fan("Silent", of=owner, consent="")
    fan("Objected", of=owner, consent="objected")
    fan("Nowhere", of=owner, email="", written_down__emails=[])
    stopped = fan("Stopped", of=owner)
    opt_out(stopped)
    Hold.place(contact_id=fan("Held", of=owner).pk, cause="followup-1")
    InvitationFactory(contact=fan("Asked", of=owner), asked_at=NOW - timedelta(days=2))
    fan("Twin", of=owner, email=Contact.objects.get(first_name="Given").email)

    send_all(mailing, sender)

    assert outcomes() == {
        "Given": "written",
        "Soft": "written",
        "Silent": "no_consent",
        "Objected": "objected",
        "Nowhere": "no_address",
        "Stopped": "do_not_contact",
        "Held": "hold",
        "Asked": "floor",
        "Twin": "same_address",
    }
    assert Message.objects.count() == 2


def test_who_had_another_letter_days_ago_is_left_alone(mailing, sender, owner, segment):
    fan("Ona", of=owner)
    send_all(mailing, sender)
    again = Mailing.objects.create(name="Again", brand=mailing.brand, segment=segment, by=sender, texts=TEXTS)

    dispatch.send(again, by=sender)
    dispatch.send_due()

    assert again.recipients.get().reason == "written_lately"


def test_a_letter_to_a_mailbox_of_two_records_is_one_to_both(mailing, sender, owner, segment):
    first = fan("Ona", of=owner)
    send_all(mailing, sender)
    fan("Twin", of=owner, email=first.email)
    fan("Other", of=owner)
    again = Mailing.objects.create(name="Again", brand=mailing.brand, segment=segment, by=sender, texts=TEXTS)

    send_all(again, sender)

    of_again = {row.contact.first_name: row.reason for row in again.recipients.select_related("contact")}
    assert of_again == {"Ona": "written_lately", "Twin": "written_lately", "Other": ""}


def test_only_customers_within_the_reach_of_the_sender_are_written_to(mailing, sender, owner, stranger):
    fan("Ours", of=owner)
    fan("Theirs", of=stranger)

    send_all(mailing, sender)

    assert outcomes() == {"Ours": "written"}


def test_sending_twice_sends_once(mailing, sender, owner):
    fan("Ona", of=owner)
    assert send_all(mailing, sender) == 1
    late = fan("Late", of=owner)

    assert dispatch.send(Mailing.objects.get(), by=sender) == 0
    assert dispatch.send_due() == 0

    assert not MailingRecipient.objects.filter(contact=late).exists()
    assert Message.objects.count() == 1
    assert Mailing.objects.get().finished_at is not None


def test_what_its_sender_did_not_see_is_not_sent(client, mailing, sender, owner, segment):
    fan("Ona", of=owner)
    seen = mailing.content_hash
    client.force_login(sender)
    CustomerSegment.objects.filter(pk=segment.pk).update(conditions={"metric": "nps"})

    page = client.post(f"/mailings/{mailing.pk}/sending/", {"seen": seen}, follow=True)

    assert "Nothing was sent: the letter or its segment was changed." in page.text
    client.post(f"/mailings/{mailing.pk}/sending/")
    assert Mailing.objects.get().is_draft
    for change in ({"texts": {"en": TEXTS["en"]}}, {"segment": None}):
        changed = Mailing.objects.get()
        before = changed.content_hash
        for name, value in change.items():
            setattr(changed, name, value)
        assert changed.content_hash != before


def test_batches_go_on_where_they_were(mailing, sender, owner):
    for number in range(5):
        fan(f"Fan{number}", of=owner)
    dispatch.send(mailing, by=sender)

    assert dispatch._send_some(mailing.pk, NOW, 2) == 2
    assert MailingRecipient.objects.waiting().count() == 3
    assert dispatch.send_due(at_once=2) == 3
    assert Message.objects.count() == 5


def test_one_bad_row_stops_no_other(mailing, sender, owner, monkeypatch):
    for name in ("Ona", "Bad", "Ivan"):
        fan(name, of=owner)
    message = letters.message

    def fail(mailing, recipient, contact, address):
        if contact.first_name == "Bad":
            raise ValueError("bad row")
        return message(mailing, recipient, contact, address)

    monkeypatch.setattr(letters, "message", fail)
    send_all(mailing, sender)

    assert outcomes() == {"Ona": "written", "Ivan": "written", "Bad": "waiting"}
    assert SetAsideRow.objects.get().batch == "mailings"
    monkeypatch.setattr(letters, "message", message)
    dispatch.send_due(now=clock.now() + timedelta(hours=2))
    assert outcomes()["Bad"] == "written"


@pytest.mark.parametrize("conditions", [{"product": "999999"}, {"unknown": "1"}])
def test_a_segment_that_cannot_be_read_is_sent_to_nobody(client, mailing, sender, owner, segment, conditions):
    fan("Ona", of=owner)
    CustomerSegment.objects.filter(pk=segment.pk).update(conditions=conditions)
    client.force_login(sender)

    assert "means nothing any more" in client.get(f"/mailings/{mailing.pk}/").text
    client.post(f"/mailings/{mailing.pk}/sending/", {"seen": Mailing.objects.get().content_hash})

    assert not MailingRecipient.objects.exists()
    assert Mailing.objects.get().is_draft


def test_to_nobody_it_stays_a_draft(client, mailing, sender):
    client.force_login(sender)

    page = client.post(f"/mailings/{mailing.pk}/sending/", {"seen": mailing.content_hash}, follow=True)

    assert "Nothing was sent: nobody is in the segment." in page.text
    assert Mailing.objects.get().is_draft


def test_who_says_no_after_it_was_queued_gets_no_letter(mailing, sender, owner):
    ona = fan("Ona", of=owner)
    send_all(mailing, sender)

    Consent.objects.filter(contact=ona).update(status="objected")

    outcome = letter_of("Ona")
    assert isinstance(outcome, composers.Unsendable)
    assert outcome.called_off


def test_the_letter_ends_all_offers_by_its_link(client, mailing, sender, owner):
    ona = fan("Ona", of=owner)
    send_all(mailing, sender)
    letter = letter_of("Ona")
    link = str(letter.message["List-Unsubscribe"]).strip("<>")
    path = link.partition("://")[2].partition("/")[2]
    assert link in letter.text
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert "No more offers and news?" in client.get(f"/{path}").text
    assert Consent.objects.get(contact=ona).status == "given"
    twin = ContactFactory(email=ona.email)
    assert "You get no more offers" in client.post(f"/{path}").text

    said = Consent.objects.filter(use="marketing").values_list("contact", "status", "evidence")
    assert set(said) == {(pk, "objected", f"mailing {mailing.pk}") for pk in (ona.pk, twin.pk)}
    ona.refresh_from_db()
    assert ona.may_be_contacted
    assert client.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).content == b"You are unsubscribed."
    assert client.post("/u/nonsense/offers/").status_code == 404


def test_who_gets_the_mailbox_later_is_sent_no_offers_either(client, mailing, sender, owner):
    fan("Ona", of=owner)
    send_all(mailing, sender)
    offers_end.end(MailingRecipient.objects.select_related("message").get(), now=NOW)
    MailingRecipient.objects.all().delete()

    later = fan("Later", of=owner, email=Contact.objects.get(first_name="Ona").email)

    assert [verdict.reason for verdict in reach.verdicts([later], set(), now=NOW)] == ["objected"]
    assert later.consents.get(use="marketing").status == "given"


def test_a_draft_is_written_looked_at_changed_and_sent(client, sender, owner, segment):
    fan("Ona", of=owner)
    fan("Silent", of=owner, consent="")
    brand = BrandFactory(languages=["en", "lt"])
    client.force_login(sender)
    written = {
        "name": "News",
        "segment": segment.pk,
        "brand": brand.pk,
        "subject_en": "News",
        "text_en": "Hello {name}",
    }

    page = client.post("/mailings/new/", written, follow=True)

    mailing = Mailing.objects.get()
    assert (mailing.texts, mailing.by) == ({"en": {"subject": "News", "text": "Hello {name}"}}, sender)
    assert "2 of your customers are in “Fans”; 1 can be written to, 1 not." in page.text
    assert "The law wants a consent that is not there." in page.text
    assert "Hello Robin" in page.text
    client.post(f"/mailings/{mailing.pk}/draft/", {**written, "subject_en": "Newest"})
    seen = Mailing.objects.get().content_hash
    page = client.get(f"/mailings/{mailing.pk}/")
    assert f'name="seen" value="{seen}"' in page.text
    page = client.post(f"/mailings/{mailing.pk}/sending/", {"seen": seen}, follow=True)
    assert "It is sent: 2 customers are in the segment" in page.text
    dispatch.send_due()
    page = client.get(f"/mailings/{mailing.pk}/")
    assert [(row.contact.first_name, why) for row, why in page.context["rows"]] == [
        ("Ona", ""), ("Silent", "The law wants a consent that is not there."),
    ]  # fmt: skip
    assert "2 customers were in the segment; 1 were written to." in page.text
    assert client.get(f"/mailings/{mailing.pk}/draft/").status_code == 404
    assert client.post(f"/mailings/{mailing.pk}/deletion/").status_code == 404
    assert Mailing.objects.get().texts["en"]["subject"] == "Newest"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({}, "Write it in one language of the brand at least."),
        ({"subject_en": "News"}, "Write both the subject and the text, or neither."),
        ({"subject_en": "News", "text_en": "Hello {phone}"}, "There is no field phone."),
        ({"subject_uk": "Новини", "text_uk": "Вітаємо"}, "Write it in one language of the brand at least."),
    ],
)
def test_what_is_not_whole_is_not_kept(client, sender, segment, texts, said):
    client.force_login(sender)
    brand = BrandFactory(languages=["en"])

    page = client.post("/mailings/new/", {"name": "News", "segment": segment.pk, "brand": brand.pk, **texts})

    assert said in page.text
    assert not Mailing.objects.exists()


def test_it_needs_a_right_of_its_own_and_is_seen_by_who_wrote_it(client, mailing, manager, owner, administrator):
    addresses = ["/mailings/", "/mailings/new/", f"/mailings/{mailing.pk}/"]
    client.force_login(owner)
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
    client.force_login(manager)
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
    other = type(owner).objects.get(pk=owner.pk)
    other.user_permissions.add(Permission.objects.get(codename="send_mailings"))
    client.force_login(other)
    assert [client.get(address).status_code for address in addresses] == [200, 200, 404]
    assert client.post(f"/mailings/{mailing.pk}/sending/").status_code == 404
    client.force_login(administrator)
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
