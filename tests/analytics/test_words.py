"""The words of topics: what a change would match is seen before it is saved, and new words are learned from labels."""

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics import services
from analytics.models import WordProposal
from responses.models import Response, ResponseTopic, Topic, TopicDictionary
from responses.topics import upkeep
from responses.topics.labels import correct
from tests.analytics.answers import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def price(db):
    return Topic.objects.get(slug="price")


@pytest.fixture
def edit(client, ceo, price):
    """Send the words of the price as they are shown, but for those that are given."""

    def edit(action="save", status=302, topic=price, **changed):
        client.force_login(ceo)
        address = reverse("words_of_topic", args=[topic.pk]) if topic else reverse("ignored_words")
        form = client.get(address).context["form"]
        shown = {name: field.initial for name, field in form.fields.items()}
        answered = client.post(address, {**shown, **changed, "action": action})
        assert answered.status_code == status, answered.content.decode()[:2000]
        return answered

    return edit


def numbers(page):
    return {name: number for name, number, _shown in page.context["preview"].lists}


def test_a_change_shows_what_it_would_match_and_saves_nothing(edit, version):
    for comment in ("So cheap", "Bargain of the year", "A bargain", "Late"):
        answer(version, [9], comment=comment)

    page = edit("preview", 200, words_en="bargain*\nexpensive*")

    assert numbers(page) == {"newly": 2, "no_longer": 1, "matching": 2}
    text = page.content.decode()
    assert "Bargain of the year" in text
    assert "the newest 4 comments" in text
    assert TopicDictionary.newest().number == 1


def test_a_phrase_tells_what_it_takes_from_other_topics(edit, version):
    answer(version, [9], comment="Late delivery")

    assert edit("preview", 200, words_en="late delivery").context["preview"].elsewhere == 1


def test_whole_words_are_told_their_beginning(edit):
    assert edit("preview", 200, words_en="bargains").context["beginnings"] == [("bargains", "bargain*")]


def test_saving_makes_a_version_and_all_comments_are_read_anew(edit, ceo, version, price, client):
    (one,) = answer(version, [9], comment="A bargain")
    upkeep.tag_due()

    edit(words_en="bargain*\nbargain*\n", name_uk="Вартість")

    dictionary = TopicDictionary.newest()
    assert (dictionary.number, dictionary.made_by, dictionary.is_applied) == (2, ceo, False)
    assert dictionary.patterns["price"]["en"] == ["bargain*"]
    assert dictionary.patterns["price"]["uk"] == TopicDictionary.objects.get(number=1).patterns["price"]["uk"]
    price.refresh_from_db()
    assert price.names["uk"] == "Вартість"
    assert SecurityEvent.objects.latest("pk").details["words"] == ["bargain*"]
    assert "Comments are being read anew" in client.get(reverse("words")).content.decode()
    upkeep.retag()
    assert [each.topic.slug for each in one.response_topics.all()] == ["price"]


def test_who_is_overtaken_while_saving_is_told_so_and_nothing_is_saved(edit, price, monkeypatch):
    def overtaken(**_given):
        raise upkeep.OutdatedDictionary

    monkeypatch.setattr(upkeep, "publish", overtaken)
    page = edit(status=400, words_en="bargain*", name_en="Value").content.decode()

    assert "Somebody has changed the words meanwhile" in page
    assert "bargain*" in page
    price.refresh_from_db()
    assert price.names["en"] != "Value"
    assert not SecurityEvent.objects.filter(kind=SecurityEvent.Kind.SETTING_CHANGED).exists()


def test_who_is_overtaken_while_taking_up_a_word_may_do_it_again(client, ceo, heard, monkeypatch):
    def overtaken(**_given):
        raise upkeep.OutdatedDictionary

    services.propose_words()
    client.force_login(ceo)
    toll = WordProposal.objects.get(pattern="toll*")
    monkeypatch.setattr(upkeep, "publish", overtaken)

    page = client.post(reverse("word_proposal", args=[toll.pk]), {"decision": "accept"}, follow=True)

    assert "Somebody has changed the words meanwhile" in page.content.decode()
    assert WordProposal.objects.open().filter(pk=toll.pk).exists()


def test_a_name_that_is_emptied_is_gone(edit, price):
    assert price.names["uk"]

    edit(name_uk="")

    price.refresh_from_db()
    assert "uk" not in price.names
    assert price.names["en"]


def test_the_words_stand_among_the_pages_of_numbers(client, ceo, price):
    client.force_login(ceo)

    for address in (reverse("words"), reverse("words_of_topic", args=[price.pk])):
        assert 'aria-label="Pages of numbers"' in client.get(address).content.decode()


def test_new_names_alone_make_no_version(edit, price):
    edit(name_en="Value")

    price.refresh_from_db()
    assert price.names["en"] == "Value"
    assert TopicDictionary.newest().number == 1


