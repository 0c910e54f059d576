"""What a page holds between asking whether to show the question and the answer: signed here, good for two hours.

The number in it is that of the one answer it is for, so whatever is sent twice is one answer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from django.core import signing

from accounts import tokens
from responses.models import WebWidget

LIFE = timedelta(hours=2)
# What is longer was not made here.
LONGEST = 600


@dataclass(frozen=True, kw_only=True)
class WidgetTicket:
    """`device`: what stands for an unknown one; `contact_id`: whom the site signed in; `ask_id`: the ask that counts,
    from when it is shown. `at`: when it was given out, in milliseconds since 1970."""

    version_id: int
    language: str
    answer: str
    at: int
    device: str = ""
    contact_id: int | None = None
    ask_id: int | None = None
    is_shown: bool = False

    @classmethod
    def draw(
        cls, *, version_id: int, language: str, now: datetime, device: str = "", contact_id: int | None = None
    ) -> WidgetTicket:
        answer = tokens.draw()[:22]
        return cls(
            version_id=version_id, language=language, answer=answer, at=_ms(now), device=device, contact_id=contact_id
        )

    @classmethod
    def read(cls, text: object, widget: WebWidget, now: datetime) -> WidgetTicket | None:
        """Return the ticket that was given out for a widget, None for anything else and for what is too old."""
        if not isinstance(text, str) or len(text) > LONGEST:
            return None
        try:
            ticket = cls(**signing.loads(text, salt=_salt(widget)))
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return ticket if ticket.age(now) <= LIFE else None

    def sign(self, widget: WebWidget) -> str:
        return signing.dumps(asdict(self), salt=_salt(widget))

    def shown(self, *, ask_id: int | None, now: datetime) -> WidgetTicket:
        """Return the same from the moment on at which the question is seen."""
        return replace(self, ask_id=ask_id, is_shown=True, at=_ms(now))

    @property
    def given_at(self) -> datetime:
        return datetime.fromtimestamp(self.at / 1000, tz=UTC)

    def age(self, now: datetime) -> timedelta:
        return now - self.given_at

    def secret_hash(self, widget: WebWidget) -> bytes:
        """Return what its answer is known by."""
        return tokens.digest(f"widget {widget.pk} {self.answer}")


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _salt(widget: WebWidget) -> str:
    return f"widget {widget.pk}"
