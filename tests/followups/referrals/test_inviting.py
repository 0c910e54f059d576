import pytest

from crm.referral_codes import ALPHABET
from delivery import composers
from delivery.models import Message
from followups.models import ReferralCode, ReferralProgramme
from followups.referrals import codes
from followups.services import route_due
from tests.factories import ContactFactory, ResponseFactory

ASK = {"gesture": "pointer", "scripted": "1", "shown": "1000"}


def own(invitation):
    return f"/recommend/mine/{invitation.token}/"


def thanked(client, invitation, score=10, language="en"):
    client.post(invitation.path, {"step": "score", "score": score, "language": language, "gesture": "touch"})
    return client.post(invitation.path, {"step": "why", "language": language, "gesture": "touch"}).content.decode()


@pytest.mark.parametrize(("score", "is_invited"), [(10, True), (9, True), (8, False), (0, False)])
def test_promoters_are_invited_on_the_page_of_thanks(client, invitation, programme, score, is_invited):
    way = f'href="{own(invitation)}?language=en"'

    assert (way in thanked(client, invitation, score)) is is_invited


@pytest.mark.parametrize("change", [{"is_active": False}, {"invites_on_page": False}])
def test_nobody_is_invited_where_the_programme_does_not_say_so(client, invitation, programme, change):
    ReferralProgramme.objects.update(**change)

    assert "/recommend/" not in thanked(client, invitation)


def test_the_reward_is_said_in_the_language_of_the_page(client, invitation, programme):
    ReferralProgramme.objects.update(texts={"uk": {"reward": "Знижка <10%>"}})

    text = thanked(client, invitation, language="uk")

    assert "Знижка &lt;10%&gt;" in text
    assert f'href="{own(invitation)}?language=uk"' in text
    page = client.get(own(invitation), {"language": "uk"}).content.decode()
    assert '<html lang="uk">' in page
    assert 'href="https://alder.example/privacy" rel="noreferrer">Політика приватності</a>' in page


@pytest.mark.parametrize(("invites", "number"), [(True, 1), (False, 0)])
def test_promoters_are_invited_in_the_letter_of_thanks(invitation, programme, invites, number):
    ReferralProgramme.objects.update(invites_in_letter=invites)
    response = ResponseFactory(invitation=invitation, score=10)
    type(response).objects.update(settled_at=response.answered_at)
    route_due()

    message = Message.objects.get()
    text = composers.compose([message])[message.pk].as_bytes().replace(b"=\r\n", b"")
    assert (f"/recommend/mine/{invitation.token}/".encode() in text) is bool(number)


def test_opening_the_page_draws_no_code_and_asking_draws_one(client, invitation, programme):
    client.get(own(invitation))
    client.head(own(invitation))
    assert not ReferralCode.objects.exists()

    first = client.post(own(invitation), ASK).content.decode()
    client.post(own(invitation), ASK)

    code = ReferralCode.objects.get()
    assert (code.contact, code.brand) == (invitation.contact, invitation.brand)
    assert f"/recommend/{code.code}/" in first
    assert str(code) in client.get(own(invitation)).content.decode()


def test_a_machine_is_asked_to_press_once_more(client, invitation, programme):
    from accounts import clock

    now = str(int(clock.now().timestamp() * 1000))

    assert "once more" in client.post(own(invitation), {"scripted": "1", "shown": now}).content.decode()
    assert not ReferralCode.objects.exists()


def test_an_unknown_link_or_a_brand_without_a_programme_leads_nowhere(client, invitation):
    assert client.get(own(invitation)).status_code == 404
    assert client.post(f"/recommend/mine/{'x' * 32}/", ASK).status_code == 404


def test_codes_are_of_eighty_bits_and_each_their_own():
    drawn = {codes.draw() for _number in range(1000)}

    assert len(drawn) == 1000
    assert {len(code) for code in drawn} == {16}
    assert set("".join(drawn)) == set(ALPHABET)


def test_an_absorbed_record_has_the_code_of_the_person(client, invitation, programme):
    survivor = ContactFactory()
    type(invitation.contact).objects.filter(pk=invitation.contact.pk).update(merged_into=survivor)

    client.post(own(invitation), ASK)

    assert ReferralCode.objects.get().contact == survivor
