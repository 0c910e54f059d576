import pytest
from django.urls import reverse

from accounts import clock
from followups.models import Testimonial
from tests.factories import InvitationFactory, ResponseFactory, TeamFactory
from tests.followups.testimonials.conftest import WORDS


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager)
    return client


def show(client, **query):
    return client.get(reverse("testimonials"), query).content.decode()


def deed(client, name, told, **fields):
    return client.post(reverse(f"testimonial_{name}", args=[told.pk]), fields, follow=True)


def test_what_waits_is_approved_hidden_and_approved_again(signed_in, told, manager):
    assert WORDS in show(signed_in)

    deed(signed_in, "approval", told)
    assert Testimonial.objects.public().get() == told
    deed(signed_in, "hiding", told)
    assert not Testimonial.objects.public().exists()
    deed(signed_in, "approval", told)
    told.refresh_from_db()
    assert (told.state, told.decided_by) == ("approved", manager)


def test_words_are_shortened_beside_the_original(signed_in, told):
    deed(signed_in, "approval", told, shortened="… Anna was very kind.")

    told.refresh_from_db()
    assert (told.text, told.shortened, told.state) == (WORDS, "… Anna was very kind.", "approved")
    text = show(signed_in)
    assert WORDS in text
    assert "… Anna was very kind." in text


@pytest.mark.parametrize("short", ["Anna was very kind.", "Perfect desks …", "… Anna was kind."])
def test_words_are_never_changed(signed_in, told, short):
    answer = deed(signed_in, "approval", told, shortened=short)

    told.refresh_from_db()
    assert (told.state, told.shortened) == ("waiting", "")
    assert "The words of a customer are not changed" in answer.content.decode()


def test_all_of_the_words_are_no_shortening(signed_in, told):
    deed(signed_in, "approval", told, shortened=WORDS)

    told.refresh_from_db()
    assert (told.state, told.shortened) == ("approved", "")


def test_what_was_taken_back_is_decided_no_more_and_listed_apart(signed_in, told):
    told.withdraw(at=clock.now(), evidence={})

    assert deed(signed_in, "approval", told).status_code == 404
    assert deed(signed_in, "hiding", told).status_code == 404
    assert WORDS in show(signed_in, state="withdrawn")
    assert WORDS not in show(signed_in, state="waiting")


def test_filters_choose_and_nonsense_chooses_everything(signed_in, told, response):
    assert WORDS in show(signed_in, state="waiting", brand=told.brand_id, language="en", answer=response.pk)
    assert WORDS not in show(signed_in, state="approved")
    assert WORDS not in show(signed_in, language="uk")
    assert WORDS not in show(signed_in, answer=response.pk + 1)
    assert WORDS in show(signed_in, state="x", brand="x", language="x", answer="x")


def test_another_team_sees_and_decides_nothing(signed_in, agree):
    other = InvitationFactory(status="answered")
    foreign = agree(of=ResponseFactory(invitation=other, score=10, comment="Others' words.", team=TeamFactory()))

    assert "Others" not in show(signed_in)
    assert deed(signed_in, "approval", foreign).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "waiting"


def test_an_agent_has_no_such_page(client, owner, told):
    client.force_login(owner)

    assert client.get(reverse("testimonials")).status_code == 403
    assert deed(client, "approval", told).status_code == 403


def test_the_page_without_any_says_what_to_do(signed_in):
    assert "rules of quoting" in show(signed_in)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_for_many(signed_in, agree, owner, rows, django_assert_max_num_queries):
    for _number in range(rows):
        asked = InvitationFactory(status="answered")
        agree(of=ResponseFactory(invitation=asked, score=10, comment=WORDS, team=owner.team))

    with django_assert_max_num_queries(13):
        show(signed_in)
