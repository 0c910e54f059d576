import io
import stat

import pytest

from workshop import envfile
from workshop.envfile import KEYS, PASSWORDS


def read(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_every_secret_is_drawn_and_no_two_are_alike(tmp_path):
    envfile.write(tmp_path / ".env", "nps.alder.example")

    written = read(tmp_path / ".env")
    secrets = [written[name] for name in (*KEYS, *PASSWORDS)]
    assert len(set(secrets)) == len(secrets)
    assert min(map(len, secrets)) >= 43
    assert written["BASE_URL"] == "https://nps.alder.example"
    assert written["ALLOWED_HOSTS"] == written["TLS_HOSTS"] == "nps.alder.example"
    assert not {"DATABASE_URL", "REDIS_URL"} & set(written)


def test_nobody_but_the_owner_reads_the_file(tmp_path):
    envfile.write(tmp_path / ".env", "nps.alder.example")

    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_what_is_there_is_kept_and_what_is_missing_is_added(tmp_path):
    place = tmp_path / ".env"
    place.write_text("SECRET_KEY=kept\nREDIS_PASSWORD=\nMINE=1")

    envfile.write(place, "nps.alder.example")
    once = place.read_text()
    envfile.write(place, "other.example")

    assert place.read_text() == once
    assert read(place)["SECRET_KEY"] == "kept"
    assert read(place)["MINE"] == "1"
    assert len(read(place)["REDIS_PASSWORD"]) >= 43
    assert once.count("REDIS_PASSWORD=") == 1


@pytest.mark.parametrize(
    "host",
    ["", "https://nps.example", "a b", "nps.example/", "-x", "nps.example:8080", "http://localhost:x", "http://"],
)
def test_what_is_no_host_is_refused(host, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("sys.argv", ["envfile", "--file", str(tmp_path / ".env"), "--", host])

    assert envfile.main() == 2
    assert "is no host name" in capsys.readouterr().err
    assert not (tmp_path / ".env").exists()


def test_three_questions_fill_in_host_mail_server_and_sender(tmp_path, capsys):
    answers = iter(
        [
            "https://nps.alder.example",
            "nps.alder.example",
            "mail.alder.example",
            "smtp+tls://plumb:a%40$b@mail.alder.example:587",
            "nobody",
            "Alder & Sons <surveys@alder.example>",
        ]
    )

    host, said = envfile.asked(lambda _question: next(answers))
    envfile.write(tmp_path / ".env", host, said)

    assert "is no host name" in (told := capsys.readouterr().err)
    assert "Write smtp://" in told
    assert "“nobody” is no sender" in told
    written = read(tmp_path / ".env")
    assert written["BASE_URL"] == "https://nps.alder.example"
    assert written["EMAIL_URL"] == "'smtp+tls://plumb:a%40$b@mail.alder.example:587'"
    assert written["DEFAULT_FROM_EMAIL"] == "'Alder & Sons <surveys@alder.example>'"
    assert written["MESSAGE_ID_DOMAIN"] == "alder.example"
    assert [(tmp_path / ".env").read_text().count(name) for name in said] == [1, 1, 1]


def test_what_is_left_for_later_stays_as_in_the_example_and_can_be_said_then(tmp_path):
    place = tmp_path / ".env"
    first, later = iter(["nps.alder.example", "", ""]), iter(["x", "smtp://mail.alder.example:25", ""])
    envfile.write(place, *envfile.asked(lambda _question: next(first)))
    once = read(place)

    envfile.write(place, *envfile.asked(lambda _question: next(later)))

    changed = {name for name, value in read(place).items() if once.get(name) != value}
    assert changed == {"EMAIL_URL"}
    assert read(place)["EMAIL_URL"] == "smtp://mail.alder.example:25"


def test_without_a_host_and_somebody_to_ask_it_says_what_is_missing(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("sys.argv", ["envfile", "--file", str(tmp_path / ".env")])
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert envfile.main() == 2
    assert "is no host name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "base_url", "proxy"),
    [
        ("http://localhost:8080", "http://localhost:8080", ("http://localhost", "127.0.0.1:8080", "127.0.0.1:")),
        ("http://127.0.0.1/", "http://127.0.0.1", ("http://127.0.0.1", "127.0.0.1:80", "127.0.0.1:")),
        ("http://plumb.local:81", "http://plumb.local:81", ("http://plumb.local", "81", "127.0.0.1:")),
        ("http://192.168.1.5", "http://192.168.1.5", ("http://192.168.1.5", "80", "127.0.0.1:")),
    ],
)
def test_one_answer_makes_a_first_look_without_tls(answer, base_url, proxy, tmp_path):
    envfile.write(tmp_path / ".env", answer)

    written = read(tmp_path / ".env")
    assert written["PLAIN_HTTP"] == "1"
    assert written["BASE_URL"] == base_url
    assert f"//{written['ALLOWED_HOSTS']}" in base_url
    assert (written["TLS_HOSTS"], written["HTTP_PORT"], written["HTTPS_PORT"]) == proxy
    assert (tmp_path / ".env").read_text().count("HTTP_PORT=") == 1


def test_with_tls_nothing_of_a_first_look_is_written(tmp_path):
    envfile.write(tmp_path / ".env", "localhost")

    assert not {"PLAIN_HTTP", "HTTP_PORT", "HTTPS_PORT"} & set(read(tmp_path / ".env"))


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("http://nps.alder.example", "nps.alder.example may be known to the world"),
        ("http://203.0.113.5:8080", "203.0.113.5 may be known to the world"),
        ("http://localhost:70000", "There is no port 70000."),
        ("http://localhost:0", "There is no port 0."),
    ],
)
def test_a_first_look_at_what_the_world_knows_is_refused(host, said, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("sys.argv", ["envfile", "--file", str(tmp_path / ".env"), host])

    assert envfile.main() == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / ".env").exists()


def test_services_get_two_files_and_only_one_of_them_opens_the_tables(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["envfile", "nps.alder.example", "--systemd", str(tmp_path)])

    assert envfile.main() == 0

    plumb, owner = read(tmp_path / "plumb.env"), read(tmp_path / "owner.env")
    assert set(owner) == {"DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD", "DATABASE_URL"}
    assert owner["DATABASE_URL"] == f"postgres://plumb_owner:{owner['DATABASE_OWNER_PASSWORD']}@127.0.0.1:5432/plumb"
    assert plumb["DATABASE_URL"] == f"postgres://plumb:{owner['DATABASE_PASSWORD']}@127.0.0.1:5432/plumb"
    assert plumb["REDIS_URL"] == f"redis://:{owner['REDIS_PASSWORD']}@127.0.0.1:6379/0"
    assert owner["DATABASE_OWNER_PASSWORD"] not in (tmp_path / "plumb.env").read_text()
    assert (plumb["BEHIND_TLS_PROXY"], plumb["BASE_URL"]) == ("1", "https://nps.alder.example")
    assert not {"TLS_HOSTS", "POSTGRES_PASSWORD", "CADDY_OPTIONS"} & set(plumb)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_writing_them_again_changes_neither_what_is_there_nor_who_may_read_it(tmp_path):
    envfile.write_for_systemd(tmp_path, "nps.alder.example")
    (tmp_path / "plumb.env").chmod(0o640)
    once = {path.name: path.read_text() for path in tmp_path.iterdir()}

    envfile.write_for_systemd(tmp_path, "other.example")

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == once
    assert stat.S_IMODE((tmp_path / "plumb.env").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "owner.env").stat().st_mode) == 0o600
