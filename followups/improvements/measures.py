"""What others measure of improvements: each is told on the page of one, and this room knows nothing of how."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from followups.models import Improvement

# Takes an improvement that its reader sees; gives a section of the page, or "" where there is nothing to say to them.
Teller = Callable[[Improvement, HttpRequest], SafeString | str]

_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Let `teller` say something on the page of every improvement; registering again changes nothing."""
    if teller not in _tellers:
        _tellers.append(teller)


def sections(improvement: Improvement, request: HttpRequest) -> list[SafeString | str]:
    return [told for teller in _tellers if (told := teller(improvement, request))]
