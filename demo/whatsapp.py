"""WhatsApp where nothing real is said: the stand-in that holds the chats speaks for Meta, too."""

from decimal import Decimal
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from accounts.media import Medium
from accounts.models import Brand
from delivery.media import web
from delivery.media.whatsapp import templates
from delivery.models import WhatsAppNumber
from demo import yesterday
from surveys.models import Invitation
from workshop.trouble import Trouble

# As the stand-in knows itself (tests/fakes/whatsapp).
TOKEN, SECRET = "EAAfake-access-token", "fake-app-secret"
PHONE_NUMBER_ID, ACCOUNT = "106540352242922", "102290129340398"
# As the stand-in shows it.
DISPLAYED = "+1 555 078 3881"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PRICE = Decimal("0.0320")


def show(url: str) -> None:
    """Ask some customers by the stand-in that listens at `url`."""
    connect(url)
    ask_some()


def connect(url: str) -> WhatsAppNumber:
    """Let the first brand speak through the stand-in that listens at `url`, wherever it listened before."""
    known = {
        "phone_number_id": PHONE_NUMBER_ID,
        "account_id": ACCOUNT,
        "token": TOKEN,
        "app_secret": SECRET,
        "display_number": DISPLAYED,
        "base": url,
        "is_active": True,
    }
    number, _is_new = WhatsAppNumber.objects.update_or_create(
        brand=Brand.objects.earliest("pk"), defaults=known, create_defaults=known | {"utility_price": PRICE}
    )
    # It has forgotten what it was handed before.
    templates.hand_in(number)
    _subscribe(number)
    return number


def _subscribe(number: WhatsAppNumber) -> None:
    """Enter our address there, as somebody does in Meta's console."""
    door = settings.BASE_URL + reverse("whatsapp:events", args=[number.pk])
    form = urlencode({"url": door, "verify_token": number.verify_token})
    answer = web.post(f"{number.base}/whatsapp/subscribe", form.encode(), headers=FORM, seconds=10)
    if answer.status != HTTPStatus.SEE_OTHER:
        raise Trouble(f"The stand-in for WhatsApp cannot reach {door}.")


def ask_some(count: int = yesterday.ASKED) -> list[Invitation]:
    """Ask customers who have a phone and were not asked so before what a meeting was like."""
    reachable = yesterday.customers(Medium.WHATSAPP).exclude(phone="")
    return yesterday.ask(iter(reachable), Medium.WHATSAPP, count)
