"""Work that only one process does at a time. A lock ends with its transaction: a killed worker leaves none."""

from datetime import timedelta
from enum import IntEnum

from django.db import OperationalError, connection


class Work(IntEnum):
    PLANNING = 7001
    JUDGING = 7002
    WAVES = 7003
    CONFIGURATION = 7004
    CHATS = 7005
    WIDGET_ANSWER = 7006


def claim(work: Work, subject: int = 0) -> bool:
    """Take `work` on `subject` for the rest of this transaction; return False when another process is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [int(work), subject])
        return bool(cursor.fetchone()[0])


def wait_for(work: Work, subject: int = 0) -> None:
    """Take `work` on `subject` for the rest of this transaction, after the process that is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(work), subject])


def wait_briefly(work: Work, *, at_most: timedelta) -> None:
    """Take `work` like wait_for, for whom somebody is waiting; raises StillAtWork, and the transaction is lost then."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [int(at_most.total_seconds() * 1000)])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [int(work)])
        except OperationalError as error:
            raise StillAtWork from error
        cursor.execute("SET LOCAL lock_timeout = 0")


class StillAtWork(Exception):
    """Another process did not finish in time."""
