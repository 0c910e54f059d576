"""The thank-you message to a promoter, with the places for a review that the page of thanks shows that person too."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from accounts.media import Medium
from crm import reach
from crm.models import Contact
from crm.reachability import Purpose, may_write
from delivery.media.email.skeletons import TOKEN
from delivery.models import Message
from followups.models import ReferralProgramme
from followups.referrals import thanks
from responses.models import Response
from surveys.letters import kinds
from surveys.metrics import SCALES
from surveys.models import AskingPolicy, Invitation, ReviewLink
from surveys.reviews import Reviewer, ReviewPlace, fitting

MEDIUM = Medium.EMAIL
# The idempotency key of a letter is this and the number of its response.
KEY = "thanks-"
NAME_LENGTH = Message._meta.get_field("to_name").max_length


def messages_for(responses: Iterable[Response]) -> list[Message]:
    """Return the unsaved thank-you messages of those `responses` whose contact may be written to.

    An answer without an invitation, whose sender we do not know, is passed over.
    """
    known = [
        (response, response.invitation, response.contact.survivor)
        for response in responses
        if response.invitation and response.contact
    ]
    rules = AskingPolicy.current().reach
    people = reach.people({contact.pk: contact for _, _, contact in known}.values(), rules)
    offers = _offers({_brand_of(invitation) for _, invitation, _ in known})
    messages = []
    for response, invitation, contact in known:
        way = may_write(people[contact.pk], MEDIUM, Purpose.THANKS, rules)
        if way:
            messages.append(_message(response, invitation, contact, way.address, offers))
    return messages


def _brand_of(invitation: Invitation) -> int:
    return invitation.brand_id or invitation.survey.brand_id


class LetterOffers(NamedTuple):
    """What letters may show besides their thanks, by brand."""

    places: Mapping[int, list[ReviewPlace]]
    programmes: Mapping[int, ReferralProgramme]


def _offers(brands: Collection[int]) -> LetterOffers:
    by_brand: dict[int, list[ReviewPlace]] = defaultdict(list)
    for link in ReviewLink.objects.on_offer().filter(brand__in=brands):
        by_brand[link.brand_id].append(link.place)
    return LetterOffers(by_brand, thanks.programmes())


def _message(
    response: Response, invitation: Invitation, contact: Contact, address: str, offers: LetterOffers
) -> Message:
    tier, brand_id = SCALES[response.metric].tier_of(response.score), _brand_of(invitation)
    reviewer = Reviewer(contact.pk, response.language, invitation.product_id, tier)
    shown = fitting(offers.places.get(brand_id, ()), reviewer)
    way = thanks.way_in_letter(offers.programmes.get(brand_id), tier, response.language, TOKEN)
    return Message(
        medium=MEDIUM,
        purpose=Message.Purpose.THANKS,
        to_address=address,
        to_name=contact.name[:NAME_LENGTH],
        language=response.language,
        template="surveys.thanks",
        context=kinds.context_of(invitation)
        | {
            "response": response.pk,
            "score": response.score,
            "reviews": [place.pk for place in shown],
            "ways": [way] if way else [],
        },
        idempotency_key=f"{KEY}{response.pk}",
    )
