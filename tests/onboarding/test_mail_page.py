"""Mail tried at once against real servers, with what goes wrong in words."""

import socket

import pytest

from accounts.models import Brand
from onboarding.mail import records
from tests.delivery import imap
from tests.delivery.smtp import serving
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db
MAIL = "/setup/mail/"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def reader(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def server(settings):
    with serving() as running:
        settings.EMAIL_BACKEND, settings.DEFAULT_FROM_EMAIL = SMTP, "Plumb <surveys@plumb.example>"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 2
        yield running


def tried(client, what="server"):
    page = client.post(MAIL, {"what": what})
    assert page.status_code == 200
    return page.context["of_mailboxes" if what == "mailbox" else "of_server"]


def test_looking_tries_nothing(reader, server):
    assert reader.get(MAIL).status_code == 200

    assert server.connections == 0


def test_a_server_that_takes_the_sender_is_good_and_gets_no_letter(reader, server):
    (attempt,) = tried(reader)

    assert attempt.is_good
    assert attempt.sentence == f"127.0.0.1:{server.port} answers and takes letters of surveys@plumb.example."
    assert server.taken == []


def test_the_sender_of_the_brand_is_tried(reader, server):
    BrandFactory(sender_address="ask@alder.example")

    assert "ask@alder.example" in tried(reader)[0].sentence


def test_each_brand_has_a_sender_of_its_own(reader, server):
    BrandFactory(name="Shop")
    BrandFactory(name="Outlet", slug="outlet", sender_address="hello@outlet.example")
    first = Brand.objects.earliest("pk")

    page = reader.get(f"{MAIL}?brand=outlet")

    assert (page.context["sender"], page.context["domain"]) == ("hello@outlet.example", "outlet.example")
    assert '<a class="tabs__tab" href="?brand=outlet" aria-current="page">Outlet</a>' in page.text
    assert reader.get(f"{MAIL}?brand=gone").context["brand"] == first


def test_one_brand_needs_no_choice(reader, server):
    Brand.objects.exclude(pk=BrandFactory().pk).delete()

    assert 'href="?brand=' not in reader.get(MAIL).text


def test_a_refused_sender_is_told_with_the_answer(reader, server):
    server.script.append("mail-5xx")

    (attempt,) = tried(reader)

    assert not attempt.is_good
    assert attempt.sentence.startswith(f"127.0.0.1:{server.port} answers, but does not take letters of surveys@")
    assert attempt.setting == "DEFAULT_FROM_EMAIL"


def test_nobody_there_is_told(reader, settings, server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]

        (attempt,) = tried(reader)

    assert attempt.sentence.startswith(f"Nobody answers at 127.0.0.1:{settings.EMAIL_PORT}")
    assert attempt.setting == "EMAIL_URL"


def test_a_server_without_tls_is_told(reader, settings, server):
    settings.EMAIL_USE_TLS = True

    (attempt,) = tried(reader)

    assert "does not offer what the settings ask for" in attempt.sentence


def test_a_server_that_stalls_is_told_in_time(reader, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = SMTP, 1
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()

        (attempt,) = tried(reader)

    assert "does not answer in time" in attempt.sentence


def test_a_provider_has_no_connection_to_try(reader, settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"

    assert "anymail.backends.test.EmailBackend" in tried(reader)[0].sentence


def test_a_mailbox_is_opened_and_its_mails_counted(reader, settings):
    with imap.serving([b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n"]) as mailbox:
        settings.BOUNCE_IMAP_URL = imap.url(mailbox)
        (attempt,) = tried(reader, "mailbox")

    assert attempt.sentence == "imap://127.0.0.1/Bounces opens; 2 mails wait to be read."
    assert mailbox.flags == {}


def test_a_mailbox_that_is_not_there_is_told_without_its_password(reader, settings):
    settings.BOUNCE_IMAP_URL = "imap://bounces:secret@127.0.0.1:1/INBOX"

    page = reader.post(MAIL, {"what": "mailbox"})

    assert "Nobody answers at imap://127.0.0.1/INBOX" in page.text
    assert "BOUNCE_IMAP_URL" in page.text
    assert "secret" not in page.text


def test_a_folder_is_opened_too(reader, settings, tmp_path):
    settings.BOUNCE_DROP_DIR = str(tmp_path)
    (tmp_path / "one.eml").write_bytes(b"Subject: one\r\n\r\n")

    assert tried(reader, "mailbox")[0].sentence.endswith("opens; 1 mail waits to be read.")


def test_the_records_to_copy_are_of_the_domain_of_the_sender(reader, server, settings):
    BrandFactory(sender_address="ask@alder.example")
    settings.EMAIL_HOST = "mx.alder.example"

    page = reader.get(MAIL)

    assert "<code>v=spf1 a:mx.alder.example ~all</code>" in page.text
    assert "<code>_dmarc.alder.example</code>" in page.text


def test_a_sender_of_this_machine_has_no_records(reader, settings):
    settings.DEFAULT_FROM_EMAIL = "Plumb <surveys@localhost>"

    assert "v=spf1" not in reader.get(MAIL).text


def test_four_things_are_asked_for():
    assert [record.kind for record in records.of("alder.example", "mx.alder.example", "plumb")] == [
        "TXT",
        "TXT",
        "TXT",
        "PTR",
    ]


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_whoever_may_not_set_up_tries_nothing(client, request, who, server):
    client.force_login(request.getfixturevalue(who))

    assert client.post(MAIL, {"what": "server"}).status_code == 403
    assert server.connections == 0
