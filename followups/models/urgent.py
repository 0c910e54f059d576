from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.customerlanguages.field import LanguageField
from surveys.metrics import Category


class Urgent(models.Model):
    """What the order of the inbox goes by, and what its filters look at.

    The database fills all but `worth`, `value` and `lot`, whoever writes the row: urgency.sql, which tells the order.
    """

    # What the account has bought by then, in the company's own currency, and how many times an ordinary one (1 to 16).
    worth = models.DecimalField(_("customer's value"), max_digits=16, decimal_places=2, null=True, blank=True)
    value = models.FloatField(_("weight of the customer's value"), default=1, db_default=1)
    # Drawn by lot from 0 to 1 where the playbook says so, and then in place of how grave it is and the value.
    lot = models.FloatField(_("drawn by lot"), null=True, blank=True, editable=False)
    # The less, the sooner it is to be worked on.
    urgent_at = models.DateTimeField(_("urgent from"), default=clock.now, editable=False)
    category = models.CharField(
        _("category"), max_length=12, choices=Category.choices, default="", db_default="", editable=False
    )
    # A copy of a fact of the answer, which is protected there.
    product = models.ForeignKey(
        "crm.Product",
        models.DO_NOTHING,
        null=True,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("product"),
    )
    language = LanguageField(_("language"), default="", db_default="", editable=False)
    has_comment = models.BooleanField(_("has a comment"), default=False, db_default=False, editable=False)

    # What an index carries along, so that a list and its counts read nothing else.
    RANKED: ClassVar = (
        "assignee", "team", "status", "state", "look_again_on", "next_due_at", "category", "product", "language",
        "worth", "has_comment", "root_cause", "response",
    )  # fmt: skip

    class Meta:
        abstract = True

    def is_pressing(self, now: datetime) -> bool:
        """Whether it is as urgent by now as ordinary work that is due."""
        return self.urgent_at <= now
