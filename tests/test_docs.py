"""The docs say what the code does."""

import importlib
import re
from pathlib import Path

import pytest
from django.dispatch import Signal

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", (ROOT / "nps_project/settings.py").read_text()))
# Only docker-compose.yml reads these.
OF_CONTAINERS = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
SIGNALS = [
    name
    for path in ROOT.glob("*/signals.py")
    for name in re.findall(r"^(\w+) = Signal", path.read_text(), re.MULTILINE)
]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_some_settings_are_found():
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "CLOCK_OFFSET_FILE"} <= SETTINGS


def test_env_example_lists_exactly_the_settings():
    listed = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert listed == SETTINGS | OF_CONTAINERS


def test_configuration_page_explains_exactly_the_settings():
    explained = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE))

    assert explained == SETTINGS | OF_CONTAINERS


def test_architecture_page_names_every_signal():
    text = (ROOT / "docs/architecture.md").read_text()
    for path in sorted(ROOT.glob("*/signals.py")):
        module = importlib.import_module(f"{path.parent.name}.signals")
        for name, value in vars(module).items():
            if isinstance(value, Signal):
                assert f"`{path.parent.name}.{name}`" in text


def test_every_signal_is_heard_by_somebody():
    for path in sorted(ROOT.glob("*/signals.py")):
        module = importlib.import_module(f"{path.parent.name}.signals")
        for name, value in vars(module).items():
            if isinstance(value, Signal):
                assert value.has_listeners(), f"nobody hears {path.parent.name}.{name}"


def test_news_is_told_in_one_way():
    told = re.compile(r"\b(?:" + "|".join(SIGNALS) + r")\.send")
    apps = [
        path for path in ROOT.glob("*/**/*.py") if path.relative_to(ROOT).parts[0] not in {"tests", ".venv", ".local"}
    ]

    assert [str(path) for path in apps if told.search(path.read_text())] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_is_listed():
    listed = re.findall(r"\((\d{4}-[^)]+)\)", (ROOT / "docs/decisions/README.md").read_text())

    assert sorted(listed) == sorted(path.name for path in ROOT.glob("docs/decisions/0*.md"))


def test_lock_files_name_no_server():
    for path in ROOT.glob("requirements*.lock"):
        assert "://" not in path.read_text()


def test_psycopg_3_is_not_installed_beside_psycopg2():
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert not is_psycopg3
