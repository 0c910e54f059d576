"""Redis as the cache, and each process's own memory while Redis is away: slower counts, but nobody is kept out."""

import json
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# After a failure Redis is left alone for so long, so that a dead one does not slow every request down.
QUIET_SECONDS = 5.0
AWAY = (RedisError, OSError)


class JSONSerializer:
    """Keep values as JSON: whoever can write into Redis makes no process run code by it, as with pickle."""

    def dumps(self, value: Any) -> bytes | int:
        # Redis counts on integers as they are.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def _steady(name: str) -> Callable[..., Any]:
    """Return the method `name` of Redis' cache, which falls back to the spare one."""
    of_redis = getattr(RedisCache, name)

    def method(self: "SteadyCache", *arguments: Any, **options: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                return of_redis(self, *arguments, **options)
            except AWAY as error:
                self.away_until = time.monotonic() + QUIET_SECONDS
                log.warning("cache is away, each process counts alone", error=str(error))
        return getattr(self.spare, name)(*arguments, **options)

    return method


class SteadyCache(RedisCache):
    """Redis, falling back to this process's memory; rate limits then hold per process instead of for all."""

    add = _steady("add")
    get = _steady("get")
    set = _steady("set")
    touch = _steady("touch")
    delete = _steady("delete")
    get_many = _steady("get_many")
    has_key = _steady("has_key")
    incr = _steady("incr")
    set_many = _steady("set_many")
    delete_many = _steady("delete_many")
    clear = _steady("clear")

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.spare = LocMemCache(f"spare of {server}", {})
        self.away_until = 0.0

    def is_there(self) -> bool:
        """Ask Redis itself."""
        try:
            return bool(self._cache.get_client().ping())
        except AWAY:
            return False
