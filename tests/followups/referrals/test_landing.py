import pytest

from crm.models import Consent, Contact, ContactAddress, Touchpoint
from crm.referral_codes import shown
from followups.models import Referral, ReferralProgramme
from followups.referrals import codes, landing_page, leads
from tests.factories import ContactFactory

FRIEND = {"name": "Jonas Jonaitis", "email": "Jonas@Friend.example", "agreed": "1", "language": "en", "website": ""}


def page_of(code):
    return f"/recommend/{code.code}/"


def contacts():
    return Contact.objects.count()


def test_a_friend_becomes_a_lead_with_consent_its_proof_and_a_touchpoint(client, code):
    answer = client.post(page_of(code), FRIEND, REMOTE_ADDR="203.0.113.7")

    assert answer.status_code == 200
    assert "will be in touch" in answer.content.decode()
    referral = Referral.objects.get()
    lead = referral.contact
    assert (referral.code, referral.brand, referral.is_new) == (code, code.brand, True)
    assert (lead.name, lead.email, lead.language, lead.source, lead.lifecycle) == (
        "Jonas Jonaitis",
        "jonas@friend.example",
        "en",
        "referral",
        "lead",
    )
    consent = Consent.objects.get(contact=lead)
    assert (consent.use, consent.medium, consent.status) == ("marketing", "email", "given")
    assert "may write to me by e-mail" in consent.evidence
    assert "not confirmed" in consent.origin
    assert referral.evidence["network"] == "203.0.113.0/24"
    assert Touchpoint.objects.get(contact=lead).kind == "referral"
    assert not answer.cookies


def test_opening_the_page_makes_nobody(client, code):
    before = contacts()
    for query in ("", "?name=a&email=b@c.example&agreed=1"):
        answer = client.get(page_of(code) + query)
        assert answer.status_code == 200
    client.head(page_of(code))

    assert contacts() == before
    text = answer.content.decode()
    assert "Ona recommends" in text
    assert "Petrait" not in text
    assert "ona@shop.example" not in text
    assert 'href="https://alder.example/privacy"' in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Ona recommends"), ("uk", "Ona рекомендує"), ("ru", "Ona рекомендует"), ("lt", "Ona rekomenduoja")],
)
def test_the_page_speaks_four_languages(client, code, language, words):
    assert words in client.get(page_of(code), {"language": language}).content.decode()
    text = client.post(page_of(code), {"switch": language}).content.decode()
    assert words in text
    assert f'<html lang="{language}">' in text


def test_the_brands_own_words_stand_in_place_of_ours(client, code):
    ReferralProgramme.objects.update(texts={"en": {"headline": "<b>Ten off</b>", "text": "For both."}})

    text = client.get(page_of(code), {"language": "en"}).content.decode()

    assert "&lt;b&gt;Ten off&lt;/b&gt;" in text
    assert "For both." in text


def test_an_address_that_we_know_stays_the_contact_that_it_is_and_the_visitor_learns_nothing(client, code):
    known = ContactFactory(email="jonas@friend.example", first_name="Jon")
    before = contacts()

    told = client.post(page_of(code), FRIEND).content
    other = client.post(page_of(code), FRIEND | {"email": "new@friend.example"}).content

    assert told == other
    assert contacts() == before + 1
    known.refresh_from_db()
    assert known.first_name == "Jon"
    assert not known.consents.exists()
    assert Referral.objects.get(contact=known).is_new is False


def test_nobody_refers_themselves_under_whichever_address(client, code, invitation):
    ContactAddress.objects.create(contact=invitation.contact, medium="email", value="ona@home.example")

    for address in ("ona@shop.example", "ONA@home.example"):
        answer = client.post(page_of(code), FRIEND | {"email": address})
        assert "will be in touch" in answer.content.decode()

    assert not Referral.objects.exists()


def test_a_friend_is_of_the_first_who_brought_them_once(client, code, programme):
    second = codes.code_of(ContactFactory(), programme)

    for one in (code, code, second):
        client.post(page_of(one), FRIEND)

    assert Referral.objects.get().code == code
    assert Touchpoint.objects.count() == 1


def test_a_field_that_no_person_sees_gives_a_machine_away_and_tells_it_nothing(client, code):
    before = contacts()

    answer = client.post(page_of(code), FRIEND | {"website": "https://spam.example"})

    assert (answer.status_code, contacts()) == (200, before)
    assert "will be in touch" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"agreed": ""},
        {"email": ""},
        {"email": "nobody"},
        {"email": "a@b@c.example"},
        {"email": "x" * 300 + "@a.example"},
        {"name": ""},
        {"name": "\u202e\x00"},
        {"name": "7" * 20},
        {"name": "x" * 201},
    ],
)
def test_what_is_missing_or_nonsense_is_asked_for_again(client, code, wrong):
    before = contacts()

    answer = client.post(page_of(code), FRIEND | wrong)

    assert (answer.status_code, contacts()) == (400, before)
    assert 'role="alert"' in answer.content.decode()


def test_what_a_friend_filled_in_is_not_asked_for_twice(client, code):
    text = client.post(page_of(code), FRIEND | {"email": "nobody"}).content.decode()

    assert 'value="Jonas Jonaitis"' in text
    assert 'name="agreed" value="1" required checked' in text
    assert " checked" not in client.get(page_of(code)).content.decode()


@pytest.fixture
def _older_record_of_the_mailbox(db):
    ContactFactory(email="ona@shop.example")


@pytest.mark.usefixtures("_older_record_of_the_mailbox")
def test_nobody_refers_themselves_by_a_mailbox_that_an_older_record_carries_too(client, code):
    client.post(page_of(code), FRIEND | {"email": "ona@shop.example"})

    assert not Referral.objects.exists()


def test_errors_are_said_in_the_language_of_the_page(client, code):
    text = client.post(page_of(code), FRIEND | {"name": "7", "language": "lt"}).content.decode()

    assert "Nurodykite savo vardą." in text


def test_markup_in_a_name_is_harmless(client, code):
    text = client.post(page_of(code), FRIEND | {"name": "<script>x</script>", "email": "no"}).content.decode()

    assert "<script>x" not in text


def test_one_network_leaves_ten_addresses_an_hour(client, code):
    def leave(number, address):
        friend = FRIEND | {"email": f"friend{number}@shop.example"}
        return client.post(page_of(code), friend, REMOTE_ADDR=address).status_code

    assert [leave(number, "198.51.100.1") for number in range(11)] == [200] * 10 + [429]
    assert leave(11, "203.0.113.1") == 200
    assert Referral.objects.count() == 11


def test_guessing_codes_is_slow(client, code, monkeypatch):
    answers = [client.get(f"/recommend/X{number}/", REMOTE_ADDR="198.51.100.2").status_code for number in range(61)]

    assert answers == [404] * 60 + [429]


@pytest.mark.parametrize("written", ["{}", "{}-", " {}"])
def test_a_code_is_found_however_it_is_written(client, code, written):
    assert client.get(f"/recommend/{written.format(shown(code.code).lower())}/").status_code == 200


def test_without_an_active_programme_the_page_is_gone(client, code):
    ReferralProgramme.objects.update(is_active=False)

    assert client.get(page_of(code)).status_code == 404
    assert client.post(page_of(code), FRIEND).status_code == 404


def test_a_lead_told_twice_is_one(code):
    friend = leads.Friend("Jonas", "", "jonas@friend.example", "en", {})
    from accounts import clock

    first, second = (leads.take(code, friend, now=clock.now()) for _number in range(2))

    assert first == second
    assert landing_page.HOUR == 3600
