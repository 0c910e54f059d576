"""The history of the database stands by itself: models and roles may move without breaking it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

MIGRATIONS = sorted(Path(settings.BASE_DIR).glob("*/migrations/0*.py"))
# What may move any day; defaults, validators and SQL of the lowest layer are named by modules that stay.
MOVES = re.compile(r"\b(?:import|from) [\w.]*\b(?:models\.\w+|roles)\b|import .*\broles\b|from \w+ import models\b")


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_a_migration_imports_no_model_and_no_role(path):
    ours = [line for line in path.read_text().splitlines() if " django" not in line]

    assert [line for line in ours if MOVES.search(line)] == []
