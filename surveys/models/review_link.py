from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages.field import LanguageField
from surveys.metrics import Tier
from surveys.reviews.choice import ReviewPlace
from surveys.reviews.platforms import Platform, problem_with

# Categories by how good they are: a brand asks in more than one metric.
TIERS = [
    (Tier.GOOD.value, _("promoters and other satisfied customers")),
    (Tier.MIDDLE.value, _("passives and other undecided customers")),
    (Tier.BAD.value, _("detractors and other dissatisfied customers")),
]


class ReviewLinkQuerySet(models.QuerySet["ReviewLink"]):
    def on_offer(self) -> "ReviewLinkQuerySet":
        """Return the links in use, in the order in which customers see them."""
        return self.filter(is_active=True, brand__offers_reviews=True).order_by("position", "pk")


class ReviewLink(models.Model):
    """A place where customers may leave a public review. Visits name it for ever: it is switched off, never deleted."""

    Platform = Platform

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, related_name="review_links", verbose_name=_("brand"))
    platform = models.CharField(_("place"), max_length=12, choices=Platform.choices, default=Platform.OTHER)
    name = models.CharField(_("name"), max_length=50, help_text=_("What the button says, such as “Google”."))
    url = models.URLField(_("address"), help_text=_("Of the form in which a review is written."))
    language = LanguageField(_("only for language"), blank=True)
    product = models.ForeignKey(
        "crm.Product", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for product")
    )
    tiers = ArrayField(
        models.CharField(max_length=6, choices=TIERS),
        verbose_name=_("shown only to"),
        default=list,
        blank=True,
        help_text=_("None: everybody, whatever they answered, which every platform allows."),
    )
    share = models.PositiveSmallIntegerField(
        _("share"),
        default=0,
        validators=[MaxValueValidator(1000)],
        help_text=_(
            "Of the links with a share each customer sees one, always the same: 70 and 30 are shown to seven and three "
            "in ten. 0: to everybody."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("review link")
        verbose_name_plural = _("review links")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if problem := problem_with(self.platform, self.url):
            raise ValidationError({"url": problem})

    @property
    def is_for_some(self) -> bool:
        """Whether only customers of some categories see it, which is called gating."""
        return bool(self.tiers)

    @property
    def place(self) -> ReviewPlace:
        return ReviewPlace(self.pk, self.name, self.url, self.language, self.product_id, tuple(self.tiers), self.share)
