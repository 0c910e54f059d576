"""News for the apps above: a domain signal, told once what it says is committed."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal


def announce(signal: Signal, **facts: Any) -> None:
    """Send `signal` with `facts` when the transaction is committed (at once outside of one), never when it is not.

    A receiver that fails is logged by Django and harms nobody: neither the other receivers nor whoever had the news.
    What it missed is found by the sweep that each signal has.
    """
    transaction.on_commit(partial(signal.send_robust, sender=None, **facts), robust=True)
