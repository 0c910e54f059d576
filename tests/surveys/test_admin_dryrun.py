from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from surveys.models import AskingPolicy, Invitation
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

pytestmark = pytest.mark.django_db

POLICY = {
    "transactional_days": "90", "relational_days": "90", "floor_days": "7", "days_late": "14", "company_budget": "",
    "company_window_days": "30",
}  # fmt: skip


@pytest.fixture
def trigger():
    made = TriggerFactory(survey=SurveyVersionFactory().survey, is_active=False)
    contact = ContactFactory()
    for days_ago in (40, 20):
        TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=days_ago))
    return made


def address(trigger):
    return reverse("admin:surveys_trigger_dry_run", args=[trigger.pk])


def test_an_administrator_sees_who_would_have_been_asked(client, administrator, trigger):
    client.force_login(administrator)
    assert address(trigger) in client.get(reverse("admin:surveys_trigger_change", args=[trigger.pk])).text
    assert "run" not in client.get(address(trigger)).context

    page = client.post(address(trigger), POLICY)

    assert (page.context["run"].asked, page.context["run"].refused.total()) == (1, 1)
    assert "1 · The contact was asked by this survey not long ago." in page.text
    assert "<dd>2</dd>" in page.text
    assert page.text.count("<dd>1</dd>") == 2
    assert page.text.count('class="dryrun-asked"') == len(page.context["rows"])


def test_other_values_are_tried_and_not_saved(client, administrator, trigger):
    client.force_login(administrator)

    page = client.post(address(trigger), POLICY | {"transactional_days": "5"})

    assert page.context["run"].asked == 2
    assert page.context["run"].deferred == {"pending": 1}
    assert AskingPolicy.objects.count() == Invitation.objects.count() == 0


def test_values_that_make_no_sense_run_nothing(client, administrator, trigger):
    client.force_login(administrator)

    page = client.post(address(trigger), POLICY | {"floor_days": "-1", "company_window_days": "0"})

    assert sorted(page.context["form"].errors) == ["company_window_days", "floor_days"]
    assert "run" not in page.context


def test_too_many_touchpoints_are_said_and_not_replayed(client, administrator, trigger, monkeypatch):
    monkeypatch.setattr("surveys.admin.dryruns.MOST_ASKS", 1)
    client.force_login(administrator)

    page = client.post(address(trigger), POLICY)

    assert "There are 2 touchpoints" in page.text
    assert "run" not in page.context


def test_nobody_else_runs_it(client, owner, manager, trigger):
    for person in (owner, manager):
        client.force_login(person)
        assert client.post(address(trigger), POLICY).status_code in (302, 403)
