"""Is this process alive, and is everything it needs there? For load balancers: no login, no details."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache as kept

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def show_alive(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@login_not_required
@never_cache
@require_safe
def show_ready(_request: HttpRequest) -> HttpResponse:
    found = {name: _state(check) for name, check in CHECKS.items()}
    is_ready = all(found[name] == "ok" for name in NEEDED)
    return JsonResponse(
        {"status": "ready" if is_ready else "not ready", "checks": found}, status=200 if is_ready else 503
    )


def _state(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "missing"
    except Exception:  # noqa: BLE001 whatever is wrong, the answer is “not ready”, without its details
        return "unreachable"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _cache() -> bool:
    return bool(cache.is_there())  # type: ignore[attr-defined]


def _migrations() -> bool:
    applied = MigrationRecorder.Migration.objects.values_list("app", "name")
    return _newest_migrations() <= set(applied)


@kept
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """Return the app and the name of each migration that no other one follows; a process reads the files once."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


CHECKS: dict[str, Callable[[], bool]] = {"database": _database, "cache": _cache, "migrations": _migrations}
# Without the cache everything goes on: rate limits are counted by each process alone.
NEEDED = ("database", "migrations")