@pytest.mark.parametrize("line", ["a*", "* late", "late-ish", "x" * 81])
def test_what_cannot_be_looked_for_is_refused_with_the_line(edit, line):
    page = edit(status=400, words_en=f"cheap*\n{line}")

    assert "cannot be looked for" in str(page.context["form"].errors["words_en"])
    assert TopicDictionary.newest().number == 1


def test_a_change_of_what_another_has_changed_meanwhile_is_refused(edit):
    edit(words_en="bargain*")

    assert "Somebody has changed the words meanwhile" in edit(status=400, version=1, words_en="x1").content.decode()
    assert TopicDictionary.newest().number == 2


def test_ignored_words_are_edited_alike(edit, version):
    answer(version, [9], comment="Late delivery")

    assert numbers(edit("preview", 200, topic=None, words_en="late delivery"))["no_longer"] == 1
    edit(topic=None, words_en="late delivery")

    assert TopicDictionary.newest().ignored["en"] == ["late delivery"]


@pytest.mark.parametrize("who", ["manager", "owner", "stranger"])
@pytest.mark.parametrize("name", ["words", "ignored_words"])
def test_who_keeps_no_topics_has_no_words(client, request, who, name):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("ignored_words")).status_code == 403


def labelled(version, slug, comment, times):
    topic = Topic.objects.get(slug=slug)
    ResponseTopic.objects.bulk_create(
        ResponseTopic(response=one, topic=topic, source="tapped")
        for one in answer(version, [5] * times, comment=comment)
    )


@pytest.fixture
def heard(version):
    """Who speaks of tolls means the price; everybody says “again”, and “cheap” is known."""
    labelled(version, "price", "Tolls and tolling again, not cheap", 30)
    labelled(version, "delivery", "The van again", 30)
    answer(version, [5] * 30, comment="Nobody said what it is about")


def test_words_are_proposed_that_comments_of_a_topic_hold(heard):
    assert services.propose_words() == WordProposal.objects.count()

    found = {(each.topic.slug, each.pattern): (each.comments, each.of_topic) for each in WordProposal.objects.all()}
    assert found["price", "toll*"] == (30, 30)
    assert ("delivery", "van*") in found
    assert not [pattern for _slug, pattern in found if pattern.startswith(("again", "cheap", "nobody"))]
    assert services.propose_words() == len(found)


def test_a_word_that_is_taken_up_is_in_the_dictionary_and_proposed_no_more(client, ceo, heard):
    services.propose_words()
    client.force_login(ceo)
    toll = WordProposal.objects.get(pattern="toll*")
    assert "toll*" in client.get(reverse("words")).content.decode()

    client.post(reverse("word_proposal", args=[toll.pk]), {"decision": "accept"})
    services.propose_words()

    assert "toll*" in TopicDictionary.newest().patterns["price"]["en"]
    toll.refresh_from_db()
    assert (toll.is_accepted, toll.decided_by) == (True, ceo)
    assert not WordProposal.objects.open().filter(pattern="toll*").exists()


def test_a_word_that_is_dismissed_never_comes_again(client, ceo, heard):
    services.propose_words()
    client.force_login(ceo)
    toll = WordProposal.objects.get(pattern="toll*")

    client.post(reverse("word_proposal", args=[toll.pk]), {"decision": "dismiss"})
    services.propose_words()

    assert TopicDictionary.newest().number == 1
    assert not WordProposal.objects.open().filter(pattern="toll*").exists()
    late = client.post(reverse("word_proposal", args=[toll.pk]), {"decision": "accept"}, follow=True)
    assert "does not wait for a decision any more" in late.content.decode()
    assert TopicDictionary.newest().number == 1


@pytest.mark.parametrize("decision", [{}, {"decision": "perhaps"}])
def test_what_is_no_decision_decides_nothing(client, ceo, heard, decision):
    services.propose_words()
    client.force_login(ceo)
    waiting = WordProposal.objects.open().count()

    answered = client.post(reverse("word_proposal", args=[WordProposal.objects.open()[0].pk]), decision)

    assert answered.status_code == 400
    assert WordProposal.objects.open().count() == waiting


def test_a_word_that_stands_there_already_is_not_taken_up_twice(client, ceo, edit, heard):
    services.propose_words()
    toll = WordProposal.objects.get(pattern="toll*")
    edit(words_en="cheap*\ntoll*")

    client.post(reverse("word_proposal", args=[toll.pk]), {"decision": "accept"})

    assert TopicDictionary.newest().patterns["price"]["en"] == ["cheap*", "toll*"]


def test_what_staff_say_is_learned_from_and_what_they_deny_too(version, heard, owner):
    price = Topic.objects.get(slug="price")
    for one in Response.objects.filter(comment__startswith="Tolls")[:15]:
        correct(response_id=one.pk, topic_ids=[Topic.objects.get(slug="support").pk], by=owner)

    services.propose_words()

    assert not WordProposal.objects.filter(topic=price, pattern="toll*").exists()


def test_few_comments_propose_nothing(version):
    labelled(version, "price", "Tolls", 4)
    labelled(version, "delivery", "The van", 4)

    assert services.propose_words() == 0
