"""One POST to an address that somebody typed in: where it may go, and how long it may take."""

import socket
import time

import pytest

from delivery.media import web
from delivery.media.web import Forbidden, NotAnswered, NotReached
from tests.delivery.certificates import made_for
from tests.delivery.smtp import free_port
from tests.delivery.web import serving

INNER = [
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://2130706433/x",
    "https://0.0.0.0/x",
    "https://10.1.2.3/x",
    "https://172.16.0.1/x",
    "https://192.168.1.1/x",
    "https://100.64.0.1/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://224.0.0.1/x",
    "https://255.255.255.255/x",
    "https://[::1]/x",
    "https://[::]/x",
    "https://[fe80::1]/x",
    "https://[fd00::1]/x",
    "https://[ff02::1]/x",
    "https://[::ffff:10.1.2.3]/x",
    "https://[64:ff9b::a01:203]/x",
    "https://[2002:a01:203::]/x",
]
NO_ADDRESS = [
    "",
    "hooks.example/x",
    "ftp://hooks.example/x",
    "file:///etc/passwd",
    "https:///x",
    "https://hooks.example:0/x",
    "https://hooks.example:99999/x",
    "https://hooks.example/a b",
    "https://hooks.example/a\r\nHost: other.example",
    "https://me:secret@hooks.example/x",
    "http://hooks.example/x",
]


def post(url, *, seconds=5):
    return web.post(url, b"{}", headers={"Content-Type": "application/json"}, seconds=seconds)


@pytest.fixture
def lookups(monkeypatch):
    """Names and where they lead, one list after the other; what was looked up."""
    answers, asked = {}, []
    real = socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        if host not in answers:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        addresses = answers[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers, asked


@pytest.mark.parametrize("url", INNER)
def test_nothing_is_posted_into_a_private_network(url, settings, monkeypatch):
    settings.DEBUG = settings.PLAIN_HTTP = False
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kwargs: pytest.fail("connected"))

    with pytest.raises(Forbidden, match="leads into a private network"):
        post(url)


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_https_address_is_refused(url, settings, monkeypatch):
    settings.DEBUG = settings.PLAIN_HTTP = False
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kwargs: pytest.fail("connected"))

    with pytest.raises(Forbidden):
        post(url)


def test_a_private_network_that_the_settings_name_may_be_posted_into_and_its_neighbour_may_not(settings, monkeypatch):
    settings.PRIVATE_NETWORKS = ["10.1.2.0/24", "fd00:8::/64"]
    tried = []

    def connect(address, **_kwargs):
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    for url in ("https://10.1.2.3/x", "https://[fd00:8::1]/x"):
        with pytest.raises(NotReached):
            post(url)
    for url in ("https://10.1.3.3/x", "https://[fd00:9::1]/x"):
        with pytest.raises(Forbidden):
            post(url)

    assert tried == ["10.1.2.3", "fd00:8::1"]


def test_a_name_of_which_one_address_is_inside_is_refused(lookups, monkeypatch):
    lookups[0]["two.example"] = [["93.184.216.34", "10.0.0.1"]]
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kwargs: pytest.fail("connected"))

    with pytest.raises(Forbidden):
        post("https://two.example/x")


def test_a_name_is_looked_up_once_and_what_was_checked_is_what_is_connected_to(lookups, monkeypatch):
    answers, asked = lookups
    answers["rebind.example"] = [["93.184.216.34"], ["127.0.0.1"]]
    tried = []

    def connect(address, **_kwargs):
        tried.append(address[0])
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotReached, match=r"TimeoutError at rebind\.example"):
        post("https://rebind.example/secret")

    assert (asked, tried) == (["rebind.example"], ["93.184.216.34"])


def test_plain_http_goes_to_this_machine_only_and_only_with_debug(settings, lookups):
    lookups[0]["hooks.example"] = [["93.184.216.34"]]
    with serving() as server:
        url = f"http://127.0.0.1:{server.port}/x"
        settings.DEBUG = settings.PLAIN_HTTP = False
        with pytest.raises(Forbidden):
            post(url)
        settings.DEBUG = settings.PLAIN_HTTP = True
        with pytest.raises(Forbidden, match="https"):
            post("http://hooks.example/x")

        assert post(url).status == 200
        assert [path for path, _headers, _content in server.taken] == ["/x"]


def test_a_redirect_is_an_answer_like_any_other(settings):
    settings.DEBUG = settings.PLAIN_HTTP = True
    with serving() as other, serving() as server:
        server.script = [(302, "", {"Location": f"http://127.0.0.1:{other.port}/inner"})]

        assert post(f"http://127.0.0.1:{server.port}/x").status == 302
        assert other.taken == []


@pytest.mark.parametrize(("trusted", "host"), [(False, "localhost"), (True, "wrong.example")])
def test_a_server_whose_certificate_is_not_good_is_told_nothing(settings, tmp_path, monkeypatch, trusted, host):
    settings.DEBUG = settings.PLAIN_HTTP = True
    context, pem = made_for(host, tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with serving(tls=context) as server:
        with pytest.raises(NotReached, match="SSLCertVerificationError at localhost"):
            post(f"https://localhost:{server.port}/secret")
        assert server.taken == []


def test_a_server_with_a_good_certificate_gets_the_post(settings, tmp_path, monkeypatch):
    settings.DEBUG = settings.PLAIN_HTTP = True
    context, pem = made_for("localhost", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with serving(tls=context) as server:
        answer = post(f"https://localhost:{server.port}/secret?a=1")

        assert (answer.status, answer.body) == (200, "ok")
        ((path, headers, _content),) = server.taken
        assert (path, headers["Host"]) == ("/secret?a=1", f"localhost:{server.port}")


@pytest.mark.parametrize("behaviour", ["hang-up", "stall", "drip"])
def test_a_server_that_does_not_answer_in_time_is_left(settings, behaviour):
    settings.DEBUG = settings.PLAIN_HTTP = True
    with serving() as server:
        server.script = [behaviour]
        started = time.monotonic()

        with pytest.raises(NotAnswered) as caught:
            post(f"http://127.0.0.1:{server.port}/secret", seconds=0.5)

        assert time.monotonic() - started < 3
        assert "secret" not in str(caught.value)


def test_where_nobody_listens_nothing_was_posted(settings):
    settings.DEBUG = settings.PLAIN_HTTP = True

    with pytest.raises(NotReached, match=r"ConnectionRefusedError at 127\.0\.0\.1"):
        post(f"http://127.0.0.1:{free_port()}/secret")


def test_of_an_endless_answer_the_beginning_is_read(settings):
    settings.DEBUG = settings.PLAIN_HTTP = True
    with serving() as server:
        server.script = [(400, "x" * 1_000_000)]

        assert len(post(f"http://127.0.0.1:{server.port}/x").body) == web.LONGEST_ANSWER
