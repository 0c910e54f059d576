"""Everything a customer's page needs to know about a link, in one statement."""

from datetime import datetime, timedelta
from typing import NamedTuple

from accounts import tokens
from accounts.prepared import Prepared
from accounts.vocatives import vocative
from responses.evidence.assessment import BURST_WINDOW, GIVEAWAYS, REMEMBERED
from surveys.metrics import SCALES, Scale
from surveys.models import Invitation

LONGEST_TOKEN = 64

# How a source is written down: one that met the decoy, gave itself away, or sent a person's answer.
DECOY, MACHINE, PERSON = "decoy", "machine", "human"
_GIVEAWAYS = ", ".join(f"'{giveaway}'" for giveaway in GIVEAWAYS)

# So many requests of one network to one link within FLOOD_WINDOW are no reading; a gateway with all eleven buttons
# makes some fifty.
FLOOD, FLOOD_WINDOW = 120, timedelta(minutes=1)
# After so many visits more of them teach nothing: pages that were only opened are not kept, and after twice as many
# nor is the evidence of answers. The answers are.
KEPT_VISITS, MOST_VISITS = 1_000, 2_000
# Whatever happens at a link, so many visits are looked at and no more: the latest, and a person's first.
LOOKED_AT = 200
# Older visits teach nothing of a new one. With both ends of the time given, months that lie outside are not opened.
KNOWN, AHEAD = timedelta(days=62), timedelta(hours=1)
_AT_LINK = "v.invitation_id = i.id AND v.at < %(until)s"

_LATELY = f"""
    SELECT v.score_asked_for FROM responses_linkvisit v
    WHERE {_AT_LINK} AND v.at > %(burst_from)s ORDER BY v.at DESC LIMIT {LOOKED_AT}
"""  # noqa: S608
# The conditions are those of the indexes responses_persons_at_link and responses_machines_at_link.
_PERSONS = f"""
    SELECT v.network, v.user_agent FROM responses_linkvisit v
    WHERE {_AT_LINK} AND v.at > %(known_from)s AND v.verdict = '{PERSON}' AND v.method = 'POST'
    ORDER BY v.at LIMIT {LOOKED_AT}
"""  # noqa: S608
_MACHINES = f"""
    SELECT v.network, v.user_agent, v.evidence FROM responses_linkvisit v
    WHERE {_AT_LINK} AND v.at > %(remembered_from)s AND v.verdict = '{MACHINE}'
      AND v.evidence ?| ARRAY[{_GIVEAWAYS}] ORDER BY v.at DESC LIMIT {LOOKED_AT}
"""  # noqa: S608

# Each field of a Link, and where it is read.
READ = {
    "invitation_id": "i.id",
    "status": "i.status",
    "language": "i.language",
    "expires_at": "i.expires_at",
    "version_id": "i.version_id",
    "metric": "i.metric",
    "presentation": "s.presentation",
    "brand": "b.name",
    "colour": "b.colour",
    "logo": "b.logo",
    "brand_id": "b.id",
    "contact_id": "coalesce(c.merged_into_id, c.id)",
    "wants_nothing": "c.do_not_contact_at IS NOT NULL",
    "product_id": "i.product_id",
    "languages": "b.languages",
    "imprint": "b.imprint_url",
    "privacy": "b.privacy_url",
    "name": "c.first_name",
    "timezone": "c.timezone",
    "product": "coalesce(p.name, '')",
    "manager": "coalesce(u.name, '')",
    "response_id": "r.id",
    "score": "r.score",
    "comment": "coalesce(r.comment, '')",
    "is_provisional": "coalesce(r.is_provisional, false)",
    "scores_lately": f"""
        ARRAY(SELECT DISTINCT v.score_asked_for FROM ({_LATELY}) v WHERE v.score_asked_for IS NOT NULL)""",  # noqa: S608
    "sources": f"""
        ARRAY(SELECT DISTINCT '{PERSON} ' || v.network || ' ' || v.user_agent FROM ({_PERSONS}) v
              UNION ALL
              SELECT DISTINCT CASE WHEN v.evidence ? '{DECOY}' THEN '{DECOY} ' ELSE '{MACHINE} ' END
                  || v.network || ' ' || v.user_agent FROM ({_MACHINES}) v)""",  # noqa: S608
    "visits_lately": f"(SELECT count(*) FROM ({_LATELY}) v)",  # noqa: S608
    "is_flooded": f"""
        (SELECT count(*) FROM (
            SELECT FROM responses_linkvisit v
            WHERE {_AT_LINK} AND v.at > %(flood_from)s AND v.network = %(network)s LIMIT {FLOOD}
        ) v) = {FLOOD}""",  # noqa: S608
    "visits": f"""
        (SELECT count(*) FROM (
            SELECT FROM responses_linkvisit v WHERE {_AT_LINK} AND v.at > %(known_from)s LIMIT {MOST_VISITS}
        ) v)""",  # noqa: S608
    "sent_at": "coalesce(i.sent_at, i.queued_at)",
    "has_persons_answer": "coalesce(NOT r.is_provisional AND r.suspicion = '[]', false)",
}

