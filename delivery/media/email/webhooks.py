import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from anymail.exceptions import AnymailConfigurationError, AnymailWarning
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseForbidden
from django.http.response import HttpResponseBase

log = structlog.get_logger(__name__)

# What Anymail fails with over a body that is not what it expects of the provider.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)

View = Callable[..., HttpResponseBase]


def authenticated(view: Any) -> View:
    """Return a webhook that refuses everything while nothing would prove who calls it.

    Anymail itself only warns then. Whoever could write to a webhook could opt customers out. A body that Anymail cannot
    read is a bad request.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if proves_its_caller(view):
                answer: HttpResponseBase = view(request, *args, **kwargs)
                return answer
        except AnymailConfigurationError:
            # Some look for their key only when they are called.
            pass
        except UNREADABLE:
            log.exception("webhook could not be read", path=request.path)
            return HttpResponseBadRequest()
        log.error("webhook refused: ANYMAIL has no WEBHOOK_SECRET and no signing key", path=request.path)
        return HttpResponseForbidden()

    return checked


def proves_its_caller(view: Any) -> bool:
    """Say whether the settings give this webhook a password or a key to check signatures with."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AnymailWarning)
            webhook = view.view_class(**view.view_initkwargs)
    except (AnymailConfigurationError, ImportError):
        return False
    # What Anymail would warn of is what we refuse; those that need a signature do not come into being without a key.
    return bool(webhook.basic_auth) or not webhook.warn_if_no_basic_auth
