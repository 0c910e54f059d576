from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

Set = TypeVar("Set")
Get = TypeVar("Get")


class FactKey(models.ForeignKey[Set, Get]):
    """A foreign key among the facts: checked and indexed as the model that inherits it says."""

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False, **options: Any
    ) -> None:
        self.db_constraint = getattr(cls, "facts_are_checked", True)
        self.db_index = getattr(cls, "facts_are_indexed", False)
        super().contribute_to_class(cls, name, private_only, **options)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, options


class Facts(models.Model):
    """What a deal was about. Frozen when it happened: a touchpoint, an invitation and a response copy these columns.

    Everything later counts by them, and a later change of the owner, the price or the team never moves an old score.
    A new fact is declared here; COLUMNS feeds every statement and function that copies.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    # What no other system tells, but is worked out; TOLD are the others, RELATIONS the keys.
    WORKED_OUT: ClassVar = ("team", "amount_base", "profile")
    TOLD: ClassVar[tuple[str, ...]] = ()
    RELATIONS: ClassVar[tuple[str, ...]] = ()
    # Whether the database checks and indexes the keys. Copies of rows that were checked need not be.
    facts_are_checked: ClassVar = True
    facts_are_indexed: ClassVar = False
    # SQL for the moment whose rate counts; `{row}` stands for the table and a dot.
    PRICED_AT: ClassVar = ""

    company = FactKey(
        "crm.Company", models.SET_NULL, null=True, blank=True, related_name="%(class)ss", verbose_name=_("company")
    )
    manager = FactKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("manager"),
    )
    team = FactKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="%(class)ss", verbose_name=_("team")
    )
    brand = FactKey(
        "accounts.Brand", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("brand")
    )
    product = FactKey(
        "crm.Product", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("product")
    )
    channel = FactKey(
        "crm.Channel", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("channel")
    )
    campaign = models.CharField(_("campaign"), max_length=100, blank=True, db_default="", default="")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, db_default="", default="", help_text=_("ISO 4217, such as EUR")
    )
    # In the company's own currency, at the rate of the day; empty while there is none.
    amount_base = models.DecimalField(
        _("amount in our currency"), max_digits=16, decimal_places=2, null=True, blank=True, editable=False
    )
    profile = FactKey(
        "crm.Profile", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("profile")
    )

    class Meta:
        abstract = True

    @classmethod
    def listed(cls, source: str = "", **instead: str) -> str:
        """Return SQL for all facts in order: columns of `source`, or what `instead` gives for a column."""
        prefix = f"{source}." if source else ""
        return ", ".join(instead.get(column, prefix + column) for column in cls.COLUMNS)

    def copy_facts(self, other: "Facts") -> None:
        """Take over every fact of `other`."""
        for column in Facts.COLUMNS:
            setattr(self, column, getattr(other, column))


_FIELDS = Facts._meta.local_fields
Facts.COLUMNS = tuple(field.attname for field in _FIELDS)
Facts.TOLD = tuple(field.name for field in _FIELDS if field.name not in Facts.WORKED_OUT)
Facts.RELATIONS = tuple(field.name for field in _FIELDS if isinstance(field, FactKey))
