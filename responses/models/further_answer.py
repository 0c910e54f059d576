from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class FurtherAnswer(models.Model):
    """What somebody said to one further question of their survey, by its key: options, a number, or words.

    Whoever wants to be called said 1, and where to in the words.
    """

    response = models.ForeignKey(
        "responses.Response", models.CASCADE, related_name="further", verbose_name=_("response")
    )
    key = models.CharField(_("key"), max_length=6)
    options = ArrayField(models.CharField(max_length=1), verbose_name=_("options"), default=list, db_default=[])
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    words = models.TextField(_("words"), blank=True, db_default="")

    class Meta:
        verbose_name = _("answer to a further question")
        verbose_name_plural = _("answers to further questions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "response"], name="responses_further_once")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.key}"
