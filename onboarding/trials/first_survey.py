"""The first survey of an installation, with the standard texts, for whoever wants to see one."""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from surveys import services
from surveys.models import Survey, SurveyVersion


def may_make(person: User) -> bool:
    """Say whether the person may make it, and the brand, which is made with it where there is none."""
    return person.has_perm("surveys.add_survey") and (person.has_perm("accounts.add_brand") or Brand.objects.exists())


@transaction.atomic
def make(*, brand_name: str, language: str) -> SurveyVersion:
    """Return the draft of the first survey; pressed twice, or by two people, it is made once.

    It is of the first brand, or of a new one called `brand_name` where there is none. As a draft it asks nobody.
    """
    brand = Brand.objects.order_by("pk").first()
    if brand is None:
        slug = slugify(brand_name)[: Brand._meta.get_field("slug").max_length or 0] or "brand"
        brand, _made = Brand.objects.get_or_create(slug=slug, defaults={"name": brand_name})
    survey, _made = Survey.objects.get_or_create(
        name=_("Our first survey"), defaults={"brand": brand, "default_language": language}
    )
    if survey.is_archived:
        # There is no other one, and it was put away: it begins anew as a draft.
        survey.status = Survey.Status.DRAFT
        survey.save(update_fields=["status"])
    return services.draft_of(survey)
