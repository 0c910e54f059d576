"""Customers who write back to an ask and do not answer it: their letters are work like any other, and no answer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from crm import merges
from delivery import composers
from delivery.models import Message
from followups import services
from followups.letters.replies import StaffReply
from followups.models import (
    Activity,
    CustomerLetter,
    Escalation,
    EscalationRule,
    Followup,
    FollowupStep,
    PlaybookStep,
    StaffNotice,
)
from followups.notices import overdue
from followups.playbooks import escalations
from followups.second_asks import plan
from responses.models import Response
from surveys.models import Hold, Invitation
from tests.factories import ContactFactory, DealFactory, FollowupFactory, PlaybookFactory, ResponseFactory
from tests.followups.mailbag import case, letter
from tests.followups.test_letters import asked, bag, contact, said  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(contact, owner, team):  # noqa: F811
    """The message by which a customer of the owner was asked."""
    return asked(contact, manager=owner, team=team)


@pytest.fixture
def work(bag, ask):  # noqa: F811
    bag.take(letter(ask))
    return Followup.objects.get()


def told():
    rows = StaffNotice.objects.select_related("person").order_by("person__name", "kind")
    return [(row.person.name, row.kind) for row in rows]


def test_a_letter_makes_work_and_no_answer(work, ask, contact, owner, team):  # noqa: F811
    invitation = Invitation.objects.get()
    taken = CustomerLetter.objects.get()

    assert (work.response, work.invitation, work.contact) == (None, invitation, contact)
    assert (work.assignee, work.team, work.status, work.category) == (owner, team, "new", "")
    assert (taken.followup, taken.is_waiting) == (work, False)
    assert said(work) == [("reply", "Please call me.")]
    assert work.activities.filter(kind="created").count() == 1
    assert Hold.objects.get(cause=work.hold_cause).contact == contact
    assert not Response.objects.exists()
    assert (invitation.status, invitation.answered_at) == ("sent", None)


def test_whoever_looks_after_the_customer_is_told_once(work, teammate):
    assert told() == [("Olena Owner", "customer_replied")]


def test_more_letters_of_the_same_ask_come_into_the_same_work(bag, work, ask, contact):  # noqa: F811
    bag.take(letter(ask, name="2", text="Hello?"), letter(asked(contact), name="3", text="Anybody?"))

    assert [text for _kind, text in said(work)] == ["Please call me.", "Hello?", "Anybody?"]
    assert Followup.objects.count() == 1


def test_two_letters_in_one_run_make_one_piece_of_work(bag, ask):  # noqa: F811
    bag.take(letter(ask, name="1"), letter(ask, name="2", text="Hello?"))

    assert [text for _kind, text in said(Followup.objects.get())] == ["Please call me.", "Hello?"]


def test_a_letter_after_it_was_resolved_opens_it_again_whenever_it_comes(bag, work, ask, owner):  # noqa: F811
    work.resolve(by=owner, resolution="Called them.")
    Followup.objects.update(closed_at=clock.now() - timedelta(days=300))

    bag.take(letter(ask, name="2", text="Once more."))

    work.refresh_from_db()
    assert (work.status, work.resolution) == ("in_progress", "Called them.")
    assert Followup.objects.count() == 1


@pytest.mark.parametrize("name", ["20_away_header", "24_away_en", "31_stop_uk"])
def test_what_wakes_nobody_makes_no_work(bag, ask, name):  # noqa: F811
    bag.take(case(name, ask))

    assert not Followup.objects.exists()
    assert not CustomerLetter.objects.waiting().exists()


def test_the_first_playbook_for_letters_says_who_by_when_and_what(bag, ask, manager, owner):  # noqa: F811
    playbook = PlaybookFactory(
        survey=None,
        category="",
        takes_letters=True,
        position=1,
        assign="person",
        person=manager,
        priority=1,
        resolve_hours=80,
        instructions={"en": "Read it first."},
    )
    PlaybookStep.objects.create(playbook=playbook, position=1, action="call", texts={"en": "Call"})
    EscalationRule.objects.create(playbook=playbook, lateness="first_contact", after_hours=0, to="lead")

    bag.take(letter(ask))

    work = Followup.objects.get()
    assert (work.playbook, work.assignee, work.priority) == (playbook, manager, 1)
    assert work.instructions == {"en": "Read it first."}
    assert FollowupStep.objects.get().followup == work
    assert Escalation.objects.get().due_at >= work.first_contact_due_at


def test_playbooks_for_answers_are_for_no_letter_and_those_for_letters_for_no_answer(bag, ask):  # noqa: F811
    PlaybookFactory(survey=None, category="", position=1, priority=1)
    letters = PlaybookFactory(survey=None, category="", takes_letters=True, position=0)
    bag.take(letter(ask))
    answer = ResponseFactory(score=2, settled_at=clock.now())

    services.route_due()

    assert Followup.objects.get(response=None).playbook == letters
    assert Followup.objects.get(response=answer).playbook != letters


def test_late_work_is_told_and_escalated_to_the_lead(bag, ask, owner, manager, team):  # noqa: F811
    team.lead = manager
    team.save()
    playbook = PlaybookFactory(survey=None, category="", takes_letters=True, position=1)
    EscalationRule.objects.create(
        playbook=playbook, lateness="first_contact", after_hours=0, to="lead", hands_over=True, raises_priority=True
    )
    bag.take(letter(ask))
    late = clock.now() - timedelta(hours=1)
    Followup.objects.update(first_contact_due_at=late, next_due_at=late)
    Escalation.objects.update(due_at=late)

    overdue.tell_due(clock.now())
    escalations.raise_due(clock.now())

    work = Followup.objects.get()
    assert (work.assignee, work.priority) == (manager, 1)
    assert told() == [
        ("Marija Manager", "escalation"),
        ("Olena Owner", "customer_replied"),
        ("Olena Owner", "overdue"),
    ]


def test_nobody_gets_work_of_which_a_playbook_wants_none(bag, ask):  # noqa: F811
    PlaybookFactory(survey=None, category="", takes_letters=True, creates_followup=False, position=1)

    bag.take(letter(ask))

    assert not Followup.objects.exists()
    assert CustomerLetter.objects.get().is_waiting


def test_its_place_is_half_of_the_way_between_the_worst_and_the_best_score(work):
    places = {}
    for score in (0, 5, 10):
        row = FollowupFactory(response__score=score, next_due_at=work.next_due_at)
        places[score] = Followup.objects.get(pk=row.pk).urgent_at

    assert places[0] < work.urgent_at == places[5] < places[10]


def test_it_is_answered_and_the_answer_to_that_comes_back(bag, work, owner, contact):  # noqa: F811
    sent = services.reply(followup=work, said=StaffReply(subject="Hello", text="I call you."), key="1", by=owner)
    assert (sent.to_address, sent.language) == ("ona@shop.example", work.about.language)
    assert "reply+" in str(composers.compose([sent])[sent.pk].message["Reply-To"])
    work.refresh_from_db()
    assert (work.first_contact_at is not None, work.status) == (True, "in_progress")
    work.wait(by=owner, or_answer=True)

    bag.take(letter(sent, name="2", text="Thank you."))

    work.refresh_from_db()
    assert work.status == "in_progress"
    assert [text for _kind, text in said(work)] == ["Please call me.", "Thank you."]


def test_an_answer_by_the_link_is_routed_by_itself_and_ends_the_waiting(work, owner, contact):  # noqa: F811
    work.wait(by=owner, or_answer=True)
    answer = ResponseFactory(invitation=work.invitation, contact=contact, score=2, settled_at=clock.now())

    services.route_due()

    work.refresh_from_db()
    assert (work.status, work.response) == ("in_progress", None)
    assert Followup.objects.get(response=answer).pk != work.pk


def test_resolving_asks_what_was_done_and_no_more(work, owner, client):
    client.force_login(owner)
    page = client.get(f"/inbox/{work.pk}/").text
    assert 'name="root_cause"' not in page

    refused = client.post(f"/inbox/{work.pk}/closure/", {"resolution": ""})
    client.post(f"/inbox/{work.pk}/closure/", {"resolution": "Called them."})

    assert "Write what was done about it." in refused.text
    work.refresh_from_db()
    assert (work.status, work.resolution, work.root_cause, work.outcome) == ("resolved", "Called them.", None, "")
    assert Hold.objects.get(cause=work.hold_cause).released_at is not None
    assert plan.plan_due(clock.now() + timedelta(days=400)) == 0


def test_a_number_written_down_makes_it_the_work_of_that_answer(client, owner, bag, ask):  # noqa: F811
    bag.take(case("40_nine", ask))
    work = Followup.objects.get()
    client.force_login(owner)
    assert "The customer wrote 9 and nothing else." in client.get(f"/inbox/{work.pk}/").text
    assert not Response.objects.exists()
    client.post(f"/inbox/{work.pk}/notes/", {"kind": "call", "text": "They mean it."})

    client.post(f"/letters/{CustomerLetter.objects.get().pk}/score/", {"score": "9"})
    Response.objects.update(settled_at=clock.now())
    services.route_due()

    work.refresh_from_db()
    answer = Response.objects.get()
    assert (work.response, work.invitation, work.category) == (answer, None, "promoter")
    assert (answer.score, answer.frozen_score, answer.origin) == (9, 9, "staff")
    assert Followup.objects.count() == 1


def test_the_page_shows_the_letter_what_it_was_about_and_that_it_counts_nowhere(client, owner, work):
    client.force_login(owner)

    page = client.get(f"/inbox/{work.pk}/").text

    assert page.count("Please call me.") == 1
    assert "A letter, without a score" in page
    assert "It counts in no number." in page
    assert f"/invitations/{work.invitation_id}/" in page
    assert "Your letter to" in page
    assert "The customer wrote no comment." not in page


def test_the_page_says_what_the_customer_answered_since(client, owner, work, contact):  # noqa: F811
    ResponseFactory(invitation=work.invitation, contact=contact, score=4)
    client.force_login(owner)

    assert "The customer has answered since, with 4." in client.get(f"/inbox/{work.pk}/").text


def test_the_page_of_a_later_answer_leads_back_to_the_letter(client, owner, stranger, work, contact):  # noqa: F811
    answer = ResponseFactory(invitation=work.invitation, contact=contact, score=4)
    later = FollowupFactory(response=answer, assignee=owner)
    client.force_login(owner)

    assert f'<a href="/inbox/{work.pk}/">The follow-up of this letter</a>' in client.get(f"/inbox/{later.pk}/").text

    Followup.objects.filter(pk=work.pk).update(assignee=stranger, team=stranger.team)
    assert "The follow-up of this letter" not in client.get(f"/inbox/{later.pk}/").text


def test_the_inbox_lists_finds_and_filters_it(client, owner, work):
    other = ContactFactory(first_name="Petras", last_name="Kazys", email="petras@depot.example")
    FollowupFactory(assignee=owner, response__score=2, response__comment="Too late.", response__contact=other)
    client.force_login(owner)

    whole = client.get("/inbox/?tab=mine").text
    letters = client.get("/inbox/?tab=mine&category=letters").text
    found = client.get("/inbox/?tab=mine&q=ona").text

    assert ("Please call me." in whole, "Too late." in whole) == (True, True)
    assert "a letter, without a score" in whole
    assert ("Please call me." in letters, "Too late." in letters) == (True, False)
    assert ("Please call me." in found, "Too late." in found) == (True, False)
    assert "Please call me." not in client.get("/inbox/?tab=mine&category=detractor").text


def test_many_letters_in_the_inbox_take_as_many_queries_as_one(
    client, owner, work, bag, django_assert_num_queries, django_assert_max_num_queries  # noqa: F811
):  # fmt: skip
    client.force_login(owner)
    client.get("/inbox/?tab=mine")
    with django_assert_max_num_queries(60) as one:
        client.get("/inbox/?tab=mine")
    for number in range(3):
        customer = ContactFactory(email=f"c{number}@shop.example")
        bag.take(letter(asked(customer, manager=owner), name=f"n{number}", text=f"Word {number}"))

    with django_assert_num_queries(len(one)):
        assert "Word 2" in client.get("/inbox/?tab=mine").text


def test_strangers_see_nothing_of_it_and_colleagues_of_the_team_do(client, work, stranger, teammate, contact):  # noqa: F811
    for user, status in ((stranger, 404), (teammate, 200)):
        client.force_login(user)
        assert client.get(f"/inbox/{work.pk}/").status_code == status
        assert client.get(f"/contacts/{contact.pk}/").status_code == status


def test_the_histories_of_customer_and_ask_tell_of_it(client, owner, work, contact):  # noqa: F811
    client.force_login(owner)

    assert f"/inbox/{work.pk}/" in client.get(f"/contacts/{contact.pk}/").text
    assert "The customer wrote" in client.get(f"/invitations/{work.invitation_id}/").text


def test_it_stays_when_the_customer_is_merged_into_another_record(client, owner, work, contact, bag, ask):  # noqa: F811
    survivor = ContactFactory(email="ona@home.example")
    DealFactory(contact=survivor, manager=owner)
    merges.merge(survivor=survivor, absorbed=contact, by=owner)

    bag.take(letter(ask, name="2", text="New address."))

    assert [text for _kind, text in said(work)] == ["Please call me.", "New address."]
    client.force_login(owner)
    assert client.get(f"/inbox/{work.pk}/").status_code == 200
    assert f"/inbox/{work.pk}/" in client.get(f"/contacts/{survivor.pk}/").text


def test_in_bulk_it_is_assigned_and_not_resolved(client, owner, teammate, work):
    client.force_login(owner)
    sending = {"row": [work.pk], "key": "0b8f4f0e-2c57-4b57-9d0f-4f8ab3a5a001"}

    client.post("/inbox/deeds/?tab=mine", sending | {"do": "resolve", "outcome": "thanked"})
    work.refresh_from_db()
    assert work.is_open

    sending["key"] = "0b8f4f0e-2c57-4b57-9d0f-4f8ab3a5a002"
    client.post("/inbox/deeds/?tab=mine", sending | {"do": "assign", "to": teammate.pk})
    work.refresh_from_db()
    assert work.assignee == teammate


def test_a_closing_letter_says_that_they_wrote(work, owner, settings):
    from followups.closing import dispatch, letters

    work.resolve(by=owner, resolution="Called them.")
    row = dispatch.write(
        followup=work,
        subject="Done",
        words="We called.",
        key="0b8f4f0e-2c57-4b57-9d0f-4f8ab3a5a003",
        by=owner,
    )

    sent = Message.objects.get(context__closing=row.pk)
    assert "you wrote to us." in str(composers.compose([sent])[sent.pk].message)
    assert letters.way_to(work)


def test_work_is_about_an_answer_or_an_ask_and_never_about_both_or_neither(work):
    for about in ({"response": ResponseFactory()}, {"invitation": None}):
        with pytest.raises(IntegrityError, match="followups_about_an_answer_or_an_ask"), transaction.atomic():
            Followup.objects.filter(pk=work.pk).update(**about)


def test_a_letter_that_comes_twice_at_once_is_one_piece_of_work(work):
    with pytest.raises(IntegrityError), transaction.atomic():
        Followup.objects.create(
            invitation=work.invitation,
            first_contact_due_at=work.first_contact_due_at,
            resolve_due_at=work.resolve_due_at,
            next_due_at=work.next_due_at,
        )


def test_no_page_of_numbers_counts_it(client, administrator, work, owner):
    work.resolve(by=owner, resolution="Called them.")
    client.force_login(administrator)

    assert "No follow-ups in this period" in client.get("/dashboard/casework/").text
    assert Activity.objects.filter(followup=work).exists()
