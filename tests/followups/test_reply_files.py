"""Files that go out with an e-mail to a customer: bounded, sent once, and forgotten some days after."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import clock
from delivery import attachments, composers, dispatch
from delivery.media.email.mime import AttachedFile
from delivery.models import Attachment, Message
from tests.delivery.conftest import SMTP
from tests.delivery.smtp import serving
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 " + b"x" * 100


@pytest.fixture
def followup(owner, team):
    invitation = InvitationFactory(contact=ContactFactory(email="ona@shop.example"), status="answered")
    return FollowupFactory(assignee=owner, team=team, response__invitation=invitation, response__score=2)


def file(name="Sąskaita.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def send(client, followup, *files, key=None):
    typed = {"key": key or str(uuid4()), "subject": "Invoice", "message": "Here it is.", "attached": list(files)}
    return client.post(f"/inbox/{followup.pk}/replies/", typed, follow=True)


def test_files_leave_with_the_letter_over_smtp(client, owner, followup, settings):
    client.force_login(owner)
    send(client, followup, file(), file("notes.txt", "Ačiū".encode()))

    with serving() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", server.port
        dispatch.send_due("email")
        (mail,) = server.messages

    assert Message.objects.get().status == "sent"
    assert [(part.get_filename(), part.get_content_type()) for part in mail.iter_attachments()] == [
        ("Sąskaita.pdf", "application/pdf"), ("notes.txt", "text/plain"),
    ]  # fmt: skip
    assert next(mail.iter_attachments()).get_content() == PDF


def test_files_leave_through_any_other_backend(client, owner, followup, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.force_login(owner)
    send(client, followup, file())

    dispatch.send_due("email")

    assert [(name, bytes(content), kind) for name, content, kind in mailoutbox[0].attachments] == [
        ("Sąskaita.pdf", PDF, "application/pdf")
    ]


def test_a_form_sent_twice_keeps_its_files_once(client, owner, followup):
    client.force_login(owner)
    key = str(uuid4())

    send(client, followup, file(), key=key)
    send(client, followup, file(), key=key)

    attachments.put(Message.objects.get(), [AttachedFile("c.pdf", "application/pdf", PDF)])

    assert [row.name for row in Attachment.objects.all()] == ["Sąskaita.pdf"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([file("x.exe", b"MZ")], "cannot be attached"),
        ([file("x.pdf", b"MZ" + b"\0" * 50)], "is not what its name says"),
        ([file("x.png", PDF)], "is not what its name says"),
        ([file("noname", PDF)], "cannot be attached"),
        ([file(f"{number}.pdf") for number in range(6)], "at most 5"),
        ([file("big.pdf", PDF + b"x" * 1024 * 1024)], "too large"),
    ],
)
def test_what_is_too_much_or_no_plain_document_is_refused(client, owner, followup, settings, files, said):
    settings.REPLY_FILES_MAX_MB = 1
    client.force_login(owner)

    page = send(client, followup, *files)

    assert said in str(page.context["reply_form"].errors)
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()


def test_files_are_forgotten_a_week_after_the_letter_left_and_not_before(client, owner, followup):
    client.force_login(owner)
    send(client, followup, file())
    assert attachments.forget_old(now=clock.now() + timedelta(days=30)) == 0

    Message.objects.update(status="sent", sent_at=clock.now(), changed_at=clock.now())

    assert attachments.forget_old(now=clock.now() + timedelta(days=6)) == 0
    assert attachments.forget_old(now=clock.now() + timedelta(days=8)) == 1


def test_a_letter_whose_files_are_gone_does_not_leave_without_them(client, owner, followup):
    client.force_login(owner)
    send(client, followup, file())
    Attachment.objects.all().delete()
    message = Message.objects.get()

    composed = composers.compose([message])[message.pk]

    assert str(composed) == "The files of this letter are not kept any more; write it again."


def test_the_page_names_the_files_of_a_letter(client, owner, followup):
    client.force_login(owner)

    assert "Sąskaita.pdf" in send(client, followup, file()).text
