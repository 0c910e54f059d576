"""Who knocks at a door. Each knock reads the row, so that a renewed address or another secret counts at once."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.prepared import Prepared
from accounts.secrets import Sealed
from delivery.media.sms import gateways
from delivery.media.sms.gateway import Gateway
from delivery.models import TextGateway

# In the order of the model's own fields.
COLUMNS = ("id", "provider", "sender", "account", "secret", "settings", "door")
READ = Prepared(
    "plumb_gateway",
    "SELECT id, provider, sender, account, secret, settings::text, door FROM delivery_textgateway WHERE id = %(id)s",
    {"id": "bigint"},
)
LARGEST_KEY = 2**63 - 1

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Caller:
    """A gateway at its door: `model` reads what else is asked of it then."""

    model: TextGateway
    row: Row

    def gateway(self) -> Gateway:
        """Return what speaks its language. Raises SecretUnreadable."""
        return _gateway(self.row, settings.BASE_URL)


def found(key: int, token: str) -> Caller | None:
    """Return whose address holds this token."""
    row = READ.read_first({"id": key}) if key <= LARGEST_KEY else None
    if row is None:
        return None
    model = _model(row)
    return Caller(model, row) if model.opens(token) else None


def _model(row: Row) -> TextGateway:
    known = dict(zip(COLUMNS, row, strict=True))
    known["secret"] = Sealed(known["secret"])
    known["settings"] = json.loads(known["settings"])
    return TextGateway.from_db(connection.alias, COLUMNS, known.values())


@lru_cache(maxsize=64)
def _gateway(row: Row, _base_url: str) -> Gateway:
    """Return what speaks to the gateway of a row: as long as the row is the same, its secret is opened once."""
    return gateways.of(_model(row))
