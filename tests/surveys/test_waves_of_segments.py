"""A wave asks whoever is in its segment when the turns of a day are planned."""

import pytest
from django.urls import reverse

from crm.models import Contact, LatestScore
from surveys.models import CustomerSegment, Invitation
from tests.factories import UserFactory
from tests.surveys.test_waves import CADENCE, contacts, plan_days, wave, whole_round  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment(wave):  # noqa: F811
    made = CustomerSegment.objects.create(
        owner=UserFactory(), name="100 % fans", conditions={"answered": "promoter"}, is_shared=True
    )
    wave.segment = made
    wave.save()
    return made


def say(people, score, category):
    LatestScore.objects.bulk_create(
        LatestScore(
            contact=each, metric="nps", answer=each.pk, answered_at=each.created_at, score=score, category=category
        )
        for each in people
    )


def test_only_who_is_in_the_segment_is_asked(segment):
    fans, critics, _silent = contacts(20), contacts(20), contacts(20)
    say(fans, 10, "promoter")
    say(critics, 2, "detractor")

    whole_round()

    assert set(Invitation.objects.values_list("contact", flat=True)) == {contact.pk for contact in fans}


def test_who_comes_into_the_segment_meanwhile_is_asked_in_turn(segment):
    people = contacts(30)
    plan_days(0, CADENCE // 2)
    assert not Invitation.objects.exists()
    say(people, 9, "promoter")

    plan_days(CADENCE // 2, CADENCE - 1)

    assert 0 < Invitation.objects.count() < 30


@pytest.mark.parametrize("conditions", [{"product": "999999"}, {"unknown": "1"}, None])
def test_of_a_segment_that_cannot_be_read_nobody_is_asked(segment, conditions):
    say(contacts(20), 10, "promoter")
    CustomerSegment.objects.filter(pk=segment.pk).update(conditions=conditions or [])

    assert whole_round() == 0


def test_the_administration_tells_how_many_are_in_the_segment(client, administrator, segment, wave):  # noqa: F811
    say(contacts(3), 10, "promoter")
    client.force_login(administrator)
    page = reverse("admin:surveys_wave_change", args=[wave.pk])

    assert '<span class="told__value">3</span>' in client.get(page).text
    CustomerSegment.objects.update(conditions={"product": "999999"})
    assert "It cannot be read any more" in client.get(page).text
    assert Contact.objects.count() == 3


def test_a_wave_is_offered_segments_for_everybody_and_its_own(segment, wave):  # noqa: F811
    from surveys.forms import WaveForm

    other = CustomerSegment.objects.create(owner=UserFactory(), name="Mine", conditions={"answered": "promoter"})

    assert list(WaveForm(instance=wave).fields["segment"].queryset) == [segment]
    wave.segment = other
    assert set(WaveForm(instance=wave).fields["segment"].queryset) == {segment, other}
