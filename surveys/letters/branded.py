"""A letter in the look of a brand that is written to one customer: the frame of all letters around words of our own."""

from collections.abc import Mapping
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.models import Brand
from delivery.media.email import mime, reply_addresses
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from delivery.media.email.skeletons import as_html
from delivery.models import Message
from surveys.letters import frames, letter_logos
from surveys.letters.frames import Legal
from surveys.models import Invitation


def letter(
    message: Message,
    *,
    brand: Brand,
    template: str,
    words: Mapping[str, str],
    invitation: Invitation | None = None,
    **page: Any,
) -> Letter:
    """Return a letter to the recipient of `message`. Raises Unsendable where no mail server takes the address.

    `template`: the name under `emails/` of one that extends `letter`. `words`: plain texts by name, `subject`,
    `greeting`, `body` and `signature` among them. `invitation`: the ask that its link to unsubscribe speaks of, if
    there was one. `page`: what else the template reads.
    """
    unsubscribe = _unsubscribe(brand, invitation)
    logo = letter_logos.still_kept(brand.logo)
    common = {
        **page,
        "language": message.language,
        "brand": brand.name,
        "logo": letter_logos.shown(logo),
        **frames.dressed_in(brand.colour),
        "legal": Legal(brand.postal_address, brand.imprint_url, brand.privacy_url),
        "unsubscribe": unsubscribe,
        "gaps": frames.GAPS,
    }
    rich = {name: mark_safe(as_html(text)) for name, text in words.items()}  # noqa: S308 as_html() has escaped it
    with spoken.speaking(message.language):
        text = render_to_string(f"emails/{template}.txt", common | {"words": words})
        html = render_to_string(f"emails/{template}.html", common | {"words": rich})
    sender = brand.sender_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Letter.write(
        sender=sender,
        to=message.to_address,
        to_name=message.to_name,
        headers={
            "From": mime.address(brand.sender, sender),
            "Subject": mime.one_line(words["subject"]),
            "Message-ID": message_id(message),
            "Date": format_datetime(clock.now()),
            **_answered_at(message, brand),
            **(_one_click(unsubscribe) if unsubscribe else {}),
        },
        text=text.strip() + "\n",
        html=frames.inlined(html),
        images=letter_logos.images(logo),
        language=message.language,
    )


def _answered_at(message: Message, brand: Brand) -> dict[str, str]:
    if reply_addresses.are_read():
        return {"Reply-To": reply_addresses.header(message, name=brand.sender)}
    return {"Reply-To": brand.reply_to} if brand.reply_to else {}


def _unsubscribe(brand: Brand, invitation: Invitation | None) -> str:
    if invitation is None or invitation.token_hash is None:
        return ""
    return brand.url + reverse("unsubscribe", args=[invitation.token])


def _one_click(address: str) -> dict[str, str]:
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
