"""The form offers the medium of the answer first, and drops nothing that somebody typed or chose."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from delivery.models import Message
from followups.models import ReplyTemplate
from tests.factories import ContactFactory, FollowupFactory
from tests.followups.replies.talks import post, sent
from tests.responses.chats.conversation import CHAT, go_on

pytestmark = pytest.mark.django_db(transaction=True)


def page(client, followup, query=""):
    return client.get(f"/inbox/{followup.pk}/{query}")


def replies():
    return Message.objects.filter(purpose="reply")


def test_the_medium_of_the_answer_is_offered_first_and_email_beside_it(client, in_chat):
    form = page(client, in_chat).context["reply_form"]

    assert form.fields["by"].choices == [("telegram", "Telegram"), ("email", "E-mail to ona@shop.example")]
    assert form["by"].value() == "telegram"
    assert "With an e-mail only" in page(client, in_chat).text


def test_an_answer_by_email_is_answered_as_ever(client, owner, team):
    followup = FollowupFactory(
        assignee=owner, team=team, response__contact=ContactFactory(email="ona@shop.example"), response__medium="email"
    )
    client.force_login(owner)

    form = page(client, followup).context["reply_form"]
    assert 'type="radio" name="by"' not in page(client, followup).text
    assert (form.fields["message"].label, form.fields["subject"].required) == ("Your e-mail", True)


def test_without_an_address_only_the_chat_is_offered(client, in_chat):
    in_chat.response.contact.addresses.filter(medium="email").delete()

    shown = page(client, in_chat).text
    post(client, in_chat)

    assert 'name="subject"' not in shown
    assert 'name="attached"' not in shown
    assert "In Telegram" not in shown
    assert "By e-mail: there is no address." in shown
    assert replies().get().medium == "telegram"


def test_files_are_refused_with_what_was_typed_kept(client, in_chat):
    file = SimpleUploadedFile("plan.txt", b"A plan")

    answer = post(client, in_chat, message="See the plan.", attached=file)

    assert "Files go with an e-mail only: choose e-mail, or send it without them." in answer.text
    assert answer.context["reply_form"]["message"].value() == "See the plan."
    assert answer.context["reply_form"]["by"].value() == "telegram"
    assert not replies().exists()


def test_by_email_it_is_a_letter_with_subject_and_files(client, in_chat):
    post(client, in_chat, by="email", subject="The plan", attached=SimpleUploadedFile("plan.txt", b"A plan"))

    message = replies().get()
    assert (message.medium, message.context["subject"], message.context["files"]) == ("email", "The plan", ["plan.txt"])
    assert in_chat.activities.get(kind="email").text == "The plan\n\nWe are sorry."


def test_a_letter_needs_its_subject_and_a_message_does_not(client, in_chat):
    answer = post(client, in_chat, by="email", subject="")
    assert "Give a subject." in answer.text
    assert not replies().exists()

    post(client, in_chat, subject="")
    assert replies().count() == 1


@pytest.mark.parametrize(("letters", "is_sent"), [(4050, True), (4096, False)])
def test_words_too_many_for_telegram_are_refused_with_the_limit(client, in_chat, letters, is_sent):
    answer = post(client, in_chat, message="ї" * letters)

    assert ("A message in Telegram has at most 4096 characters" in answer.text) is not is_sent
    assert replies().exists() is is_sent


def test_a_way_that_was_shut_meanwhile_is_not_replaced_by_another(client, telegram, in_chat):
    telegram.block(CHAT)
    go_on()

    answer = post(client, in_chat)

    assert "It cannot go this way now. Choose another one." in answer.text
    assert "We are sorry." in answer.text
    assert not replies().exists()


def test_nothing_is_chosen_for_whoever_chooses_nothing(client, in_chat):
    answer = post(client, in_chat, by="")

    assert "Choose how it goes." in answer.text
    assert not replies().exists()


def test_a_template_gives_its_words_and_leaves_the_subject_out(client, telegram, in_chat):
    chosen = ReplyTemplate.objects.create(
        name="Sorry", language=in_chat.response.language, subject="Sorry", text="Hello[[, {first_name}]]!"
    )
    message = page(client, in_chat, f"?template={chosen.pk}").context["reply_form"].initial["message"]

    preview = post(client, in_chat, message=message, subject="Sorry", preview="1").context["preview"]
    sent(client, in_chat, message=message, subject="Sorry")

    name, brand = in_chat.response.contact.first_name, in_chat.response.survey.brand.name
    assert preview.text == f"Hello, {name}!\n\nOlena Owner, {brand}"
    assert replies().get().context.get("subject") is None
    assert any(one.text == preview.text for one in telegram.chat(CHAT).messages)
