"""In which order the media of an ask are tried: as listed, by their price, or by how often they are answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Q

from delivery import media
from surveys.models import Invitation
from surveys.models.asker import Asker, MediaOrder

# The asks of so many days count, but for those that had less than three days to be answered.
DAYS, SETTLED = timedelta(days=90), timedelta(days=3)
# A medium is believed to be answered like all others together until some times so many asks say otherwise.
PRIOR = 50
KEPT_SECONDS = 3600


class MediaRanks:
    """What the order of media follows, looked up once in a run and where somebody wants it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._prices: dict[tuple[str, int | None], Decimal] = {}

    def ordered(self, asker: Asker, *, survey_id: int, brand_id: int | None) -> Sequence[str]:
        """Return the media of a trigger or a wave in the order that it wants; those that are equal stay as listed."""
        if asker.media_order == MediaOrder.CHEAPEST:
            return sorted(asker.media, key=lambda medium: self._price(medium, brand_id))
        if asker.media_order == MediaOrder.ANSWERED:
            rates = answer_rates(survey_id, self.now)
            return sorted(asker.media, key=lambda medium: -rates.get(medium, rates[""]))
        return asker.media

    def _price(self, medium: str, brand_id: int | None) -> Decimal:
        place = (medium, brand_id)
        if place not in self._prices:
            self._prices[place] = media.transport_of(medium).price_of(brand_id)
        return self._prices[place]


def answer_rates(survey_id: int, now: datetime) -> dict[str, float]:
    """Return the share (0–1) of the asks of a survey that is answered by each medium, and by all together as "".

    Each is drawn towards that of all, the more so the fewer asks there were. An hour old at most.
    """
    key = f"surveys.answer_rates.{survey_id}"
    kept: dict[str, float] | None = cache.get(key)
    if kept is None:
        kept = _rates(survey_id, now)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _rates(survey_id: int, now: datetime) -> dict[str, float]:
    asks = Invitation.objects.asked().filter(survey=survey_id, queued_at__gte=now - DAYS, asked_at__lte=now - SETTLED)
    answered = Count("pk", filter=Q(status=Invitation.Status.ANSWERED))
    rows = list(asks.values_list("medium").annotate(number=Count("pk"), answers=answered))
    asked = sum(number for _medium, number, _answered in rows)
    overall = sum(answers for _medium, _number, answers in rows) / asked if asked else 0.0
    return {"": overall} | {medium: (answers + PRIOR * overall) / (number + PRIOR) for medium, number, answers in rows}
