from datetime import timedelta

import pytest

from accounts import clock
from delivery.models import Message
from surveys.models import Invitation, ManualAsk
from surveys.services import plan_invitations
from tests.factories import (
    ContactFactory,
    DealFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)
from tests.noes import opt_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return SurveyVersionFactory(survey__name="After delivery").survey


@pytest.fixture
def contact(owner):
    made = ContactFactory()
    DealFactory(contact=made, manager=owner)
    return made


@pytest.fixture
def trigger(survey):
    return TriggerFactory(survey=survey, delay=timedelta(days=5))


def post(client, contact, survey, reason="The owner wants to know."):
    return client.post(f"/contacts/{contact.pk}/asks/", {"survey": survey.pk, "reason": reason})


def test_the_page_says_when_somebody_will_be_asked(client, owner, contact, trigger):
    TouchpointFactory(contact=contact)
    plan_invitations()
    client.force_login(owner)

    text = client.get(f"/contacts/{contact.pk}/asking/").text

    assert "After delivery" in text
    assert "Will be asked on" in text
    assert "Rested since any survey last asked" in text
    assert "Ask now anyway" not in text


def test_the_page_says_why_somebody_is_not_asked(client, owner, contact, trigger):
    InvitationFactory(
        contact=contact,
        version=trigger.survey.versions.get(),
        trigger=trigger,
        status="suppressed",
        reason="floor",
        asked_at=None,
        judged_at=clock.now(),
    )
    opt_out(contact)
    client.force_login(owner)

    text = client.get(f"/contacts/{contact.pk}/asking/").text

    assert "Not asked on" in text
    assert "The contact was asked by some survey only days ago." in text
    assert "Would not be asked now: The contact does not want to be asked." in " ".join(text.split())


def test_the_page_says_when_somebody_was_asked(client, owner, contact, trigger):
    invitation = InvitationFactory(contact=contact, version=trigger.survey.versions.get())
    client.force_login(owner)

    text = client.get(f"/contacts/{contact.pk}/asking/").text

    assert "Asked on" in text
    assert f'href="/invitations/{invitation.pk}/"' in text
    assert "Could be asked from" in text or "Would not be asked now" in text


def test_the_card_loads_the_same_words_into_itself(client, owner, contact, trigger):
    client.force_login(owner)

    fragment = client.get(f"/contacts/{contact.pk}/asking/", headers={"HX-Request": "true"})

    assert f'hx-get="/contacts/{contact.pk}/asking/"' in client.get(f"/contacts/{contact.pk}/").text
    assert fragment.text.lstrip().startswith("<section") or "<html" not in fragment.text
    assert "HX-Request" in fragment["Vary"]


def test_who_may_look_and_who_may_ask(client, owner, teammate, stranger, manager, administrator, contact, survey):
    TriggerFactory(survey=survey)
    expected = [
        (owner, 200, 403), (teammate, 200, 403), (manager, 200, 403), (stranger, 404, 403), (administrator, 200, 302),
    ]  # fmt: skip

    for person, looked, asked in expected:
        client.force_login(person)
        assert client.get(f"/contacts/{contact.pk}/asking/").status_code == looked
        assert post(client, contact, survey).status_code == asked
        assert ManualAsk.objects.count() == (1 if asked == 302 else 0)
        assert client.get(f"/contacts/{contact.pk}/asks/").status_code == 405


def test_asking_anyway_leads_to_the_ledger_with_who_and_why(client, administrator, contact, trigger):
    client.force_login(administrator)
    assert "Ask now anyway" in client.get(f"/contacts/{contact.pk}/asking/").text

    answer = post(client, contact, trigger.survey)

    invitation = Invitation.objects.get()
    assert answer.url == f"/invitations/{invitation.pk}/"
    for page in (answer.url, f"/contacts/{contact.pk}/"):
        text = client.get(page).text
        assert "Asked by hand by Ada Administrator" in text
        assert "The owner wants to know." in text
    assert Message.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_asking_anyway_wants_a_reason(client, administrator, contact, trigger, reason):
    client.force_login(administrator)

    answer = post(client, contact, trigger.survey, reason)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["reason"]
    assert Invitation.objects.count() == Message.objects.count() == 0


def test_an_objection_is_not_overruled(client, administrator, contact, trigger):
    opt_out(contact)
    client.force_login(administrator)

    answer = post(client, contact, trigger.survey)

    assert answer.status_code == 200
    assert "Not asked. The contact does not want to be asked." in answer.text
    assert Invitation.objects.count() == Message.objects.count() == ManualAsk.objects.count() == 0


def test_more_surveys_take_no_more_queries(client, administrator, contact, trigger, django_assert_max_num_queries):
    client.force_login(administrator)
    with django_assert_max_num_queries(22) as one:
        client.get(f"/contacts/{contact.pk}/asking/")
    for _ in range(2):
        other = TriggerFactory(survey=SurveyVersionFactory().survey)
        InvitationFactory(contact=contact, version=other.survey.versions.get(), trigger=other)

    with django_assert_max_num_queries(len(one)):
        assert len(client.get(f"/contacts/{contact.pk}/asking/").context["standings"]) == 3
