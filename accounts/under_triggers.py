"""Migrations of columns that triggers watch: PostgreSQL alters the type of none of these."""

from typing import Any

from django.db import migrations

# In their lists of columns or in their conditions.
WATCHING = """
    SELECT DISTINCT quote_ident(t.tgname), pg_get_triggerdef(t.oid)
    FROM pg_depend d
    JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND d.objid = t.oid
    JOIN pg_attribute a ON d.refclassid = 'pg_class'::regclass AND a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE a.attrelid = %s::regclass AND a.attname = %s AND t.tgrelid = a.attrelid
"""


class AlterFieldUnderTriggers(migrations.AlterField):
    """Alter a field; triggers that watch its column are taken down meanwhile and put up again as they were."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        table, column = model._meta.db_table, model._meta.get_field(self.name).column
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(WATCHING, [schema_editor.quote_name(table), column])
            watching = cursor.fetchall()
        for name, _definition in watching:
            schema_editor.execute(f"DROP TRIGGER {name} ON {schema_editor.quote_name(table)}", params=None)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        for _name, definition in watching:
            schema_editor.execute(definition, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        # As in Django: back is forth with the states exchanged.
        self.database_forwards(app_label, schema_editor, from_state, to_state)
