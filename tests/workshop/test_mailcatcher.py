import json
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from workshop.home import PROJECT
from workshop.processes import free_port

HOSTILE = "<html><head></head><body><script>alert(1)</script><a href='https://shop.example/'>go</a></body></html>"


class Catcher:
    def __init__(self, store):
        self.smtp, self.web = free_port(), free_port()
        command = ["--smtp-port", str(self.smtp), "--web-port", str(self.web), "--store", str(store)]
        self.process = subprocess.Popen([sys.executable, "-m", "workshop.mailcatcher.server", *command], cwd=PROJECT)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                smtplib.SMTP("127.0.0.1", self.smtp, timeout=2).close()
                self.get("/messages")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the catcher did not start")

    def stop(self):
        self.process.terminate()
        return self.process.wait(10)

    def open(self, path, **options):
        request = urllib.request.Request(f"http://127.0.0.1:{self.web}{path}", **options)
        return urllib.request.urlopen(request, timeout=5)

    def get(self, path):
        with self.open(path) as answer:
            return json.load(answer)

    def page(self, path):
        with self.open(path) as answer:
            return answer.headers, answer.read().decode()

    def mode(self, **wish):
        with self.open("/mode", data=json.dumps(wish).encode()) as answer:
            return json.load(answer)

    def send(self, to="ona@shop.example", subject="Жалоба"):
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, "plumb@us.example", to
        message.set_content("Добрий день")
        message.add_alternative(HOSTILE, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=2) as client:
            client.send_message(message)


@pytest.fixture
def catcher(tmp_path):
    catcher = Catcher(tmp_path / "mail")
    yield catcher
    catcher.stop()


def test_caught_mail_can_be_listed_by_recipient_and_read(catcher):
    catcher.send(to="ona@shop.example")
    catcher.send(to="petro@shop.example")

    (found,) = catcher.get("/messages?to=ONA@shop.example")["messages"]
    detail = catcher.get(f"/messages/{found['id']}")

    assert (found["id"], found["subject"], found["to"]) == (1, "Жалоба", ["ona@shop.example"])
    assert detail["text"] == "Добрий день\n"
    assert ["To", "ona@shop.example"] in detail["headers"]
    assert [mail["id"] for mail in catcher.get("/messages?after=1")["messages"]] == [2]


def test_pages_never_let_a_mail_run_a_script(catcher):
    catcher.send(subject="<script>alert(2)</script>")

    list_headers, listed = catcher.page("/")
    _, shown = catcher.page("/mail/1")
    html_headers, html = catcher.page("/mail/1/html")

    assert "<script" not in listed + shown
    assert "default-src 'none'" in list_headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown
    assert html_headers["Content-Security-Policy"].startswith(
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'"
    )
    assert '<head><base target="_blank"></head>' in html


def test_pages_answer_only_to_a_local_name(catcher):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        catcher.open("/messages", headers={"Host": f"rebound.example:{catcher.web}"})

    assert refusal.value.code == 403
    refusal.value.close()


@pytest.mark.parametrize(
    ("mode", "error", "kept"),
    [
        ("refuse", smtplib.SMTPServerDisconnected, 0),
        ("4xx", smtplib.SMTPRecipientsRefused, 0),
        ("5xx", smtplib.SMTPRecipientsRefused, 0),
        ("stall", smtplib.SMTPServerDisconnected, 0),
        ("drop-after-data", smtplib.SMTPServerDisconnected, 1),
    ],
)
def test_it_misbehaves_on_request_and_recovers(catcher, mode, error, kept):
    assert catcher.mode(mode=mode, times=1) == {"mode": mode, "times": 1}

    with pytest.raises(error):
        catcher.send()

    assert len(catcher.get("/messages")["messages"]) == kept
    catcher.mode(mode="normal")
    catcher.send()
    assert len(catcher.get("/messages")["messages"]) == kept + 1


def test_an_unknown_mode_is_refused_and_changes_nothing(catcher):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        catcher.mode(mode="sulk")

    assert refusal.value.code == 400
    refusal.value.close()
    assert catcher.get("/mode") == {"mode": "normal", "times": None}


def test_mail_is_still_there_after_a_restart(tmp_path):
    first = Catcher(tmp_path)
    first.send()
    assert first.stop() == 0

    second = Catcher(tmp_path)
    second.send()

    assert [mail["id"] for mail in second.get("/messages")["messages"]] == [1, 2]
    second.stop()
