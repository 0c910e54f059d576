import pytest
from django.urls import reverse

from followups.models import Followup, Playbook
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db

PLAYBOOKS = "admin:followups_playbook_changelist"
FOLLOWUPS = "admin:followups_followup_changelist"


def page_of(playbook):
    return reverse("admin:followups_playbook_change", args=[playbook.pk])


def sent(playbook, **changes):
    return {
        "category": playbook.category,
        "survey": "",
        "is_active": "on",
        "creates_followup": "on",
        "assign": playbook.assign,
        "person": "",
        "priority": playbook.priority,
        "first_contact_hours": playbook.first_contact_hours,
        "resolve_hours": playbook.resolve_hours,
        "wait_days": playbook.wait_days,
        "position": playbook.position,
        "steps-TOTAL_FORMS": "0",
        "steps-INITIAL_FORMS": "0",
        "escalation_rules-TOTAL_FORMS": "0",
        "escalation_rules-INITIAL_FORMS": "0",
        **{f"instructions_{code}": text for code, text in playbook.instructions.items()},
        **changes,
    }


@pytest.fixture
def playbook():
    return Playbook.objects.get(category="detractor", survey=None)


def test_instructions_are_edited_as_one_text_per_language(client, administrator, playbook):
    client.force_login(administrator)
    page = client.get(page_of(playbook))
    for code in ("en", "uk", "ru", "lt"):
        assert f'name="instructions_{code}"' in page.text
    assert "Call the customer today." in page.text

    done = client.post(page_of(playbook), sent(playbook, instructions_en="Go there.", instructions_lt=""))

    assert done.status_code == 302
    playbook.refresh_from_db()
    assert playbook.instructions["en"] == "Go there."
    assert set(playbook.instructions) == {"en", "uk", "ru"}


def test_a_playbook_for_one_person_names_the_person(client, administrator, playbook):
    client.force_login(administrator)

    page = client.post(page_of(playbook), sent(playbook, assign="person"))
    assert "Choose the person that the work goes to." in page.text

    client.post(page_of(playbook), sent(playbook, assign="person", person=administrator.pk))
    playbook.refresh_from_db()
    assert playbook.person == administrator


def test_a_second_active_playbook_for_the_same_answers_is_refused(client, administrator, playbook):
    client.force_login(administrator)

    page = client.post(reverse("admin:followups_playbook_add"), sent(playbook))

    assert page.status_code == 200
    assert page.context["errors"]
    assert Playbook.objects.filter(category="detractor").count() == 1


def test_history_is_shown_and_cannot_be_changed(client, administrator, owner):
    followup = FollowupFactory(assignee=owner)
    followup.note("Looked at the order.", by=owner)
    client.force_login(administrator)
    page = reverse("admin:followups_followup_change", args=[followup.pk])

    assert "Looked at the order." in client.get(page).text
    assert client.post(page, {"status": "resolved"}).status_code == 403
    assert client.get(reverse("admin:followups_followup_add")).status_code == 403
    assert Followup.objects.get().status == "new"


@pytest.mark.parametrize("listing", [PLAYBOOKS, FOLLOWUPS])
def test_agents_have_no_business_in_admin(client, owner, listing):
    client.force_login(owner)

    assert client.get(reverse(listing)).status_code in (302, 403)


@pytest.mark.parametrize("query", [{}, {"q": "ona"}, {"status": "new"}, {"response__category": "detractor"}])
def test_three_followups_take_as_many_queries_as_one(
    client, administrator, owner, team, query, django_assert_max_num_queries
):
    client.force_login(administrator)
    FollowupFactory(assignee=owner, team=team)
    with django_assert_max_num_queries(20) as one:
        assert client.get(reverse(FOLLOWUPS), query).status_code == 200
    for _ in range(2):
        FollowupFactory(assignee=owner, team=team)
    with django_assert_max_num_queries(len(one)):
        client.get(reverse(FOLLOWUPS), query)


def test_the_script_of_a_playbook_is_edited_by_language_and_bad_scores_need_no_comment(client, administrator, playbook):
    client.force_login(administrator)

    client.post(page_of(playbook), sent(playbook, script_en="Good morning.", script_uk="Добрий день."))
    refused = client.post(page_of(playbook), sent(playbook, needs_comment="on"))

    playbook.refresh_from_db()
    assert playbook.script == {"en": "Good morning.", "uk": "Добрий день."}
    assert refused.context["errors"]
    assert not playbook.needs_comment
