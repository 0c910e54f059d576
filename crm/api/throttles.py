import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.models import ClientKey

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ClientKeyThrottle(SimpleRateThrottle):
    """Count the requests of each client key in windows of the rate (`client_key`, from API_RATE_LIMIT)."""

    scope = "client_key"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        return f"throttle:{self.scope}:{request.auth.pk}" if isinstance(request.auth, ClientKey) else None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        key = self.get_cache_key(request, view)
        if key is None or not self.rate:
            return True
        limit, window = self.parse_rate(self.rate)
        if not limit or not window:
            return True
        number, elapsed = divmod(time.time(), window)
        self._left = window - elapsed
        return self._count(f"{key}:{number:.0f}", window) <= limit

    def wait(self) -> float:
        return max(self._left, 1)

    def _count(self, key: str, window: int) -> int:
        try:
            return int(cache.incr(key))
        except ValueError:  # the first request of this window
            cache.add(key, 0, timeout=window * 2)
            return int(cache.incr(key))
