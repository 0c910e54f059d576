from datetime import date

import pytest

from delivery import composers
from delivery.models import Message
from followups.improvements import changes
from followups.models import Improvement, ImprovementActivity, RootCause
from responses.models import Topic
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
SAID = {"title": "Deliver on the day", "why": "Half of all vans are late."}


def kinds(improvement):
    return list(improvement.activities.order_by("pk").values_list("kind", flat=True))


def test_anybody_proposes_with_their_own_vote_and_no_other_owner(client, teammate, owner):
    client.force_login(teammate)

    client.post("/improvements/new/?topic=delivery", {**SAID, "topics": [Topic.objects.get(slug="delivery").pk]})

    made = Improvement.objects.get()
    assert (made.title, made.proposed_by, made.state, made.owner) == (SAID["title"], teammate, "proposed", None)
    assert [topic.slug for topic in made.topics.all()] == ["delivery"]
    assert [vote.person for vote in made.votes.all()] == [teammate]
    assert kinds(made) == ["proposed"]
    refused = client.post("/improvements/new/", {**SAID, "owner": owner.pk})
    assert "owner" in refused.context["form"].errors
    assert Improvement.objects.count() == 1


def test_a_topic_in_the_address_is_ticked(client, owner):
    client.force_login(owner)

    page = client.get("/improvements/new/?topic=delivery")

    assert page.context["form"]["topics"].value() == [Topic.objects.get(slug="delivery").pk]


def test_proposed_from_an_answer_it_is_linked_and_begins_with_its_topics(client, owner, team, complain):
    answer = complain(team=team)[0]
    client.force_login(owner)
    from tests.factories import FollowupFactory

    FollowupFactory(response=answer, assignee=owner, team=team)

    page = client.get(f"/improvements/new/?answer={answer.pk}")
    client.post(f"/improvements/new/?answer={answer.pk}", SAID)

    assert page.context["form"]["topics"].value() == [Topic.objects.get(slug="delivery").pk]
    assert [linked.response for linked in Improvement.objects.get().answers.all()] == [answer]


def test_an_answer_out_of_reach_is_not_linked(client, stranger, complain):
    answer = complain()[0]
    client.force_login(stranger)

    client.post(f"/improvements/new/?answer={answer.pk}", SAID)

    assert not Improvement.objects.get().answers.exists()


def test_every_change_is_kept_with_what_was_before(improvement, manager, owner):
    said = {name: getattr(improvement, name) for name in changes.FIELDS}

    changed = changes.change(
        improvement, by=manager, topics=improvement.topics.all(), **said | {"owner": owner, "due_on": date(2026, 12, 1)}
    )
    again = changes.change(
        improvement, by=manager, topics=improvement.topics.all(), **said | {"owner": owner, "due_on": date(2026, 12, 1)}
    )

    kept = improvement.activities.latest("pk")
    assert (changed, again) == (True, False)
    assert (kept.kind, kept.by) == ("changed", manager)
    assert kept.change == {"owner": ["", str(owner)], "due_on": ["", "2026-12-01"]}


def test_the_new_owner_is_told_once_and_nobody_tells_themselves(improvement, manager, owner, mailoutbox):
    said = {name: getattr(improvement, name) for name in changes.FIELDS}

    changes.change(improvement, by=manager, topics=[], **said | {"owner": owner})
    changes.change(improvement, by=manager, topics=[], **said | {"owner": owner})
    changes.change(improvement, by=manager, topics=[], **said | {"owner": manager})

    message = Message.objects.get()
    assert message.to_address == owner.email
    called_off = composers.compose([message])[message.pk]
    assert called_off.called_off
    Improvement.objects.update(owner=owner)
    letter = composers.compose([message])[message.pk]
    assert letter.subject == "An improvement is yours: Deliver on the day"
    assert f"/improvements/{improvement.pk}/" in letter.text