FIND = Prepared(
    "plumb_find",
    f"""
SELECT {", ".join(READ.values())}
FROM surveys_invitation i
JOIN surveys_survey s ON s.id = i.survey_id
JOIN accounts_brand b ON b.id = i.brand_id
JOIN crm_contact c ON c.id = i.contact_id
LEFT JOIN crm_product p ON p.id = i.product_id
LEFT JOIN accounts_user u ON u.id = i.manager_id
LEFT JOIN responses_response r ON r.invitation_id = i.id
WHERE i.token_hash = %(token_hash)s
""",  # noqa: S608 put together from the constants above
    {
        "token_hash": "bytea",
        "network": "text",
        "burst_from": "timestamptz",
        "remembered_from": "timestamptz",
        "flood_from": "timestamptz",
        "known_from": "timestamptz",
        "until": "timestamptz",
    },
)


class Link(NamedTuple):
    """An invitation as its customer meets it, with the answer given so far."""

    invitation_id: int
    status: str
    language: str
    expires_at: datetime | None
    version_id: int
    metric: str
    presentation: str
    brand: str
    colour: str
    logo: str
    brand_id: int
    contact_id: int
    # Whether this person said no to all messages.
    wants_nothing: bool
    product_id: int | None
    languages: list[str]
    imprint: str
    privacy: str
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
    # What is remembered of networks and browsers: DECOY, MACHINE or PERSON, then the source.
    sources: list[str]
    visits_lately: int
    is_flooded: bool
    visits: int
    sent_at: datetime | None
    has_persons_answer: bool
    token: str = ""

    def keeps(self, method: str) -> bool:
        """Say whether one more visit is worth keeping."""
        return self.visits < (MOST_VISITS if method == "POST" else KEPT_VISITS)

    def has_seen(self, what: str, source: str) -> bool:
        return f"{what} {source}" in self.sources

    @property
    def scale(self) -> Scale:
        return SCALES[self.metric]

    @property
    def is_withdrawn(self) -> bool:
        return self.status in (Invitation.Status.SUPPRESSED, Invitation.Status.PLANNED)

    def has_expired(self, now: datetime) -> bool:
        return self.status == Invitation.Status.EXPIRED or self.expires_at is None or self.expires_at <= now

    @property
    def own_score(self) -> int | None:
        """What the person answered so far; a machine's answer is not theirs."""
        return None if self.is_provisional else self.score

    def values_in(self, language: str) -> dict[str, str]:
        """What the survey's texts may be filled with; the name stands in the form of address of the page's language."""
        name = vocative(self.name, language)
        return {"brand": self.brand, "product": self.product, "manager": self.manager, "name": name}


def find(token: str, *, network: str, now: datetime) -> Link | None:
    """Return what the link of `token` leads a visitor of `network` to; unknown and tampered tokens lead nowhere."""
    if len(token) > LONGEST_TOKEN:
        return None
    row = FIND.run({"token_hash": tokens.digest(token), "network": network, **moments(now)})
    return Link(**dict(zip(READ, row, strict=True)), token=token) if row else None


def moments(now: datetime) -> dict[str, datetime]:
    """Return the limits in time of the visits that FIND looks at."""
    return {
        "burst_from": now - BURST_WINDOW,
        "remembered_from": now - REMEMBERED,
        "flood_from": now - FLOOD_WINDOW,
        "known_from": now - KNOWN,
        "until": now + AHEAD,
    }
