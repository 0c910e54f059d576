"""A letter to whoever was praised: a customer who gave the best category of score wrote something, and was theirs.

Words stay out of the outbox: the letter is written from the answer when it goes, so that an answer that was changed,
withdrawn or erased meanwhile tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.media import Medium
from accounts.models import Organisation, User
from delivery import notices
from delivery.composers import Unsendable
from delivery.models import Message
from delivery.notices import Notice
from followups.customers import visibility
from responses.models import Response
from responses.word_access import WordAccess
from surveys.metrics import Tier
from surveys.models import Origin

TEMPLATE = "followups.praise"
# Older answers, such as imported ones, are read on their pages.
FRESH = timedelta(days=7)
NO_PRAISE = gettext_noop("The answer praises this person no more.")


def messages_for(responses: Iterable[Response], now: datetime) -> list[Message]:
    """Return the unsaved letters to those whom fresh `responses` praise; told twice, each is sent once.

    They go to the person alone, never to the chat of a team.
    """
    company = Organisation.current()
    return [
        message
        for response in responses
        if response.answered_at > now - FRESH and (person := praised(response, company))
        for message in notices.messages_to(
            person,
            template=TEMPLATE,
            context={"response": response.pk, "person": person.pk},
            key=f"praise-{response.pk}",
        )
        if message.medium == Medium.EMAIL
    ]


def praised(response: Response, company: Organisation | None = None) -> User | None:
    """Return whom an answer praises and who wants to hear of it: by a person's words, with the best scores only.

    Words that are hidden from them are none: those that the customer said first with a low score.
    """
    person: User | None = response.manager
    is_told = person is not None and person.is_active and person.wants_praise
    is_kind = response.tier is Tier.GOOD and response.scale.tier_of(response.score) is Tier.GOOD
    is_sure = not response.is_provisional and not response.suspicion and response.origin != Origin.TEST
    if person is None or not (is_told and is_kind and is_sure):
        return None
    return person if WordAccess.of(person, company).said(response).text.strip() else None


def written(context: Mapping[str, Any]) -> Notice:
    """Return the letter as the answer stands now; raises Unsendable where it praises this person no more."""
    response = Response.objects.filter(pk=context["response"]).select_related("contact", "company", "manager").first()
    person = praised(response) if response else None
    if response is None or person is None or person.pk != context["person"]:
        raise Unsendable(NO_PRAISE, called_off=True)
    contact = visibility.contacts_of(person).filter(responses=response).first()
    link = settings.BASE_URL + reverse("contact", args=[contact.pk]) if contact and person.may_log_in else ""
    score = {"score": response.score, "highest": response.scale.highest}
    return Notice(
        subject=_("A customer praises you: %(score)d of %(highest)d") % score,
        lines=(_of_whom(contact, response), _("“%(words)s”") % {"words": response.comment.strip()}, _why()),
        link=link,
    )


def _of_whom(contact: Any, response: Response) -> str:
    if contact is None:
        return _("A customer whom you looked after wrote:")
    if response.company:
        return _("%(name)s (%(company)s) wrote:") % {"name": contact, "company": response.company}
    return _("%(name)s wrote:") % {"name": contact}


def _why() -> str:
    return _("You get this because the customer was yours. In your settings you can switch letters of praise off.")


notices.register(TEMPLATE, written)