def test_it_moves_and_comes_back(improvement, manager):
    assert improvement.move("done", by=manager, on=date(2026, 7, 1))
    assert not improvement.move("done", by=manager, on=date(2026, 7, 1))
    assert improvement.done_on == date(2026, 7, 1)
    assert improvement.move("done", by=manager, on=date(2026, 7, 2))
    assert improvement.move("in_progress", by=manager)

    improvement.refresh_from_db()
    assert (improvement.state, improvement.done_on) == ("in_progress", None)
    states = ImprovementActivity.objects.filter(kind="state").order_by("pk")
    assert [each.change["state"] for each in states] == [
        ["proposed", "done"],
        ["done", "done"],
        ["done", "in_progress"],
    ]


def test_root_causes_are_chosen_and_their_change_is_kept(client, manager, improvement):
    cause = RootCause.objects.create(slug="vans", names={"en": "Vans"})
    retired = RootCause.objects.create(slug="mules", names={"en": "Mules"}, is_active=False)
    client.force_login(manager)
    address = f"/improvements/{improvement.pk}/change/"

    offered = client.get(address).context["form"].fields["root_causes"].choices
    client.post(address, {**SAID, "root_causes": [cause.pk]})

    assert (cause.pk, "Vans") in list(offered)
    assert (retired.pk, "Mules") not in list(offered)
    assert list(improvement.root_causes.all()) == [cause]
    assert improvement.activities.latest("pk").change == {"topics": ["Delivery", ""], "root_causes": ["", "Vans"]}
    assert "Vans" in client.get(f"/improvements/{improvement.pk}/").text


def test_a_day_to_come_is_refused(client, manager, improvement):
    client.force_login(manager)

    page = client.post(f"/improvements/{improvement.pk}/state/", {"state": "done", "done_on": "2999-01-01"})

    assert "done_on" in page.context["state_form"].errors
    assert Improvement.objects.get().state == "proposed"


def test_who_proposed_it_words_it_until_it_is_planned(client, owner, improvement, manager):
    client.force_login(owner)
    address = f"/improvements/{improvement.pk}/change/"

    client.post(address, {**SAID, "title": "Deliver by noon"})
    improvement.move("planned", by=manager)

    assert client.post(address, SAID).status_code == 403
    assert Improvement.objects.get().title == "Deliver by noon"


@pytest.mark.parametrize(("who", "moved"), [("teammate", False), ("owner", False), ("manager", True)])
def test_only_its_owner_and_managers_move_it(client, request, improvement, who, moved):
    client.force_login(request.getfixturevalue(who))

    page = client.post(f"/improvements/{improvement.pk}/state/", {"state": "planned"})

    assert page.status_code == (302 if moved else 403)
    assert Improvement.objects.get().state == ("planned" if moved else "proposed")


def test_whose_it_is_moves_it(client, teammate, improvement):
    Improvement.objects.update(owner=teammate)
    client.force_login(teammate)

    client.post(f"/improvements/{improvement.pk}/state/", {"state": "in_progress"})

    assert Improvement.objects.get().state == "in_progress"


def test_that_of_another_team_does_not_exist(client, stranger, teammate, improvement, team):
    Improvement.objects.update(team=team)

    client.force_login(stranger)
    assert client.get(f"/improvements/{improvement.pk}/").status_code == 404
    assert client.post(f"/improvements/{improvement.pk}/votes/", {"vote": "for"}).status_code == 404
    assert improvement.title not in client.get("/improvements/").text
    client.force_login(teammate)
    assert client.get(f"/improvements/{improvement.pk}/").status_code == 200
    Improvement.objects.update(team=TeamFactory())
    assert client.get(f"/improvements/{improvement.pk}/").status_code == 404


def test_a_comment_stands_in_the_history(client, teammate, improvement):
    client.force_login(teammate)

    client.post(f"/improvements/{improvement.pk}/comments/", {"text": "The depot opens at nine."})

    page = client.get(f"/improvements/{improvement.pk}/")
    assert "The depot opens at nine." in page.text
    assert kinds(improvement) == ["proposed", "comment"]
