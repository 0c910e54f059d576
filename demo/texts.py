"""Text messages where nothing real is sent: a stand-in of this machine takes them and shows what it took."""

from decimal import Decimal

from accounts.media import Medium
from delivery.models import TextGateway
from demo import yesterday
from surveys.models import Invitation

NAME = "Caught texts"
# As the stand-in knows itself (tests/fakes/twilio).
ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "twilio-auth-token", "+15005550006"
PRICE = Decimal("0.0350")


def point_at(url: str) -> TextGateway:
    """Let texts go to the stand-in that listens at `url`, wherever it listened before."""
    known = {
        "provider": TextGateway.Provider.TWILIO,
        "account": ACCOUNT,
        "secret": TOKEN,
        "sender": SENDER,
        "takes_replies": True,
        "settings": {"base": url},
    }
    gateway, _is_new = TextGateway.objects.update_or_create(
        name=NAME, defaults=known, create_defaults=known | {"price": PRICE}
    )
    return gateway


def ask_some(count: int = yesterday.ASKED) -> list[Invitation]:
    """Ask customers who have a phone and no mail, and were not asked so before, what a delivery was like."""
    reachable = yesterday.customers(Medium.SMS).filter(email="").exclude(phone="")
    return yesterday.ask(iter(reachable), Medium.SMS, count)
