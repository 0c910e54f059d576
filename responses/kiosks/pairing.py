"""How a tablet becomes one of a kiosk: an administrator makes a link, which is opened on it once and soon."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import securitylog, tokens
from accounts.models import User
from accounts.securitylog import Kind
from responses.kiosks import pins
from responses.models import Kiosk, Tablet


class WrongPin(Exception):
    """Whoever wants a tablet to be none any more does not know its PIN."""


class TooManyPins(Exception):
    """Too many were tried on this tablet lately."""


@transaction.atomic
def begin(kiosk: Kiosk, *, by: User, now: datetime) -> str:
    """Make the link for one more tablet of a kiosk and return its secret, which is kept nowhere.

    Links that nobody opened in time are cleared away.
    """
    Tablet.objects.filter(kiosk=kiosk, paired_at__isnull=True, pairing_until__lte=now).delete()
    token = tokens.draw()
    tablet = Tablet.objects.create(
        kiosk=kiosk,
        name=_("Tablet %(number)d") % {"number": kiosk.tablets.paired().count() + 1},
        paired_by=by,
        pairing_hash=tokens.digest(token),
        pairing_until=now + Tablet.PAIRED_WITHIN,
    )
    securitylog.note(Kind.SETTING_CHANGED, subject=f"responses.Tablet {tablet.pk}: {kiosk}", deed="added")
    return token


@transaction.atomic
def pair(token: str, *, held: Tablet | None, now: datetime) -> str | None:
    """Use up the link with `token` and return the secret of its tablet; None where it is used up or too old.

    A device that holds or held one of this kiosk (`held`) is that one again, so that what it still keeps is taken once.
    What it keeps of other kiosks it goes on to send.
    """
    tablet = Tablet.objects.select_for_update(of=("self",)).to_pair(token, now).first()
    if tablet is None:
        return None
    secret = tokens.draw()
    if held is not None:
        # From now on it tells of all that waits on it as the tablet that it becomes.
        Tablet.objects.of_device(held.device).update(waiting=0)
        known = Tablet.objects.of_device(held.device).filter(kiosk=tablet.kiosk_id)
        if known.update(secret_hash=tokens.digest(secret), paired_by=tablet.paired_by_id, is_active=True, seen_at=now):
            tablet.delete()
            return secret
        tablet.device = held.device
    tablet.secret_hash, tablet.paired_at, tablet.seen_at = tokens.digest(secret), now, now
    tablet.pairing_hash = tablet.pairing_until = None
    tablet.save(update_fields=["device", "secret_hash", "paired_at", "seen_at", "pairing_hash", "pairing_until"])
    return secret


def end(tablet: Tablet, pin: str) -> None:
    """Let a tablet be none any more, for whoever knows the PIN of its kiosk. Raises WrongPin, TooManyPins."""
    if not pins.may_try(tablet.pk):
        raise TooManyPins(tablet.pk)
    if not pins.is_right(pin, tablet.kiosk.pin_hash):
        raise WrongPin(tablet.pk)
    Tablet.objects.filter(pk=tablet.pk).update(is_active=False, waiting=0)
