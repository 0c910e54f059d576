from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db
FILES = ("rollups/triggers.sql", "rollups/successions.sql", "explorer/changes.sql", "explorer/further_changes.sql")
TEXT = "".join(Path(settings.BASE_DIR, "analytics", name).read_text() for name in FILES)
KEPT = """
SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'analytics_%'
UNION ALL
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'analytics_%'
ORDER BY 1, 2
"""


def kept(cursor):
    cursor.execute(KEPT)
    return cursor.fetchall()


def test_the_database_runs_the_triggers_of_the_file():
    with connection.cursor() as cursor:
        before = kept(cursor)
        cursor.execute(TEXT)
        after = kept(cursor)

    assert len(before) == TEXT.count("CREATE OR REPLACE")
    assert before == after
