"""Nobody fills the disk: what is too large is refused by its head, before anything of it is read."""

import tempfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from nps_project import bodies
from tests.factories import InvitationFactory

pytestmark = pytest.mark.django_db
MEGABYTE = bodies.MEGABYTE
IMPORT = "/admin/crm/importrun/add/"


class NeverRead(BytesIO):
    """A body that fails the test when anybody reads it."""

    def read(self, *_size):
        raise AssertionError("the body was read")


@pytest.fixture
def post(client):
    def send(path, size, who=client, **extra):
        kind = extra.pop("content_type", "multipart/form-data; boundary=x")
        return who.generic("POST", path, b"", kind, CONTENT_LENGTH=str(size), **{"wsgi.input": NeverRead(), **extra})

    return send


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/password/reset/", "/s/a-token/", "/u/a-token/", "/inbox/", "/i18n/setlang/",
     "/nowhere/", "/me/settings/", "/readyz"],
)  # fmt: skip
def test_no_page_takes_a_file_that_it_does_not_need(post, path):
    answer = post(path, MEGABYTE)

    assert answer.status_code == 413
    assert "larger than this page takes" in answer.content.decode()


@pytest.mark.parametrize("path", [IMPORT, "/admin/", "/admin/surveys/survey/add/", "/admin/login/"])
def test_strangers_upload_nothing_to_the_administration(post, path):
    assert post(path, MEGABYTE).status_code == 413


def test_an_administrator_uploads_an_import_up_to_the_setting(client, administrator, settings):
    client.force_login(administrator)
    table = SimpleUploadedFile("a.csv", b"id,name\n" + b"1,x\n" * (MEGABYTE // 2))
    mapping = SimpleUploadedFile("m.toml", b'source = "shop"')

    taken = client.post(IMPORT, {"mapping": mapping, "files": [table]})
    refused = client.generic(
        "POST", IMPORT, b"", "multipart/form-data; boundary=x", **{"wsgi.input": NeverRead()},
        CONTENT_LENGTH=str((settings.IMPORT_MAX_MB + 1) * MEGABYTE),
    )  # fmt: skip

    assert taken.status_code in (200, 302)
    assert refused.status_code == 413


def test_the_api_refuses_in_its_own_shape(post):
    answer = post("/api/v1/deals/bulk/", 3 * MEGABYTE, content_type="application/json")

    assert answer.status_code == 413
    assert answer.json() == {
        "error": {"code": "too_large", "message": "The request is too large. Send it in smaller parts.", "fields": {}}
    }


def test_a_body_of_unknown_length_is_refused(client):
    headers = {"Transfer-Encoding": "chunked"}

    answer = client.generic("POST", "/accounts/login/", b"", CONTENT_LENGTH="", headers=headers)

    assert answer.status_code == 411


def test_the_refusal_speaks_the_language_of_the_browser(post):
    answer = post("/accounts/login/", MEGABYTE, HTTP_ACCEPT_LANGUAGE="lt")

    assert '<html lang="lt">' in answer.content.decode()


def test_ordinary_forms_and_answers_go_through(client):
    invitation = InvitationFactory()

    answer = client.post(invitation.path, {"step": "score", "score": "9", "comment": "ž" * 5000})

    assert answer.status_code == 200
    assert Client().post(reverse("account_login"), {"login": "x@x.example", "password": "x"}).status_code == 200


def test_nothing_large_is_left_on_the_disk(post, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    post("/accounts/login/", 80 * MEGABYTE)

    assert list(tmp_path.iterdir()) == []
