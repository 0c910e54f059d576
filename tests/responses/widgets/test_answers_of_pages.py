"""What is said in a widget is an answer like any: once, step by step, of nobody known or of who is signed in."""

from datetime import timedelta

import pytest

from accounts import clock
from crm import merges
from followups import services as followups
from followups.models import Followup
from responses import services
from responses.models import LinkVisit, Response, ResponseTopic, Topic, WebWidget
from surveys.models import Invitation, ReviewLink
from tests.factories import CompanyFactory, ContactFactory, ResponseFactory, WebWidgetFactory
from tests.responses.widgets.conftest import Page, token

pytestmark = pytest.mark.django_db


def test_an_answer_of_a_visitor(page, widget):
    said = page.give(3, comment="Slow", finish=True)

    assert (said.score, said.comment, said.origin, said.entry) == (3, "Slow", "widget", widget.entry)
    assert (said.contact, said.invitation, said.suspicion, said.is_provisional) == (None, None, [], False)
    assert said.finished_at
    assert LinkVisit.objects.filter(response=said).exists()


def test_an_answer_of_who_is_signed_in_is_theirs(widget, owner, team):
    WebWidget.objects.update(manager=owner)
    contact = ContactFactory(external_id="7", company=CompanyFactory())
    page = Page(widget, token=token("7"))

    said = page.give(2, comment="Cold", finish=True)

    assert (said.contact, said.company, said.manager, said.team) == (contact, contact.company, owner, team)
    assert (said.invitation, said.origin) == (None, "widget")
    ask = Invitation.objects.get()
    assert (ask.status, ask.answered_at) == ("answered", said.answered_at)


def test_an_answer_of_a_record_that_was_merged_meanwhile_is_of_the_other_one(widget):
    contact, other = ContactFactory(external_id="7"), ContactFactory(external_id="8")
    page = Page(widget, token=token("7"))
    page.ask()
    page.show()
    merges.merge(other, contact)

    page.answer(9, finish=True)

    assert (Response.objects.get().contact, Invitation.objects.get().contact) == (other, other)


def test_each_step_is_kept_and_sent_twice_changes_nothing(page):
    topic = Topic.objects.filter(is_offered=True).first()
    page.ask()
    page.show()

    for said in ({}, {}, {"comment": "", "topics": [topic.pk]}, {"comment": "Fine", "topics": [topic.pk]}):
        assert page.answer(7, **said).status_code == 200
    page.answer(7, comment="Fine", topics=[topic.pk], finish=True)
    page.answer(7, comment="Fine", topics=[topic.pk], finish=True)

    said = Response.objects.get()
    assert (said.score, said.comment, said.trail) == (7, "Fine", [])
    assert list(ResponseTopic.objects.values_list("topic", "source")) == [(topic.pk, "tapped")]


def test_another_score_is_the_same_answer(page):
    page.give(2)
    page.answer(9, comment="I was wrong", finish=True)

    said = Response.objects.get()
    assert (said.score, [one["score"] for one in said.trail]) == (9, [2])


def test_a_low_score_is_work(widget, owner, team):
    WebWidget.objects.update(manager=owner, team=team)
    contact = ContactFactory(external_id="7")
    Page(widget, token=token("7")).give(1, comment="Broken", finish=True)

    services.settle_due(now=clock.now())

    assert followups.route_due().followups == 1
    followup = Followup.objects.get()
    assert (followup.contact, followup.assignee) == (contact, owner)


def test_without_a_gesture_it_waits_for_a_person(page):
    said = page.give(9, gesture="")

    assert (said.is_provisional, "no_gesture" in said.suspicion) == (True, True)


def test_an_answer_of_no_person_ends_no_waiting(widget):
    ContactFactory(external_id="7")
    Page(widget, token=token("7")).give(9, gesture="")

    assert Invitation.objects.get().status == "delivered"


def test_the_thanks_show_where_a_review_may_be_left(page, widget):
    place = ReviewLink.objects.create(brand=widget.survey.brand, name="Maps", url="https://maps.example/shop")
    page.ask()
    page.show()

    assert page.answer(10, comment="", finish=True).json() == {"reviews": [{"url": place.url, "name": "Maps"}]}


def test_a_crowd_waits(widget):
    WebWidget.objects.update(crowd=2)

    waiting = [Page(widget, device=f"{n:032}").give(10).is_provisional for n in range(4)]

    assert waiting == [False, False, True, True]


def test_the_ticket_of_another_widget_is_none(page, widget):
    page.ask()
    page.show()
    other = Page(WebWidgetFactory())
    other.ticket = page.ticket

    assert (other.answer(9).status_code, Response.objects.count()) == (410, 0)


def test_nothing_is_answered_that_was_not_shown(page):
    page.ask()

    assert page.answer(9).json()["error"]["code"] == "ticket"
    assert not Response.objects.exists()


def test_a_ticket_ends(page, time_machine):
    page.ask()
    page.show()
    time_machine.move_to(clock.now() + timedelta(hours=2, seconds=1))

    assert (page.answer(9).status_code, Response.objects.count()) == (410, 0)


def test_an_answer_under_way_is_taken_though_the_widget_was_switched_off(page):
    page.give(9)
    WebWidget.objects.update(is_active=False)

    assert page.answer(9, comment="Good", finish=True).status_code == 200


def test_an_answer_to_a_letter_stays_beside_that_of_a_page(widget):
    contact = ContactFactory(external_id="7")
    ResponseFactory(contact=contact)
    WebWidget.objects.update(shape="button")

    Page(widget, token=token("7")).give(5)

    assert Response.objects.filter(contact=contact).count() == 2
