"""Statements that each connection plans once. On the answer path planning costs more than doing."""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError, connection

# PostgreSQL would plan anew each time where it can leave out partitions while planning, which costs more than it saves.
PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"
NOT_WAITING = "SET LOCAL synchronous_commit = off; "
PLACEHOLDER = re.compile(r"%\((\w+)\)s")

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """A statement with named placeholders, prepared under `name`. `types` gives each parameter's SQL type.

    Unless it `waits`, its commit does not wait for the disk.
    """

    def __init__(self, name: str, sql: str, types: Mapping[str, str], *, waits: bool = True) -> None:
        used = [parameter for parameter in types if f"%({parameter})s" in sql]
        numbered = PLACEHOLDER.sub(lambda match: f"${used.index(match[1]) + 1}", sql)
        self.name = name
        first = "" if waits else NOT_WAITING
        self.plain = f"{first}{sql}"
        self.prepare = f"PREPARE {name} ({', '.join(types[parameter] for parameter in used)}) AS {numbered}"
        self.execute = f"{first}EXECUTE {name} ({', '.join(f'%({parameter})s' for parameter in used)})"

    def run(self, parameters: Mapping[str, Any], *, returns: bool = True) -> tuple[Any, ...] | None:
        """Execute it and return the first row, if there is one. A statement that `returns` nothing gives None.

        Behind a pooler that changes the session between transactions (the setting BEHIND_POOLER says so) nothing can
        stay prepared, and the statement is sent whole.
        """
        with connection.cursor() as cursor:
            cursor.execute(self._statement(cursor), parameters)
            row: tuple[Any, ...] | None = cursor.fetchone() if returns else None
        return row

    def read_first(self, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Execute a statement that only reads, as the first one of a request, and return the first row.

        It tells by itself whether the kept connection still lives, which spares the question for that: where it does
        not, a new one is asked.
        """
        if connection.in_atomic_block or connection.connection is None:
            return self.run(parameters)
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return self.run(parameters)
        except (OperationalError, InterfaceError):
            connection.close()
            return self.run(parameters)

    def _statement(self, cursor: Any) -> str:
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return self.plain
        prepared = _prepared.setdefault(connection.connection, set())
        if self.name not in prepared:
            cursor.execute(f"{PLAN_ONCE}; {self.prepare}")
            prepared.add(self.name)
        return self.execute
