"""Everything a customer's page needs to know of a link, in one statement."""

from datetime import datetime
from typing import NamedTuple

from accounts import tokens
from responses.evidence import BURST_WINDOW
from responses.prepared import Prepared
from surveys.models import Invitation

LONGEST_TOKEN = 64

FIND = Prepared(
    "plumb_find",
    """
SELECT i.id, i.status, i.language, i.expires_at, i.version_id,
       s.brand_name, s.brand_colour, s.id AS survey_id,
       c.first_name, c.timezone, coalesce(p.name, '') AS product, coalesce(u.name, '') AS manager,
       r.id AS response_id, r.score, coalesce(r.comment, '') AS comment, coalesce(r.is_provisional, false),
       ARRAY(SELECT DISTINCT v.score_asked_for FROM responses_linkvisit v
             WHERE v.invitation_id = i.id AND v.at > %(burst_from)s AND v.score_asked_for IS NOT NULL)
FROM surveys_invitation i
JOIN surveys_survey s ON s.id = i.survey_id
JOIN crm_contact c ON c.id = i.contact_id
LEFT JOIN crm_product p ON p.id = i.product_id
LEFT JOIN accounts_user u ON u.id = i.manager_id
LEFT JOIN responses_response r ON r.invitation_id = i.id
WHERE i.token_hash = %(token_hash)s
""",
    {"token_hash": "bytea", "burst_from": "timestamptz"},
)


class Link(NamedTuple):
    """An invitation as its customer meets it, with the answer given so far."""

    invitation_id: int
    status: str
    language: str
    expires_at: datetime | None
    version_id: int
    brand: str
    colour: str
    survey_id: int
    name: str
    timezone: str
    product: str
    manager: str
    response_id: int | None
    score: int | None
    comment: str
    is_provisional: bool
    # The different scores asked for within the last seconds, by whomever.
    scores_lately: list[int]

    @property
    def is_withdrawn(self) -> bool:
        return self.status in (Invitation.Status.SUPPRESSED, Invitation.Status.PLANNED)

    def has_expired(self, now: datetime) -> bool:
        return self.status == Invitation.Status.EXPIRED or self.expires_at is None or self.expires_at <= now

    @property
    def own_score(self) -> int | None:
        """What the person answered so far; a machine's answer is not theirs."""
        return None if self.is_provisional else self.score

    @property
    def values(self) -> dict[str, str]:
        """What the survey's texts may be filled with."""
        return {"brand": self.brand, "product": self.product, "manager": self.manager, "name": self.name}


def find(token: str, *, now: datetime) -> Link | None:
    """Return what the link of `token` leads to; unknown and tampered tokens lead nowhere."""
    if len(token) > LONGEST_TOKEN:
        return None
    row = FIND.run({"token_hash": tokens.digest(token), "burst_from": now - BURST_WINDOW})
    return Link(*row) if row else None
