import os
import shutil
import signal
import subprocess
import sys
import time

import psycopg2
import pytest

from workshop.home import PROJECT, elsewhere

NO_SERVERS_GIVEN = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}


@pytest.fixture
def place(tmp_path_factory):
    here = tmp_path_factory.mktemp("ground")
    yield here
    shutil.rmtree(elsewhere(here), ignore_errors=True)


other_place = place


def start(place, *command, environment=NO_SERVERS_GIVEN):
    return subprocess.Popen(
        [sys.executable, "-m", "workshop.ground", "--dir", str(place), "--", *command],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


def wait_until_it_says(process, word):
    line = process.stdout.readline()
    assert word in line, process.stderr.read()
    return line.strip()


def answers(url):
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_a_command_finds_both_servers_and_its_exit_status_comes_back(place):
    asks_both = (
        "import os, sys, psycopg2, redis\n"
        "cursor = psycopg2.connect(os.environ['DATABASE_URL']).cursor()\n"
        "cursor.execute(\"SELECT upper('жалоба'), current_setting('server_version_num')\")\n"
        "print(*cursor.fetchone(), redis.Redis.from_url(os.environ['REDIS_URL']).ping())\n"
        "sys.exit(7)"
    )

    status, output, errors = finish(start(place, sys.executable, "-c", asks_both))

    assert status == 7, errors
    assert output.split()[0] == "ЖАЛОБА"
    assert output.split()[1].startswith("18")
    assert output.split()[2] == "True"


def test_servers_named_by_the_caller_are_used_as_they_are(place):
    given = {**os.environ, "DATABASE_URL": "postgres://elsewhere/x", "REDIS_URL": "redis://elsewhere/0"}

    _, output, _ = finish(start(place, "sh", "-c", "echo $DATABASE_URL $REDIS_URL", environment=given))

    assert output.split() == ["postgres://elsewhere/x", "redis://elsewhere/0"]
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_running_after_a_signal(place, number):
    process = start(place, "sh", "-c", "echo $DATABASE_URL; exec sleep 60")
    url = wait_until_it_says(process, "postgres://")
    assert answers(url)

    process.send_signal(number)
    process.communicate(timeout=30)

    deadline = time.monotonic() + 10
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(url)
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)


def test_two_grounds_live_side_by_side_but_not_on_one_directory(place, other_place):
    first = start(place, "sh", "-c", "echo up; exec sleep 60")
    wait_until_it_says(first, "up")

    beside = finish(start(other_place, "true"))
    same = finish(start(place, "true"))
    first.terminate()
    finish(first)

    assert beside[0] == 0
    assert same[0] == 1
    assert same[2].startswith(f"Servers are already running on {place}")


def test_data_survives_a_killed_ground(place):
    begin = ["psycopg2.connect(os.environ['DATABASE_URL'])", "cursor = c.cursor()"]
    prologue = f"import os, psycopg2; c = {begin[0]}; {begin[1]}; "
    write = prologue + (
        "cursor.execute('CREATE TABLE t AS SELECT 42 AS n'); c.commit(); "
        "print('written', flush=True); import time; time.sleep(60)"
    )
    read = prologue + "cursor.execute('SELECT n FROM t'); print(cursor.fetchone()[0])"
    first = start(place, sys.executable, "-c", write)
    wait_until_it_says(first, "written")
    first.kill()
    first.communicate(timeout=30)

    status, output, errors = finish(start(place, sys.executable, "-c", read))

    assert (status, output.strip()) == (0, "42"), errors


def test_a_broken_data_directory_gets_a_sentence(place):
    assert finish(start(place, "true"))[0] == 0
    (cluster,) = [*place.glob("postgres/18"), *elsewhere(place).glob("postgres/18")]
    (cluster / "PG_VERSION").unlink()

    status, _, errors = finish(start(place, "true"))

    assert status == 1
    assert errors == (f"{cluster} is not a data directory of PostgreSQL 18; move it away to begin afresh.\n")


def test_a_command_that_does_not_exist_gets_a_sentence(place):
    status, _, errors = finish(start(place, "no-such-program"))

    assert (status, errors) == (1, "Cannot run no-such-program: No such file or directory.\n")
