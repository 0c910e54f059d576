"""Who knocks at a door. Each knock reads the row, so that a renewed address or another secret counts at once."""

from django.db import connection

from accounts.prepared import Prepared
from accounts.secrets import Sealed
from delivery.models import TextGateway

READ = Prepared(
    "plumb_gateway",
    "SELECT provider, sender, account, secret, settings::text, door FROM delivery_textgateway WHERE id = %(id)s",
    {"id": "bigint"},
)
# In the order of the model's own fields.
READ_COLUMNS = ("id", "provider", "sender", "account", "secret", "settings", "door")
LARGEST_KEY = 2**63 - 1


def found(key: int, token: str) -> TextGateway | None:
    """Return the gateway whose address holds this token; what else is asked of its row is read then."""
    row = READ.run({"id": key}) if key <= LARGEST_KEY else None
    if row is None:
        return None
    provider, sender, account, secret, settings, door = row
    described = TextGateway._meta.get_field("settings").from_db_value(settings, None, connection)
    known = (key, provider, sender, account, Sealed(secret), described, door)
    gateway = TextGateway.from_db(connection.alias, READ_COLUMNS, known)
    return gateway if gateway.opens(token) else None
