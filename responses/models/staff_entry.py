from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffEntry(models.Model):
    """Who wrote an answer down for a customer, and how it came to that.

    An answer has one where it is of the origin STAFF; what a telephone system sent was written down `by` nobody.
    """

    response = models.OneToOneField(
        "responses.Response", models.CASCADE, related_name="staff_entry", verbose_name=_("answer")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    # The invitation that waited for this answer; it has one from staff at most.
    invitation = models.OneToOneField(
        "surveys.Invitation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff_entry",
        verbose_name=_("invitation"),
    )
    # The sheets that were typed in together.
    batch = models.CharField(_("batch"), max_length=100, blank=True, db_default="", default="")
    is_unasked = models.BooleanField(_("the customer came of themselves"), default=False, db_default=False)
    # Whether whoever wrote it down was the manager of the deal that it is about, at that time.
    is_own_deal = models.BooleanField(_("about their own deal"), default=False, db_default=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("answer entered by staff")
        verbose_name_plural = _("answers entered by staff")
        indexes = [
            models.Index(fields=["by"], name="responses_entered_by"),  # integrity page
            # the page of quick entry
            models.Index(fields=["batch", "-id"], name="responses_of_batch", condition=~models.Q(batch="")),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} · {self.by}"
