"""The row of a bot, as Telegram's calls need it: read at each call, so that a renewed secret counts at once."""

from django.db import connection

from accounts.prepared import Prepared
from delivery.models import TelegramBot

READ = Prepared(
    "plumb_bot",
    "SELECT brand_id, number, username, door, heard_at FROM delivery_telegrambot"
    " WHERE id = %(id)s AND number IS NOT NULL",
    {"id": "bigint"},
)
# In the order of the model's own fields.
READ_COLUMNS = ("id", "brand_id", "number", "username", "door", "heard_at")
LARGEST_KEY = 2**63 - 1


def found(key: int) -> TelegramBot | None:
    """Return the bot that is called; what else is asked of its row is read then."""
    row = READ.read_first({"id": key}) if key <= LARGEST_KEY else None
    return TelegramBot.from_db(connection.alias, READ_COLUMNS, (key, *row)) if row else None
