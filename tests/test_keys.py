"""An installation with a key that can be guessed does not start."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from nps_project import keys

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "key",
    ["", "x", "change-me", "a" * 200, "ab" * 40, secrets.token_urlsafe(16)],
    ids=["empty", "one letter", "a word", "one letter again and again", "two in turn", "16 bytes"],
)
def test_a_weak_key_is_refused_with_the_command_that_makes_one(key):
    with pytest.raises(ImproperlyConfigured, match=r"TOKEN_KEY is .*token_urlsafe\(32\)"):
        keys.strong("TOKEN_KEY", key)


@pytest.mark.parametrize("key", [secrets.token_urlsafe(32), secrets.token_hex(32)], ids=["base64", "hexadecimal"])
def test_a_key_of_32_random_bytes_is_taken(key):
    assert keys.strong("TOKEN_KEY", key) == key


def test_the_command_makes_a_key_that_is_taken():
    made = subprocess.run(keys.COMMAND, shell=True, capture_output=True, text=True, check=True).stdout.strip()

    assert keys.strong("SECRET_KEY", made) == made


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "TOKEN_KEY", "ENCRYPTION_KEY", "SUPPRESSION_KEY", "SECRET_KEY_FALLBACKS", "TOKEN_KEY_FALLBACKS"],
)
def test_no_process_starts_with_a_weak_key_in_any_setting(name):
    environment = {**os.environ, name: "short"}

    started = subprocess.run(
        [sys.executable, "-c", "import nps_project.settings"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert started.returncode == 1
    assert f"{name} is weaker than 32 random bytes" in started.stderr


def test_no_process_starts_with_an_empty_key():
    for name in ("SECRET_KEY", "TOKEN_KEY", "ENCRYPTION_KEY", "SUPPRESSION_KEY"):
        started = subprocess.run(
            [sys.executable, "-c", "import nps_project.settings"],
            cwd=ROOT, env={**os.environ, name: ""}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert f"{name} is empty" in started.stderr
