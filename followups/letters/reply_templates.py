"""The templates that a message to the customer of a follow-up may begin with; one without a subject leaves it out."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.vocatives import vocative
from followups.letters.forms import ReplyForm
from followups.letters.reply_ways import ReplyWays
from followups.models import CodePool, Followup, ReplyTemplate
from surveys.wording import texts


def offered(followup: Followup) -> QuerySet[ReplyTemplate]:
    """Return the templates for this customer's language, for the brand and the kind of answer or for any."""
    about = followup.about
    of_brand = Q(brand=None) | Q(brand=about.survey.brand_id)
    of_category = Q(category__in=["", followup.category])
    templates = ReplyTemplate.objects.filter(of_brand, of_category, language=about.language, is_active=True)
    return templates.order_by("position", "name", "pk")


def begun(template: ReplyTemplate, followup: Followup, *, by: User) -> dict[str, str]:
    """Return what a form begins with: subject and message, filled in for this customer."""
    values = _values(followup, by)
    return {"subject": texts.fill(template.subject, values), "message": texts.fill(template.text, values)}


def _values(followup: Followup, by: User) -> dict[str, str]:
    about = followup.about
    contact = about.contact
    return {
        # In the case of address; left out where that is in doubt, as in every letter.
        "first_name": vocative(contact.first_name or contact.last_name, about.language) if contact else "",
        "name": contact.name if contact else "",
        "company": str(about.company or ""),
        "product": about.product.name if about.product else "",
        "agent": by.name,
        "brand": about.survey.brand.name,
        # They stay until something is given with the letter.
        "code": "{code}",
        "compensation": "{compensation}",
    }


def page(
    request: HttpRequest, followup: Followup, by: User, *, subject: str, pools: Sequence[CodePool], ways: ReplyWays
) -> dict[str, Any]:
    """Return what a page needs for the form: it, the templates, and the one that the address chooses, if any."""
    templates = list(offered(followup)) if followup.is_open else []
    chosen = next((each for each in templates if str(each.pk) == request.GET.get("template")), None)
    initial = begun(chosen, followup, by=by) if chosen else {"subject": subject}
    return {
        "reply_templates": templates,
        "template": chosen,
        "reply_form": ReplyForm(followup=followup, ways=ways, writer=by, pools=pools, initial=initial),
    }
