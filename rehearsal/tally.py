"""What is counted after a rehearsal of disaster: from the mail catcher's files and the database, never from the app."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg2

# Each finds rows that must not exist once the stack has come to rest.
STUCK = {
    "invitations due but not judged": """
        SELECT count(*) FROM surveys_invitation WHERE status = 'planned' AND due_at <= %(now)s""",
    "messages queued or being sent": "SELECT count(*) FROM delivery_message WHERE status IN ('queued', 'sending')",
    "asked invitations whose message was sent but do not say so": """
        SELECT count(*) FROM surveys_invitation i JOIN surveys_invitationmessage s ON s.invitation_id = i.id
        JOIN delivery_message m ON m.id = s.message_id
        WHERE i.status = 'queued' AND m.status IN ('sent', 'delivered')""",
    "events of chats not taken up": "SELECT count(*) FROM delivery_chatevent WHERE taken_at IS NULL",
    "presses not shown in their chats": """
        SELECT count(*) FROM delivery_chatevent
        WHERE kind = 'press' AND told_at IS NULL AND bot_id IS NOT NULL""",
    "customers' texts not taken up": "SELECT count(*) FROM delivery_incomingtext WHERE taken_at IS NULL",
    "answers not settled": """
        SELECT count(*) FROM responses_response WHERE settled_at IS NULL AND NOT is_provisional""",
    "settled answers not routed": """
        SELECT count(*) FROM responses_response
        WHERE settled_at IS NOT NULL AND routed_at IS NULL AND NOT is_provisional""",
}
IMPOSSIBLE = {
    "won deals without exactly one touchpoint": """
        SELECT count(*) FROM (SELECT d.id FROM crm_deal d LEFT JOIN crm_touchpoint t ON t.deal_id = d.id
        WHERE d.status = 'won' GROUP BY d.id HAVING count(t.id) <> 1) odd""",
    "touchpoints without exactly one invitation": """
        SELECT count(*) FROM (SELECT t.id FROM crm_touchpoint t
        LEFT JOIN surveys_invitation i ON i.touchpoint_id = t.id GROUP BY t.id HAVING count(i.id) <> 1) odd""",
    "contacts with more than one invitation": """
        SELECT count(*) FROM (SELECT contact_id FROM surveys_invitation GROUP BY 1 HAVING count(*) > 1) odd""",
    "asked invitations without exactly one message": """
        SELECT count(*) FROM (SELECT i.id FROM surveys_invitation i LEFT JOIN surveys_invitationmessage s
        ON s.invitation_id = i.id WHERE i.queued_at IS NOT NULL GROUP BY i.id HAVING count(s.id) <> 1) odd""",
    "invitations neither sent, answered nor failed, nor unknown by a medium that cannot repeat": """
        SELECT count(*) FROM surveys_invitation i JOIN surveys_invitationmessage s ON s.invitation_id = i.id
        JOIN delivery_message m ON m.id = s.message_id
        WHERE i.status NOT IN ('sent', 'delivered', 'answered', 'failed')
        AND NOT (i.status = 'unknown' AND m.medium IN ('sms', 'telegram', 'whatsapp'))""",
    "answered invitations without an answer": """
        SELECT count(*) FROM surveys_invitation i LEFT JOIN responses_response r ON r.invitation_id = i.id
        WHERE i.status = 'answered' AND r.id IS NULL""",
    "answers whose invitation does not say so": """
        SELECT count(*) FROM responses_response r JOIN surveys_invitation i ON i.id = r.invitation_id
        WHERE i.status <> 'answered' AND NOT r.is_provisional""",
    "counted answers without exactly one follow-up": """
        SELECT count(*) FROM (SELECT r.id FROM responses_response r
        LEFT JOIN followups_followup f ON f.response_id = r.id WHERE NOT r.is_provisional
        GROUP BY r.id HAVING count(f.id) <> 1) odd""",
    "messages sent without having been handed over": """
        SELECT count(*) FROM delivery_message WHERE status IN ('sent', 'delivered') AND sent_at IS NULL""",
}


class Tally:
    def __init__(self, database_url: str, mails: Path) -> None:
        self.database_url = database_url
        self.mails = mails

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def count(self, query: str, **values: Any) -> int:
        return int(self.rows(query, **values)[0][0])

    def stuck(self, now: Any) -> dict[str, int]:
        return {what: self.count(query, now=now) for what, query in STUCK.items()}

    def impossible(self) -> dict[str, int]:
        return {what: self.count(query) for what, query in IMPOSSIBLE.items()}

    def delivered(self, medium: str) -> set[str]:
        """Return the IDs of messages that are known to have arrived."""
        query = "SELECT provider_id FROM delivery_message WHERE medium = %(m)s AND status = 'delivered'"
        return {provider_id for (provider_id,) in self.rows(query, m=medium)}

    def handed_over(self, medium: str, taken: dict[str, str]) -> tuple[int, int]:
        """Compare what a provider took, the address by the ID, with what we know: (lost, taken twice).

        A message that nobody knows of may have been taken, once; one of which only a receipt told was.
        """
        known = self.rows("SELECT provider_id, to_address, status FROM delivery_message WHERE medium = %(m)s", m=medium)
        arrived = [(provider_id, to) for provider_id, to, status in known if status in ("sent", "delivered")]
        named = {provider_id for provider_id, _to in arrived if provider_id}
        told = Counter(to for provider_id, to in arrived if not provider_id)
        unknown = Counter(to for _id, to, status in known if status == "unknown")
        others = Counter(to for provider_id, to in taken.items() if provider_id not in named)
        return len(named - taken.keys()) + (told - others).total(), (others - told - unknown).total()

    def on_the_wire(self) -> Counter[tuple[str, str]]:
        """Return how often each (Message-ID, recipient) was taken by the mail catcher."""
        seen: Counter[tuple[str, str]] = Counter()
        for path in self.mails.glob("*.eml"):
            head = path.read_bytes().partition(b"\r\n\r\n")[0]
            message = message_from_bytes(head, policy=policy.default)
            seen[str(message["Message-ID"]), str(message["To"].addresses[0].addr_spec)] += 1
        return seen
