"""What carriers share that hand messages over by accounts of ours at a provider, each set up by an administrator."""

import time
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from accounts import clock
from accounts.secrets import SecretUnreadable
from delivery.media.carrier import PutOff, Refused
from delivery.media.web import Connections

# For how long an account is left alone that takes nothing just now, where the provider does not say for how long.
PAUSE = timedelta(minutes=1)
# How often an account that works is noted as working, in seconds.
NOTED = 60.0


class ProviderAccount(Protocol):
    """A gateway, a bot, a number."""

    pk: Any

    def mark_working(self, *, at: datetime) -> None: ...

    def mark_failed(self, error: str, *, at: datetime) -> None: ...


class AccountParcel(Protocol):
    """What goes by an account, of which it holds the key. `is_trial`: it goes now or never."""

    @property
    def account(self) -> int: ...

    @property
    def is_trial(self) -> bool: ...


A = TypeVar("A", bound=ProviderAccount)
P = TypeVar("P", bound=AccountParcel)
# What speaks to the provider as an account.
Spoken = TypeVar("Spoken")


class AccountCarrier(ABC, Generic[A, P, Spoken]):
    """Hands messages over by accounts: that one is out of order says nothing of the others.

    An account is read once for each carrier, which lives for one drain.
    """

    # What is said of a message whose account is not in use any more.
    gone: ClassVar[str]

    def __init__(self) -> None:
        self._open: dict[int, tuple[A, Spoken]] = {}
        # Until when an account is left alone, by its key, and why.
        self._resting: dict[int, tuple[float, str]] = {}
        self._noted: dict[int, float] = {}
        self._connections = Connections()

    def send(self, parcel: P) -> str:
        if not parcel.is_trial:
            return self._send(parcel)
        # Somebody set the account up just now: what is known of it is from before.
        self._open.pop(parcel.account, None)
        self._resting.pop(parcel.account, None)
        try:
            return self._send(parcel)
        except PutOff as error:
            raise Refused(str(error)) from error

    def close(self) -> None:
        self._open.clear()
        self._connections.close()

    @abstractmethod
    def _find(self, parcel: P) -> A | None:
        """Return the account of a parcel, None where it is not in use. Raises PutOff."""

    @abstractmethod
    def _speak(self, account: A) -> Spoken:
        """Return what speaks to the provider. Raises SecretUnreadable, ValueError."""

    @abstractmethod
    def _hand_over(self, account: A, spoken: Spoken, parcel: P) -> str:
        """Hand a parcel over and return the ID under which its message is kept; as Carrier.send."""

    def _put_off(self, account: A, reason: str, after: timedelta | None = None) -> PutOff:
        """Leave the account alone, and return what is raised then."""
        pause = after or PAUSE
        self._resting[account.pk] = time.monotonic() + pause.total_seconds(), reason
        return PutOff(reason, after=pause)

    def _fail(self, account: A, reason: str, after: timedelta | None = None) -> PutOff:
        """Note what somebody has to set right, and leave the account alone: its messages wait for that."""
        account.mark_failed(reason, at=clock.now())
        return self._put_off(account, reason, after)

    def _send(self, parcel: P) -> str:
        until, why = self._resting.get(parcel.account, (0.0, ""))
        if (rest := until - time.monotonic()) > 0:
            raise PutOff(why, after=timedelta(seconds=rest))
        account, spoken = self._opened(parcel)
        named = self._hand_over(account, spoken, parcel)
        self._note(account)
        return named

    def _opened(self, parcel: P) -> tuple[A, Spoken]:
        key = parcel.account
        if key not in self._open:
            account = self._find(parcel)
            if account is None:
                raise PutOff(self.gone)
            try:
                self._open[key] = account, self._speak(account)
            except (SecretUnreadable, ValueError) as error:
                raise self._fail(account, str(error)) from error
        return self._open[key]

    def _note(self, account: A) -> None:
        """Note that it works, without a write for every message."""
        if time.monotonic() - self._noted.get(account.pk, float("-inf")) >= NOTED:
            self._noted[account.pk] = time.monotonic()
            account.mark_working(at=clock.now())
