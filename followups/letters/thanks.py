"""The thank-you message to a promoter, with the places for a review that the page of thanks shows that person too."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from accounts.media import Medium
from crm import reach
from crm.models import Contact
from crm.reachability import Purpose, may_write
from delivery.media.email.skeletons import TOKEN
from delivery.models import Message
from followups.referrals import inviting
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
    places = _places({_brand_of(invitation) for _, invitation, _ in known})
    messages = []
    for response, invitation, contact in known:
        way = may_write(people[contact.pk], MEDIUM, Purpose.THANKS, rules)
        if way:
            messages.append(_message(response, invitation, contact, way.address, places))
    return messages


def _brand_of(invitation: Invitation) -> int:
    return invitation.brand_id or invitation.survey.brand_id


def _places(brands: Collection[int]) -> Mapping[int, list[ReviewPlace]]:
    """Return the places for a review by brand."""
    by_brand: dict[int, list[ReviewPlace]] = defaultdict(list)
    for link in ReviewLink.objects.on_offer().filter(brand__in=brands):
        by_brand[link.brand_id].append(link.place)
    return by_brand


def _message(
    response: Response, invitation: Invitation, contact: Contact, address: str, places: Mapping[int, list[ReviewPlace]]
) -> Message:
    tier = SCALES[response.metric].tier_of(response.score)
    reviewer = Reviewer(contact.pk, response.language, invitation.product_id, tier)
    shown = fitting(places.get(_brand_of(invitation), ()), reviewer)
    way = inviting.way_in_letter(_brand_of(invitation), tier, response.language, TOKEN)
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
