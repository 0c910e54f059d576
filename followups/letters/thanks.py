"""The thank-you message to a promoter, with the review links of the survey."""

from collections.abc import Iterable

from accounts.media import Medium
from crm import reach
from crm.models import Contact
from crm.reachability import Purpose, may_write
from delivery.models import Message
from responses.models import Response
from surveys.letters import kinds
from surveys.models import AskingPolicy, Invitation

MEDIUM = Medium.EMAIL
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
    messages = []
    for response, invitation, contact in known:
        way = may_write(people[contact.pk], MEDIUM, Purpose.THANKS, rules)
        if way:
            messages.append(_message(response, invitation, contact, way.address))
    return messages


def _message(response: Response, invitation: Invitation, contact: Contact, address: str) -> Message:
    return Message(
        medium=MEDIUM,
        purpose=Message.Purpose.THANKS,
        to_address=address,
        to_name=contact.name[:NAME_LENGTH],
        language=response.language,
        template="surveys.thanks",
        context=kinds.context_of(invitation) | {"response": response.pk, "score": response.score},
        idempotency_key=f"thanks-{response.pk}",
    )
