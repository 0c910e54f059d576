from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class FurtherAnswerQuerySet(models.QuerySet["FurtherAnswer"]):
    def standing(self) -> "FurtherAnswerQuerySet":
        """Keep those to questions that follow the score that counts; `stands_after` says the same of one."""
        return self.filter(Q(categories=[]) | Q(categories__contains=[F("response__category")]))

    def standing_after(self, category: str) -> "FurtherAnswerQuerySet":
        return self.filter(Q(categories=[]) | Q(categories__contains=[category]))


class FurtherAnswer(models.Model):
    """What somebody said to one further question of their survey, by its key: options, a number, or words.

    Whoever wants to be called said 1, and where to in the words. A question of some scores alone says by `categories`
    after which: what was said to it stays where the score is changed to another one, and does not count then.
    """

    response = models.ForeignKey(
        "responses.Response", models.CASCADE, related_name="further", verbose_name=_("response")
    )
    key = models.CharField(_("key"), max_length=6)
    options = ArrayField(models.CharField(max_length=1), verbose_name=_("options"), default=list, db_default=[])
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    words = models.TextField(_("words"), blank=True, db_default="")
    said_with = models.PositiveSmallIntegerField(_("said with the score"), null=True, blank=True)
    categories = ArrayField(
        models.CharField(max_length=12), verbose_name=_("asked after"), blank=True, default=list, db_default=[]
    )

    objects = FurtherAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a further question")
        verbose_name_plural = _("answers to further questions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "response"], name="responses_further_once")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.key}"

    def stands_after(self, category: str) -> bool:
        return not self.categories or category in self.categories
