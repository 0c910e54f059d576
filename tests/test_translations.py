"""Source, .po and .mo say the same, in every language, with nothing left untranslated."""

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ["uk", "ru", "lt"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")

pytestmark = pytest.mark.skipif(
    shutil.which("msgfmt") is None, reason="GNU gettext is not installed (Debian: apt install gettext)"
)


def catalogue(language, root=ROOT):
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def texts_of(path):
    """Return the lines that carry texts: not when they were collected."""
    passed_over = ('"POT-Creation-Date',)
    return [line for line in path.read_text().splitlines() if not line.startswith(passed_over)]


@pytest.fixture(scope="module")
def collected_anew(tmp_path_factory):
    """A copy of the sources in which the messages were just collected."""
    copy = tmp_path_factory.mktemp("sources")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py", "*.html", "*.txt", "*.po"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if not (ROOT / name).exists():
            continue
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "manage.py", "makemessages", *(f"-l{language}" for language in LANGUAGES)]
    options = ["--no-obsolete", "--no-location", "-i", "tests/*"]
    subprocess.run([*command, *options], cwd=copy, env=os.environ, check=True, capture_output=True)
    return copy


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_exactly_the_strings_of_the_source(collected_anew, language):
    committed, fresh = catalogue(language), catalogue(language, collected_anew)

    assert texts_of(committed) == texts_of(fresh), "Run make messages and translate what is new."


def test_strings_are_marked_by_names_that_are_collected():
    """GNU gettext collects what stands in calls of these names, and passes over any other."""
    known = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    strange = [
        (path, alias.asname)
        for path in listed.split()
        if (ROOT / path).exists()
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname and alias.asname not in known
    ]
    assert strange == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_untranslated(language):
    check = subprocess.run(
        ["msgfmt", "--check", "--statistics", "-o", os.devnull, str(catalogue(language))],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert check.returncode == 0, check.stderr
    assert "untranslated" not in check.stderr
    assert "fuzzy" not in check.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_the_committed_text(language, tmp_path):
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-o", str(compiled), str(catalogue(language))], check=True)

    with compiled.open("rb") as fresh, catalogue(language).with_suffix(".mo").open("rb") as committed:
        assert gettext.GNUTranslations(committed)._catalog == gettext.GNUTranslations(fresh)._catalog


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    with catalogue(language).with_suffix(".mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog

    for source, translated in catalog.items():
        if isinstance(source, str) and source:
            assert set(PLACEHOLDER.findall(source)) == set(PLACEHOLDER.findall(translated)), source


@pytest.mark.parametrize(("language", "forms"), [("uk", 4), ("ru", 4), ("lt", 4)])
def test_plural_forms_are_those_of_the_language(language, forms):
    header = re.search(r"nplurals=(\d)", catalogue(language).read_text())

    assert header is not None
    assert int(header[1]) in (3, forms)


# What buttons and pages were called before: charming, and nothing that one scans for.
CHARMING = {
    "Keep it", "Go on", "Open the card", "Run it dry", "Everything between us", "Its whole life", "As fits",
    "The call is kept.", "The note is kept.", "Successfully signed in as %(name)s.", "Answer in one tap",
}  # fmt: skip


def test_buttons_and_pages_are_called_what_one_scans_for():
    ours = {line[7:-1] for line in texts_of(catalogue("lt")) if line.startswith('msgid "')}

    assert {"Save", "Resume", "Contact", "History", "Dry run"} <= ours
    assert not CHARMING & ours
