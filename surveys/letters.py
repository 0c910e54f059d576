from typing import Any

from surveys.models import Invitation

# What context_of() reads of an invitation: give it to select_related().
FACTS = ("survey", "contact", "product", "manager")


def context_of(invitation: Invitation) -> dict[str, Any]:
    """Return everything a letter about this invitation needs, frozen, as JSON.

    The token is not in it: it is derived again when the letter is composed.
    """
    survey, contact = invitation.survey, invitation.contact
    return {
        "invitation": invitation.pk,
        "version": invitation.version_id,
        "survey": invitation.survey_id,
        "brand": survey.brand_name,
        "colour": survey.brand_colour,
        "sender": survey.sender_name or survey.brand_name,
        "reply_to": survey.reply_to,
        "name": contact.first_name or contact.last_name,
        "product": invitation.product.name if invitation.product else "",
        "manager": invitation.manager.name if invitation.manager else "",
    }
