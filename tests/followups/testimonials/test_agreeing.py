from datetime import timedelta

import pytest

from accounts import clock
from crm import merges
from delivery import composers
from delivery.models import Message
from followups.models import QuotePolicy, Testimonial
from followups.testimonials import question
from responses.models import LinkVisit, Response
from tests.factories import ContactFactory, ResponseFactory
from tests.followups.testimonials.conftest import WORDS
from tests.noes import opt_out

YES = {"name": "initials", "company": "1", "gesture": "pointer", "scripted": "1", "shown": "1000"}


def millis(moment):
    return str(int(moment.timestamp() * 1000))


def page_of(invitation):
    return f"/quotes/{invitation.token}/"


def thanked(client, invitation, score=10, comment=WORDS, language="en"):
    client.post(invitation.path, {"step": "score", "score": score, "language": language, "gesture": "touch"})
    fields = {"step": "why", "language": language, "gesture": "touch", "comment": comment}
    return client.post(invitation.path, fields).content.decode()


@pytest.mark.parametrize(
    ("score", "comment", "is_asked"), [(10, WORDS, True), (10, "", False), (10, "  ", False), (8, WORDS, False)]
)
def test_who_wrote_something_is_asked_where_the_brand_asks_such_customers(
    client, invitation, policy, score, comment, is_asked
):
    text = thanked(client, invitation, score, comment)

    assert ("May we quote you?" in text) is is_asked
    assert (f'action="/quotes/{invitation.token}/"' in text) is is_asked


def test_a_brand_without_a_rule_asks_nobody(client, invitation):
    assert "May we quote you?" not in thanked(client, invitation)


def test_words_with_markup_are_shown_as_they_were_written(client, invitation, policy):
    text = thanked(client, invitation, comment="<script>alert(1)</script>\ue000brand\ue000")

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize("language", ["uk", "ru", "lt"])
def test_the_question_is_put_in_the_language_of_the_page(client, invitation, policy, language):
    questions = {"uk": "Можна вас процитувати?", "ru": "Можно вас процитировать?", "lt": "Ar galime jus cituoti?"}

    assert questions[language] in thanked(client, invitation, language=language)


def test_agreeing_keeps_the_words_what_is_shown_and_the_proof(client, invitation, response):
    answer = client.post(page_of(invitation), YES)

    told = Testimonial.objects.get()
    assert answer.status_code == 200
    assert (told.text, told.name, told.company, told.state) == (WORDS, "O. P.", "Baltic Foods", "waiting")
    assert (told.contact, told.brand) == (invitation.contact, invitation.brand)
    (proof,) = told.evidence
    assert (proof["said"], proof["by"], proof["reasons"]) == ("yes", "human", ["gesture"])
    assert "with my initials" in proof["sentence"]
    assert "Do not quote me any more" in answer.content.decode()
    assert "Referrer-Policy" in answer


@pytest.mark.parametrize(
    ("name", "company", "shown"),
    [
        ("full", "1", ("Ona Petraitė", "Baltic Foods")),
        ("initials", "", ("O. P.", "")),
        ("none", "1", ("", "Baltic Foods")),
        ("none", "", ("", "")),
    ],
)
def test_each_part_of_what_is_shown_is_a_choice(client, invitation, response, name, company, shown):
    client.post(page_of(invitation), YES | {"name": name, "company": company})

    told = Testimonial.objects.get()
    assert (told.name, told.company) == shown


def test_opening_the_page_agrees_to_nothing_and_withdraws_nothing(client, invitation, told):
    for query in ("", "?withdraw=1", "?name=full"):
        assert client.get(page_of(invitation) + query).status_code == 200
        client.head(page_of(invitation) + query)

    told.refresh_from_db()
    assert (Testimonial.objects.count(), told.withdrawn_at, told.name) == (1, None, "Ona Petraitė")


@pytest.mark.parametrize("name", ["", "everything", "FULL", "\x00"])
def test_what_is_no_choice_is_no_yes(client, invitation, response, name):
    assert client.post(page_of(invitation), YES | {"name": name}).status_code == 200
    assert not Testimonial.objects.exists()


def test_a_machine_agrees_to_nothing(client, invitation, response):
    now = int(clock.now().timestamp() * 1000)

    answer = client.post(page_of(invitation), YES | {"gesture": "", "shown": str(now)})

    assert not Testimonial.objects.exists()
    assert "once more" in answer.content.decode()
    assert LinkVisit.objects.get().verdict == "machine"


def test_without_an_answer_without_words_and_of_a_machines_answer_there_is_nothing_to_quote(client, invitation):
    assert client.post(page_of(invitation), YES).status_code == 404
    response = ResponseFactory(invitation=invitation, score=10, comment="")
    assert client.post(page_of(invitation), YES).status_code == 200
    Response.objects.filter(pk=response.pk).update(comment=WORDS, is_provisional=True)
    assert client.post(page_of(invitation), YES).status_code == 200
    assert client.post(f"/quotes/{'x' * 32}/", YES).status_code == 404
    assert not Testimonial.objects.exists()


