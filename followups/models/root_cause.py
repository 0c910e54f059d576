from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.named import NamedInLanguages
from surveys.metrics import Category, Tier

BELOW = " › "


class RootCauseQuerySet(models.QuerySet["RootCause"]):
    def under(self, slug: str) -> "RootCauseQuerySet":
        """Return a cause and all that stands below it in the tree."""
        return self.filter(models.Q(slug=slug) | models.Q(parent__slug=slug) | models.Q(parent__parent__slug=slug))


class RootCause(NamedInLanguages):
    """Why something went wrong, as staff name it when they resolve a follow-up: a node of a tree of three levels.

    A trigger keeps it a tree: root_causes.sql. What follow-ups and improvements name is retired, never deleted.
    """

    LEVELS = 3
    # Who is content has no complaint whose root could be named.
    ASKED_OF: ClassVar = [(one.value, one.label) for one in Category if one.tier is not Tier.GOOD]

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    # Under this name follow-ups, files and programs know it.
    slug = models.SlugField(_("slug"), max_length=20, unique=True)
    # Nothing: whatever its parent is asked for, and at the top all of ASKED_OF.
    categories = ArrayField(
        models.CharField(max_length=12, choices=ASKED_OF), verbose_name=_("asked after"), default=list, blank=True
    )
    topics = models.ManyToManyField(
        "responses.Topic",
        blank=True,
        related_name="root_causes",
        verbose_name=_("topics"),
        help_text=_("After an answer about one of these it is offered first, with all that stands below it."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = RootCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="followups_cause_not_its_parent",
                violation_error_message=_("A root cause cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(names__has_key="en"),
                name="followups_cause_has_english_name",
                violation_error_message=_("Write an English name: it stands in where a language has none."),
            ),
        ]

    @property
    def whole_name(self) -> str:
        """Its name with those of what it is part of, such as “Delivery › Late”; read it with its `parent__parent`."""
        return BELOW.join([self.parent.whole_name, str(self)]) if self.parent else str(self)

    def is_asked_after(self, category: str) -> bool:
        """Whether it is asked after answers of a category, as far as it says so itself."""
        return not self.categories or category in self.categories

    def siblings(self) -> RootCauseQuerySet:
        """Return what stands beside it in the tree, itself too."""
        return RootCause.objects.filter(parent=self.parent_id)

    @property
    def is_unused(self) -> bool:
        """Whether neither a follow-up nor an improvement nor another cause needs it."""
        needed = (self.followups, self.improvements, self.children)
        return self.pk is not None and not any(rows.exists() for rows in needed)
