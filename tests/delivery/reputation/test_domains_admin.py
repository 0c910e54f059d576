"""The page of a sending domain: what administrators read there, and the two buttons."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.models import SecurityEvent
from delivery.admin.domains import SendingDomainForm
from delivery.models import RampDay, SendingDomain
from delivery.reputation import breaker
from tests.conftest import person
from tests.delivery.reputation.conftest import NAME, counted, day
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TYPED = {"ramp_begins": "", "ramp_first": "", "ramp_growth": "1.5", "ramp_last": ""}


@pytest.fixture
def administrator(client):
    found = person("Administrators", email="admin@plumb.example", is_staff=True, language="en")
    client.force_login(found)
    return found


def page(domain):
    return reverse("admin:delivery_sendingdomain_change", args=[domain.pk])


def shown(client, domain):
    return " ".join(client.get(page(domain)).content.decode().replace("&nbsp;", " ").replace("\xa0", " ").split())


def deeds():
    events = SecurityEvent.objects.filter(subject__startswith="delivery.SendingDomain").order_by("pk")
    return [(event.details["deed"], event.details.get("reason")) for event in events]


def test_shares_stand_there_with_their_intervals(client, administrator, domain):
    counted(handed_over=1000, bounces=20, complaints=1)

    text = shown(client, domain)

    assert "20: 2.0 % (between 1.3 % and 3.1 %)" in text
    assert "1: 0.10 % (between 0.02 % and 0.56 %)" in text
    assert "It may ask." in text


def test_of_a_few_letters_no_share_is_told(client, administrator, domain):
    counted(handed_over=99, bounces=2)

    text = shown(client, domain)

    assert "2 (too few letters to tell a share)" in text


def test_the_list_costs_the_same_with_one_domain_and_with_three(
    client, administrator, domain, django_assert_num_queries
):
    address = reverse("admin:delivery_sendingdomain_changelist")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    SendingDomain.objects.create(name="a.example")
    SendingDomain.objects.create(name="xn--fa-hia.example")
    with django_assert_num_queries(len(one)):
        text = client.get(address).content.decode()
    assert "faß.example" in text


def test_who_pauses_says_why_and_who_resumes_too(client, administrator, domain):
    answer = client.post(page(domain), TYPED | {"_pause": "1", "reason": " "})
    assert answer.context["adminform"].form.errors.as_data()["reason"][0].code == "required"
    domain.refresh_from_db()
    assert not domain.is_paused

    client.post(page(domain), TYPED | {"_pause": "1", "reason": "A list was bought."})
    domain.refresh_from_db()
    assert (domain.is_paused, domain.cause, domain.grounds) == (True, "by_hand", "A list was bought.")
    assert "A list was bought." in shown(client, domain)

    client.post(page(domain), TYPED | {"_resume": "1", "reason": ""})
    domain.refresh_from_db()
    assert domain.is_paused

    client.post(page(domain), TYPED | {"_resume": "1", "reason": "It is thrown away."})
    domain.refresh_from_db()
    assert not domain.is_paused
    assert [deed for deed in deeds() if deed[1]] == [
        ("paused", "A list was bought."), ("resumed", "It is thrown away."),
    ]  # fmt: skip
    assert set(SecurityEvent.objects.filter(details__deed="resumed").values_list("by", flat=True)) == {administrator.pk}


def test_a_warm_up_may_begin_with_resuming(client, administrator, domain):
    breaker.pause(domain, reason="x")

    typed = TYPED | {"ramp_begins": day().isoformat(), "ramp_first": "50", "ramp_last": "120"}
    client.post(page(domain), typed | {"_resume": "1", "reason": "Gently."})

    RampDay.objects.create(domain=NAME, day=day(), asks=7)
    domain.refresh_from_db()
    assert (domain.is_paused, domain.ramp.on(day(1))) == (False, 75)
    text = shown(client, domain)
    assert "(today): 50, of which 7 are given away<br>" in text
    assert ": 75<br>" in text
    assert ": 112<br>" in text
    assert ": no limit any more" in text


def test_a_warm_up_without_its_first_number_is_refused_with_the_words_for_it(client, administrator, domain):
    answer = client.post(page(domain), TYPED | {"ramp_begins": day().isoformat()})

    assert "Say how many may be asked on the first day." in answer.content.decode()
    domain.refresh_from_db()
    assert domain.ramp is None


def test_saving_a_form_that_was_opened_before_the_pause_leaves_the_pause(client, administrator, domain, monkeypatch):
    def paused_meanwhile(self):
        breaker.pause(domain, reason="Just now.")
        return self.cleaned_data

    monkeypatch.setattr(SendingDomainForm, "clean", paused_meanwhile)
    client.post(page(domain), TYPED | {"ramp_begins": day().isoformat(), "ramp_first": "9"})

    domain.refresh_from_db()
    assert (domain.is_paused, domain.ramp_first) == (True, 9)


def test_without_the_right_there_is_no_button_and_pressing_it_does_nothing(client, domain):
    reader = UserFactory(is_staff=True, language="en")
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_sendingdomain", "change_sendingdomain"]))
    client.force_login(reader)

    assert "_pause" not in shown(client, domain)
    client.post(page(domain), TYPED | {"_pause": "1", "reason": "Because."})

    domain.refresh_from_db()
    assert not domain.is_paused


def test_what_was_counted_before_resuming_is_not_shown(client, administrator, domain):
    counted(handed_over=1000, bounces=60)
    breaker.pause(domain, reason="x")
    breaker.resume(domain, reason="y", now=clock.now() - timedelta(minutes=1))

    text = shown(client, domain)

    assert "60" not in text.partition("came back for good")[2].partition("Warm-up")[0]
    assert "Counted since it was resumed" in text