def test_saying_it_twice_is_one_yes_and_one_letter(client, invitation, response):
    client.post(page_of(invitation), YES)
    Testimonial.objects.update(state="approved")
    client.post(page_of(invitation), YES)

    assert [told.state for told in Testimonial.objects.all()] == ["approved"]
    assert Message.objects.count() == 1


def test_another_choice_waits_for_a_decision_anew(client, invitation, response):
    client.post(page_of(invitation), YES)
    Testimonial.objects.update(state="approved", shortened="Solid …")
    client.post(page_of(invitation), YES | {"name": "none"})

    told = Testimonial.objects.get()
    assert (told.state, told.shortened, told.name, len(told.evidence)) == ("waiting", "", "", 2)


def test_what_is_taken_back_is_public_no_more_and_can_be_given_again(client, invitation, public):
    answer = client.post(page_of(invitation), {"withdraw": "1", "gesture": "pointer"})

    assert "You are not quoted any more" in answer.content.decode()
    assert not Testimonial.objects.public().exists()
    told = Testimonial.objects.get()
    assert [proof["said"] for proof in told.evidence] == ["yes", "no"]
    client.post(page_of(invitation), {"withdraw": "1", "gesture": "pointer"})
    told.refresh_from_db()
    assert len(told.evidence) == 2

    client.post(page_of(invitation), YES | {"shown": millis(clock.now())})
    assert Testimonial.objects.get().is_standing
    assert Testimonial.objects.get().state == "waiting"


def test_the_yes_that_was_taken_back_sent_once_more_is_no_new_yes(client, invitation, public):
    asked = clock.now() - timedelta(minutes=1)
    client.post(page_of(invitation), {"withdraw": "1", "gesture": "pointer"})

    answer = client.post(page_of(invitation), YES | {"shown": millis(asked)})

    assert not Testimonial.objects.standing().exists()
    assert "You are not quoted any more" in answer.content.decode()


def test_whose_answer_waits_is_led_back_to_it_and_asked_to_press_no_button_that_is_not_there(client, invitation):
    ResponseFactory(invitation=invitation, score=10, comment=WORDS, is_provisional=True)

    text = client.post(page_of(invitation), YES | {"gesture": ""}).content.decode()

    assert f'href="{invitation.path}?language=en"' in text
    assert "press the button" not in text
    assert "<button" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("uk", "Вихідні дані"), ("ru", "Выходные данные"), ("lt", "Rekvizitai")]
)
def test_the_page_speaks_the_languages_of_the_brand_and_has_its_legal_lines(client, invitation, told, language, words):
    type(invitation.brand).objects.update(imprint_url="https://alder.example/imprint")

    text = client.get(page_of(invitation), {"language": language}).content.decode()

    assert f'<html lang="{language}">' in text
    assert f'<a href="https://alder.example/imprint" rel="noreferrer">{words}</a>' in text
    assert text.count('<a href="?language=') == 4


def test_words_that_the_customer_changes_are_quoted_no_more(public, response):
    Response.objects.update(comment="It broke.")

    assert not Testimonial.objects.public().exists()
    assert not Testimonial.objects.select_related("response").get().is_standing


def test_the_letter_says_what_was_agreed_to_and_how_to_take_it_back(told, invitation):
    letter = composers.compose([Message.objects.get()])[Message.objects.get().pk]

    assert letter.recipient == "ona@shop.example"
    text = letter.as_bytes().decode().replace("=\r\n", "")
    assert f"/quotes/{invitation.token}/" in text
    assert "Solid desks, and Anna was very kind." in text
    assert "Signed: Ona Petrait" in text


def test_the_letter_is_called_off_where_it_was_taken_back_or_the_customer_opted_out(client, told, invitation):
    message = Message.objects.get()
    opt_out(invitation.contact)
    assert composers.compose([message])[message.pk].called_off

    client.post(page_of(invitation), {"withdraw": "1", "gesture": "pointer"})
    assert composers.compose([message])[message.pk].called_off


def test_who_may_not_be_written_to_agrees_without_a_letter(agree, invitation):
    opt_out(invitation.contact)
    agree()

    assert Testimonial.objects.count() == 1
    assert not Message.objects.exists()


def test_a_merge_takes_it_along_and_erasing_the_person_erases_it(public, invitation):
    survivor = ContactFactory()
    merges.merge(survivor, invitation.contact)
    public.refresh_from_db()
    assert public.contact == survivor

    Response.objects.all().delete()
    assert not Testimonial.objects.exists()


def test_asking_costs_no_query_on_the_answer_path(client, invitation, policy, django_assert_num_queries):
    thanked(client, invitation)
    assert question._asked.cache_info().currsize == 1
    QuotePolicy.objects.all().delete()

    assert "May we quote you?" in thanked(client, invitation)
