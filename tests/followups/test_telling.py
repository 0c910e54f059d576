"""Who is told of what happens to a follow-up."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts import clock, roles
from delivery.models import Message, TeamHook
from followups import notices
from followups.models import Activity, Followup, NoticeWishes, StaffNotice
from followups.notices import Kind
from followups.services import hand_over, route_due
from tests.conftest import person
from tests.factories import FollowupFactory, ResponseFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def told(followup=None):
    rows = StaffNotice.objects.select_related("person").order_by("pk")
    return {(row.person.name, row.kind) for row in rows if followup in (None, row.followup)}


def test_a_new_followup_is_told_to_whom_it_is_assigned_and_to_nobody_else(owner, teammate, stranger, manager):
    response = ResponseFactory(score=2, settled_at=clock.now(), manager=owner, team=owner.team)

    route_due()

    assert told() == {("Olena Owner", "new")}
    assert StaffNotice.objects.get().followup == Followup.objects.get(response=response)


def test_what_is_in_a_queue_is_told_to_everybody_who_may_take_it(owner, teammate, stranger, team):
    lead = person(roles.MANAGERS, name="Lina Lead")
    lead.groups.add(Group.objects.get(name=roles.ADMINISTRATORS))
    team.lead = lead
    team.save()
    UserFactory(team=team, name="Owns deals only", password="!")

    notices.tell(Kind.NEW, FollowupFactory(team=team))

    assert told() == {("Olena Owner", "new"), ("Tomas Teammate", "new"), ("Lina Lead", "new")}


def test_the_work_of_somebody_who_cannot_log_in_is_told_to_the_team(owner, teammate, team):
    gone = UserFactory(team=team, name="Gone", is_active=False)

    notices.tell(Kind.OVERDUE, FollowupFactory(team=team, assignee=gone))

    assert told() == {("Olena Owner", "overdue"), ("Tomas Teammate", "overdue")}


def test_an_escalation_is_told_to_the_lead(owner, manager, team):
    team.lead = manager
    team.save()

    notices.tell(Kind.ESCALATION, FollowupFactory(team=team, assignee=owner))

    assert told() == {("Marija Manager", "escalation")}


def test_an_escalation_in_a_team_without_a_lead_is_told_to_whose_work_it_is(owner, team):
    notices.tell(Kind.ESCALATION, FollowupFactory(team=team, assignee=owner))

    assert told() == {("Olena Owner", "escalation")}


def test_nobody_is_told_of_what_they_did_themselves(owner, teammate, team):
    notices.tell(Kind.NEW, FollowupFactory(team=team), by=owner)

    assert told() == {("Tomas Teammate", "new")}


def test_nobody_is_told_of_what_they_may_not_see(owner, stranger, team):
    notices.tell(Kind.MENTION, FollowupFactory(team=team), to=[owner, stranger])

    assert told() == {("Olena Owner", "mention")}


def test_told_twice_is_told_once_and_another_occasion_anew(owner, team):
    followup = FollowupFactory(team=team, assignee=owner)

    for occasion in ("letter-1", "letter-1", "letter-2"):
        notices.tell(Kind.CUSTOMER_REPLIED, followup, occasion=occasion)

    assert list(StaffNotice.objects.order_by("pk").values_list("occasion", flat=True)) == ["letter-1", "letter-2"]


def test_many_happenings_cost_as_many_queries_as_one(owner, team, django_assert_num_queries):
    TeamHook.objects.create(team=team, url="https://hooks.example/x")
    few, many = ([FollowupFactory(team=team) for _number in range(size)] for size in (1, 5))

    with django_assert_num_queries(14):
        notices.tell_all([notices.Happening(Kind.NEW, followup) for followup in few])
    with django_assert_num_queries(14):
        notices.tell_all([notices.Happening(Kind.NEW, followup) for followup in many])


def test_a_kind_that_somebody_does_not_want_reaches_them_by_no_way(owner, team):
    followup = FollowupFactory(team=team, assignee=owner)
    wishes = NoticeWishes.objects.create(person=owner, not_in_browser=["new"], not_by_mail=["new", "overdue"])

    notices.tell(Kind.NEW, followup)
    assert told() == set()

    notices.tell(Kind.OVERDUE, followup)
    row = StaffNotice.objects.get()
    assert (row.in_browser, row.mail_due_at) == (True, None)

    wishes.not_by_mail = []
    wishes.save()
    notices.tell(Kind.NEW, followup)
    row = StaffNotice.objects.get(kind="new")
    assert (row.in_browser, row.mail_due_at is None) == (False, False)


def test_whoever_is_handed_a_followup_is_told_with_the_words_for_them(owner, teammate, team):
    followup = FollowupFactory(team=team, assignee=owner)

    assert hand_over(followup=followup, to=teammate, by=owner, text="They know you.")
    assert not hand_over(followup=followup, to=teammate, by=owner, text="They know you.")

    row = StaffNotice.objects.get()
    assert (row.person, row.kind, row.by) == (teammate, "handover", owner)
    assert row.activity == Activity.objects.get(kind="assigned")
    assert row.activity.text == "They know you."


@pytest.mark.parametrize("to", ["oneself", "queue"])
def test_taking_it_and_putting_it_back_tells_nobody(owner, teammate, team, to):
    followup = FollowupFactory(team=team, assignee=teammate)

    hand_over(followup=followup, to=owner if to == "oneself" else None, by=owner)

    assert told() == set()


@pytest.mark.parametrize(
    ("kind", "posts"),
    [("new", 1), ("overdue", 1), ("customer_replied", 1), ("escalation", 1), ("mention", 0), ("handover", 0)],
)
def test_the_chat_of_the_team_hears_once_of_what_is_the_teams(owner, teammate, team, kind, posts):
    hook = TeamHook.objects.create(team=team, url="https://hooks.example/x")
    followup = FollowupFactory(team=team)

    for _time in range(2):
        notices.tell(kind, followup, occasion="1", to=[owner, teammate])

    assert list(Message.objects.values_list("medium", "to_address")) == [("chat", str(hook.pk))] * posts


def test_the_chat_of_the_team_hears_even_where_nobody_is_told(team):
    TeamHook.objects.create(team=team, url="https://hooks.example/x")

    notices.tell(Kind.NEW, FollowupFactory(team=team))

    assert Message.objects.get().context["kind"] == "new"


def test_a_kind_that_a_team_does_not_want_is_not_posted_in_its_chat(owner, team):
    TeamHook.objects.create(team=team, url="https://hooks.example/x", unwanted=["overdue"])
    followup = FollowupFactory(team=team, assignee=owner)

    for kind in (Kind.OVERDUE, Kind.NEW):
        notices.tell(kind, followup)

    assert [message.context["kind"] for message in Message.objects.all()] == ["new"]


@pytest.mark.parametrize("team_of", ["nobody", "people who cannot log in"])
def test_what_is_nobodys_is_told_once_to_whoever_sees_all_teams(team_of, owner, stranger, manager, administrator):
    head = person(roles.MANAGERS, name="Hanna Head")
    head.user_permissions.add(Permission.objects.get(codename="see_all_teams"))
    UserFactory(name="Left long ago", is_superuser=True, is_active=False)
    gone = UserFactory(team=TeamFactory(), password="!")
    followup = FollowupFactory(team=None if team_of == "nobody" else gone.team, assignee=None)

    for _time in range(2):
        notices.tell(Kind.NEW, followup)

    assert told() == {("Ada Administrator", "new"), ("Hanna Head", "new")}
    assert StaffNotice.objects.count() == 2


def test_a_lead_who_may_not_see_the_work_keeps_nobody_from_being_told(owner, stranger, team):
    team.lead = stranger
    team.save()

    notices.tell(Kind.ESCALATION, FollowupFactory(team=team, assignee=owner))

    assert told() == {("Olena Owner", "escalation")}
