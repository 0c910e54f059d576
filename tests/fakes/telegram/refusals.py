"""How the Bot API says no."""

from tests.fakes.provider import Refusal


def no(code, description, **parameters):
    """Return a refusal as a script takes it: a status and what is said."""
    told = {"ok": False, "error_code": code, "description": description}
    return code, told | ({"parameters": parameters} if parameters else {})


def too_many(seconds):
    return no(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def bad(description):
    return Refusal(*no(400, f"Bad Request: {description}"))


def forbidden(description):
    return Refusal(*no(403, f"Forbidden: {description}"))
