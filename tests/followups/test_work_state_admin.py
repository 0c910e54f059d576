import pytest
from django.urls import reverse

from followups.models import WorkState
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db

LIST = "admin:followups_workstate_changelist"
NAMES = {"name_en": "Waiting for the warehouse", "name_uk": "", "name_ru": "", "name_lt": "Laukiame sandėlio"}


@pytest.fixture
def pages(client, administrator):
    client.force_login(administrator)
    return client


def usual(meaning):
    return WorkState.objects.get(meaning=meaning, is_default=True)


def page_of(state, deed="change"):
    return reverse(f"admin:followups_workstate_{deed}", args=[state.pk])


def test_a_state_is_added_behind_those_of_its_meaning_and_names_what_it_lacks(pages):
    sent = {**NAMES, "meaning": "waiting", "tone": "middle", "is_active": "on"}
    for _twice in range(2):
        assert pages.post(reverse("admin:followups_workstate_add"), sent).status_code == 302

    added = WorkState.objects.filter(meaning="waiting", is_default=False).order_by("position")
    assert [state.position for state in added] == [1, 2]
    text = pages.get(reverse(LIST)).text
    assert "Ukrainian, Russian" in text
    assert 'class="badge badge--middle"' in text


@pytest.mark.parametrize("odd", [{"meaning": "lost"}, {"tone": "#ff0000"}, {"name_en": ""}, {"tone": "pink\x00"}])
def test_neither_a_meaning_nor_a_colour_is_made_up(pages, odd):
    sent = {**NAMES, "meaning": "waiting", "tone": "middle", "is_active": "on", **odd}

    assert pages.post(reverse("admin:followups_workstate_add"), sent).status_code in (200, 400)
    assert WorkState.objects.count() == 5


def test_a_meaning_is_chosen_once(pages):
    pages.post(page_of(usual("waiting")), {**NAMES, "meaning": "new", "tone": "bad", "is_active": "on"})

    state = usual("waiting")
    assert (state.names["lt"], state.tone) == ("Laukiame sandėlio", "bad")


def test_the_usual_one_is_neither_retired_nor_deleted(pages):
    sent = {**NAMES, "tone": "bad"}

    assert "Make another one the usual one first." in pages.post(page_of(usual("waiting")), sent).text
    assert pages.post(page_of(usual("waiting"), "delete"), {"post": "yes"}).status_code == 403
    assert usual("waiting").is_active


def test_another_one_is_made_the_usual_one_by_a_button_of_the_list(pages):
    other = WorkState.objects.create(meaning="waiting", names={"en": "For the warehouse"}, position=1)
    assert f'formaction="{page_of(other, "usual")}"' in pages.get(reverse(LIST)).text

    assert pages.get(page_of(other, "usual")).status_code == 405
    assert pages.post(page_of(other, "usual")).status_code == 302

    assert usual("waiting") == other
    first = WorkState.objects.get(meaning="waiting", is_default=False)
    assert pages.post(page_of(first, "delete"), {"post": "yes"}).status_code == 302


def test_a_state_moves_among_those_of_its_meaning(pages):
    other = WorkState.objects.create(meaning="waiting", names={"en": "For the warehouse"}, position=1)

    pages.post(page_of(other, "up"))
    pages.post(page_of(other, "up"))

    assert list(WorkState.objects.filter(meaning="waiting").order_by("position")) == [other, usual("waiting")]


def test_how_many_follow_ups_are_in_it_leads_to_them(pages):
    FollowupFactory()
    address = f"{reverse('admin:followups_followup_changelist')}?state__id__exact={usual('new').pk}"

    assert f'<a href="{address}">1</a>' in pages.get(reverse(LIST)).text
    assert pages.get(address).context["cl"].result_count == 1


def test_who_is_no_administrator_changes_nothing(client, manager):
    manager.is_staff = True
    manager.save()
    client.force_login(manager)

    assert client.post(page_of(usual("new"), "usual")).status_code == 403
    assert client.get(reverse(LIST)).status_code == 403
