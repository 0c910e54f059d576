"""The thank-you message to a promoter, with the review links of the survey."""

from collections.abc import Iterable

from accounts.media import Medium
from crm.models import Consent, Contact
from delivery.models import Message
from responses.models import Response
from surveys.letters import kinds
from surveys.models import Invitation

MEDIUM = Medium.EMAIL
NAME_LENGTH = Message._meta.get_field("to_name").max_length


def messages_for(responses: Iterable[Response]) -> list[Message]:
    """Return the unsaved thank-you messages of those `responses` whose contact may be written to.

    Whoever opted out, objected to e-mail, has no address or whose address bounced is passed over, and so is an
    answer without an invitation, whose sender we do not know.
    """
    reachable = [
        (response, response.invitation, response.contact)
        for response in responses
        if response.invitation and response.contact and _is_reachable(response.contact)
    ]
    objected = _objected({contact.pk for _, _, contact in reachable})
    return [_message(*known) for known in reachable if known[2].pk not in objected]


def _is_reachable(contact: Contact) -> bool:
    return bool(contact.may_be_contacted and contact.email and contact.email_bounced_at is None)


def _objected(contact_ids: set[int]) -> set[int]:
    if not contact_ids:
        return set()
    objections = Consent.objects.filter(contact__in=contact_ids, medium=MEDIUM, status=Consent.Status.OBJECTED)
    return set(objections.values_list("contact_id", flat=True))


def _message(response: Response, invitation: Invitation, contact: Contact) -> Message:
    return Message(
        medium=MEDIUM,
        purpose=Message.Purpose.THANKS,
        to_address=contact.email,
        to_name=contact.name[:NAME_LENGTH],
        language=response.language,
        template="surveys.thanks",
        context=kinds.context_of(invitation) | {"response": response.pk, "score": response.score},
        idempotency_key=f"thanks-{response.pk}",
    )
