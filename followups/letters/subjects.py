"""What a letter to a customer is called before somebody names it otherwise."""

from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from followups.models import Followup


def of_reply(followup: Followup) -> str:
    """Return the subject that a reply starts with, in the customer's language."""
    brand = {"brand": followup.about.survey.brand.name}
    with spoken.speaking(followup.about.language):
        return (_("Your letter to %(brand)s") if followup.is_of_letter else _("Your answer to %(brand)s")) % brand
