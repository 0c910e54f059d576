"""What was said without a score is written down, found, and counted in topics alone."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from accounts import clock
from crm import merges
from responses import remarks
from responses.models import Remark, Response, Topic, TopicDictionary
from responses.topics import upkeep
from tests.factories import ContactFactory, DealFactory, FollowupFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return client


def said(**more):
    return {"key": str(uuid4()), "source": "visit", "text": "The price is far too high."} | more


def make(by, **more):
    facts = {"source": "social", "text": "The price is high.", "by": by, "key": uuid4()}
    return remarks.write_down(Remark(**facts | more))


def test_it_is_written_down_with_the_topics_that_the_dictionary_finds(page, owner):
    contact = ContactFactory(email="ona@shop.example")
    DealFactory(contact=contact, manager=owner)
    form = said(contact="ona@shop.example", manager=owner.pk)

    for _time in range(2):
        assert page.post(reverse("remark_new"), form).status_code == 302

    remark = Remark.objects.get()
    assert (remark.contact, remark.manager, remark.team, remark.by) == (contact, owner, owner.team, owner)
    assert [topic.slug for topic in remark.topics.all()] == ["price"]
    assert Response.objects.count() == 0


def test_other_words_from_a_page_that_was_sent_are_not_taken_for_written_down(page):
    form = said()
    page.post(reverse("remark_new"), form)

    back = page.post(reverse("remark_new"), form | {"text": "Polite people."})

    again = back.content.decode()
    assert "written down from this page before" in again
    assert "Polite people." in again
    assert form["key"] not in again
    assert Remark.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_one_remark():
    by, key, both, found = UserFactory(), uuid4(), Barrier(2), []

    def write():
        both.wait()
        found.append(make(by, key=key).pk)
        connection.close()

    threads = [Thread(target=write) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [Remark.objects.get().pk] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""}, {"text": " \0 "}, {"source": "pigeon"}, {"day": "2999-01-01"}, {"day": "x"},
        {"contact": "nobody@shop.example"}, {"contact": "\0"}, {"product": "9" * 400}, {"key": "\0", "text": ""},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_everything_typed_kept(page, wrong):
    answer = page.post(reverse("remark_new"), said() | wrong)

    if wrong == {"contact": "\0"}:
        assert answer.status_code == 302
        return
    assert answer.status_code == 200
    assert Remark.objects.count() == 0
    assert "errorlist" in answer.content.decode()


def test_a_customer_out_of_reach_cannot_be_named(page):
    ContactFactory(email="far@shop.example")

    assert (
        "No customer of yours has that."
        in page.post(reverse("remark_new"), said(contact="far@shop.example")).content.decode()
    )


def test_staff_say_what_it_is_about_and_no_dictionary_changes_that(page, owner):
    corrected, other = make(owner), make(owner)
    delivery = Topic.objects.get(slug="delivery")

    page.post(reverse("remark_topics", args=[corrected.pk]), {"topics": [delivery.pk]})
    newest = TopicDictionary.newest()
    upkeep.publish(
        patterns=newest.patterns | {"price": {"en": ["nothingofthesort"]}, "quality": {"en": ["high"]}},
        ignored=newest.ignored, by=None, instead_of=newest.number,
    )  # fmt: skip

    assert remarks.retag() == 1
    assert [topic.slug for topic in corrected.topics.all()] == ["delivery"]
    assert [topic.slug for topic in other.topics.all()] == ["quality"]
    assert remarks.retag() == 0


def test_the_list_holds_what_the_filters_say_within_the_readers_reach(page, owner, stranger):
    mine = make(owner)
    make(owner, source="visit", text="Polite people.")
    make(owner, said_at=clock.now() - timedelta(days=40))
    make(stranger)
    price = Topic.objects.get(slug="price")
    today = f"{clock.now():%Y-%m-%d}"

    listed = page.get(reverse("remarks"), {"topic": price.pk, "start": today, "q": "PRICE"}).context["page"]

    assert list(listed) == [mine]
    assert page.get(reverse("remarks")).context["page"].paginator.count == 3
    for wrong in ({"start": "x"}, {"topic": "9" * 300}, {"team": "\0"}, {"page": "\0"}, {"end": "9999-12-31"}):
        assert page.get(reverse("remarks"), wrong).status_code == 200


def test_topics_count_it_beside_the_answers_and_lead_to_exactly_these(client, administrator, owner, team):
    FollowupFactory(response__team=team)
    answered = Response.objects.get()
    answered.response_topics.create(topic=Topic.objects.get(slug="price"), source="manual")
    counted, _earlier = make(owner), make(owner, said_at=clock.now() - timedelta(days=500))
    client.force_login(administrator)

    shown = client.get(reverse("topics"))

    line = next(line for line in shown.context["lines"] if line.name == "Price")
    assert (line.answers.number, line.also.number) == (1, 1)
    assert "also said without a score: 1" in shown.content.decode()
    assert list(client.get(line.also.url).context["page"]) == [counted]
    assert shown.context["report"].total.n == 1


def test_it_goes_with_its_customer_when_records_are_merged_and_outlives_them(owner):
    survivor, absorbed = ContactFactory(email="a@shop.example"), ContactFactory(email="a@shop.example")
    remark = make(owner, contact=absorbed)

    merges.merge(survivor, absorbed)

    remark.refresh_from_db()
    assert remark.contact == survivor


def test_the_page_of_a_customer_shows_what_they_said_as_far_as_the_reader_may_see_it(page, owner, stranger):
    contact, other = ContactFactory(), ContactFactory()
    DealFactory(contact=contact, manager=owner)
    for by, words, whose in ((owner, "Ours.", contact), (stranger, "Not ours.", contact), (owner, "Another's.", other)):
        make(by, text=words, contact=whose)

    shown = page.get(reverse("contact", args=[contact.pk]))

    assert [remark.text for remark in shown.context["remarks"]] == ["Ours."]
    assert reverse("remark", args=[Remark.objects.get(text="Ours.").pk]) in shown.content.decode()
