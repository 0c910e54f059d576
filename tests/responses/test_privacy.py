"""Tokens stay out of logs, and the page stays light."""

import gzip
import io
import logging
import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.urls import reverse

from accounts.colours import stylesheet
from accounts.logs import HideTokens
from tests.factories import InvitationFactory

KILOBYTE = 1024


@pytest.fixture
def logged():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(HideTokens())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_token_of_an_unknown_link_is_not_logged(client, db, logged, invitation):
    client.get(invitation.path.replace(invitation.token, invitation.token[::-1]))
    client.put(invitation.path)

    assert "/s/***/" in logged.getvalue()
    assert invitation.token not in logged.getvalue()
    assert invitation.token[::-1] not in logged.getvalue()


def test_token_is_not_stored(invitation, client):
    client.get(invitation.path)
    client.post(invitation.path, {"step": "score", "score": "9"})

    with connection.cursor() as cursor:
        for table in ("surveys_invitation", "responses_response", "responses_linkvisit"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{invitation.token}%"])
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
@pytest.mark.parametrize("is_drawn", [False, True])
def test_first_page_weighs_at_most_14_kilobytes_with_everything(client, db, language, is_drawn):
    drawn = {"version__survey__metric": "ces", "version__survey__presentation": "smileys", "metric": "ces"}
    invitation = InvitationFactory(language=language, **(drawn if is_drawn else {}))
    client.post(invitation.path, {"step": "score", "score": "6"})
    files = [Path(finders.find(name)).read_bytes() for name in ("css/survey.css", "js/survey.js")]
    parts = [client.get(invitation.path).content, stylesheet("#155e75").encode(), *files]

    assert sum(len(gzip.compress(part)) for part in parts) <= 14 * KILOBYTE


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.django_db(transaction=True)
def test_gunicorn_answers_head_without_a_body_and_logs_no_token():
    invitation = InvitationFactory()
    port = free_port()
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    command = [sys.executable, "-m", "gunicorn", "nps_project.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--threads", "2", "--access-logfile", "-"]
    server = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        client = patient_client(port)
        sizes = []
        for method, path in (
            ("HEAD", invitation.path),
            ("GET", invitation.path),
            ("GET", reverse("survey", args=["x" * 32])),
        ):
            client.request(method, path)
            answer = client.getresponse()
            sizes.append((answer.status, int(answer.headers["Content-Length"]), len(answer.read())))
        client.close()
    finally:
        server.terminate()
        log, _ = server.communicate(timeout=20)

    (head_status, announced, sent), (status, length, read), (unknown, _, _) = sizes
    assert (head_status, status, unknown) == (200, 200, 404)
    assert (announced, sent) == (length, 0)
    assert length == read
    assert "Not Found: /s/***/" in log
    assert '"HEAD /s/***/ HTTP/1.1" 200' in log
    assert invitation.token not in log
    assert "x" * 32 not in log


def patient_client(port):
    for _ in range(100):
        client = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.connect()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return client
    raise AssertionError("gunicorn did not start")
