import logging
import time
from typing import TYPE_CHECKING, ClassVar

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.models import ClientKey

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)


class ClientKeyThrottle(SimpleRateThrottle):
    """Count the requests of each client key in windows of the rate (`client_key`, from API_RATE_LIMIT).

    Without the cache nobody is counted: a lost cache must not stop deals from arriving. It is asked again after
    RETRY_AFTER seconds, so that a cache that hangs does not slow each request down.
    """

    scope = "client_key"
    RETRY_AFTER = 10
    _asks_again_at: ClassVar[float] = 0

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        return f"throttle:{self.scope}:{request.auth.pk}" if isinstance(request.auth, ClientKey) else None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        key = self.get_cache_key(request, view)
        if key is None or not self.rate or time.monotonic() < ClientKeyThrottle._asks_again_at:
            return True
        limit, window = self.parse_rate(self.rate)
        if not limit or not window:
            return True
        number, elapsed = divmod(time.time(), window)
        self._left = window - elapsed
        try:
            return self._count(f"{key}:{number:.0f}", window) <= limit
        except (RedisError, OSError) as error:
            ClientKeyThrottle._asks_again_at = time.monotonic() + self.RETRY_AFTER
            logger.warning("The cache does not answer, so API requests are not counted: %s", error)
            return True

    def wait(self) -> float:
        return max(self._left, 1)

    def _count(self, key: str, window: int) -> int:
        try:
            return int(cache.incr(key))
        except ValueError:  # the first request of this window
            cache.add(key, 0, timeout=window * 2)
            return int(cache.incr(key))
