"""Setting a team's chat hook up in the admin, and trying it."""

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from delivery import dispatch
from delivery.models import Message, TeamHook
from tests.delivery.web import serving
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:delivery_teamhook_changelist")
ADD = reverse("admin:delivery_teamhook_add")
URL = "https://hooks.chat.example/services/T0/B0/XXXsecretXXX"


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def page_of(hook):
    return reverse("admin:delivery_teamhook_change", args=[hook.pk])


def test_a_hook_is_kept_encrypted_tried_at_once_and_never_shown_again(admin, team):
    answer = admin.post(ADD, {"team": team.pk, "url": URL, "is_active": "on", "send_test": "on"}, follow=True)

    hook = TeamHook.objects.get()
    assert (hook.url, hook.is_active) == (URL, True)
    assert "A test is on its way." in answer.content.decode()
    assert Message.objects.get().to_address == str(hook.pk)
    shown = admin.get(LIST).content.decode() + admin.get(page_of(hook)).content.decode()
    assert "hooks.chat.example" in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    "url",
    ["", "http://hooks.chat.example/x", "https://me:pw@hooks.chat.example/x", "hooks.chat.example", "javascript:x"],
)
def test_what_is_no_address_of_a_hook_is_refused_with_a_sentence(admin, team, url, settings):
    settings.DEBUG = settings.PLAIN_HTTP = False
    answer = admin.post(ADD, {"team": team.pk, "url": url, "is_active": "on"})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not TeamHook.objects.exists()


def test_an_address_left_empty_is_kept_and_a_new_one_wipes_the_old_error(admin, team):
    hook = TeamHook.objects.create(team=team, url=URL, is_active=False, error="404 no_service")

    admin.post(page_of(hook), {"team": team.pk, "url": ""})
    kept = TeamHook.objects.get()
    assert (kept.url, kept.is_active, kept.error) == (URL, False, "404 no_service")
    assert not Message.objects.exists()

    admin.post(page_of(hook), {"team": team.pk, "url": URL + "2", "is_active": "on"})
    changed = TeamHook.objects.get()
    assert (changed.url, changed.is_active, changed.error) == (URL + "2", True, "")


def test_a_team_has_one_hook(admin, team):
    TeamHook.objects.create(team=team, url=URL)

    admin.post(ADD, {"team": team.pk, "url": URL, "is_active": "on"})

    assert TeamHook.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_test_reaches_the_chat_even_of_a_hook_that_is_switched_off(admin, settings):
    settings.DEBUG = True
    with serving() as chat:
        hook = TeamHook.objects.create(
            team=TeamFactory(name="North"), url=f"http://127.0.0.1:{chat.port}/x", is_active=False, error="404"
        )

        answer = admin.post(LIST, {"action": "send_test", "_selected_action": [hook.pk]}, follow=True)
        dispatch.send_due("chat")

        assert "1 test is on its way." in answer.content.decode()
        ((content),) = chat.contents
        assert "Notices for the team “North” will appear in this channel." in content["text"]
    hook.refresh_from_db()
    assert (hook.error, hook.posted_at is not None, hook.is_active) == ("", True, False)


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "manager"])
def test_nobody_else_sees_or_sets_hooks(client, who, request, team):
    client.force_login(request.getfixturevalue(who))

    assert client.get(LIST).status_code in (302, 403)
    client.post(ADD, {"team": team.pk, "url": URL, "is_active": "on"})
    assert not TeamHook.objects.exists()


def test_the_list_takes_the_same_queries_for_one_hook_and_for_three(admin, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(15) as seen:
            assert admin.get(LIST).status_code == 200
        return len(seen)

    TeamHook.objects.create(team=TeamFactory(), url=URL)
    admin.get(LIST)
    one = queries()
    for _ in range(2):
        TeamHook.objects.create(team=TeamFactory(), url=URL)

    assert queries() == one


def test_who_sets_a_hook_stands_in_the_security_log_without_its_address(admin, team, administrator):
    admin.post(ADD, {"team": team.pk, "url": URL, "is_active": "on"})

    event = SecurityEvent.objects.filter(kind="setting_changed").latest("pk")
    assert event.by == administrator
    assert str(team) in event.subject
    assert "secret" not in str(vars(event))


def test_an_administrator_chooses_what_is_posted(admin, team):
    hook = TeamHook.objects.create(team=team, url=URL)
    boxes = admin.get(page_of(hook)).context["adminform"].form["posted"]
    assert boxes.value() == ["new", "customer_replied", "overdue", "escalation"]

    admin.post(page_of(hook), {"team": team.pk, "url": "", "is_active": "on", "posted": ["new", "escalation"]})

    assert TeamHook.objects.get().unwanted == ["customer_replied", "overdue"]
    assert admin.get(page_of(hook)).context["adminform"].form["posted"].value() == ["new", "escalation"]
