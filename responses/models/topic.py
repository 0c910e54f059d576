from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """What answers are about; customers tap topics on the survey page."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    # {"en": "Delivery", "uk": "Доставка", …}
    names = models.JSONField(_("names"), default=dict)
    # Prefixes of words that tell the topic in a comment, any language.
    patterns = ArrayField(models.CharField(max_length=60), verbose_name=_("patterns"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(_("offered on the survey page"), default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or self.slug


class ResponseTopic(models.Model):
    class Source(models.TextChoices):
        TAPPED = "tapped", _("tapped by the customer")
        AUTO = "auto", _("found in the comment")
        MANUAL = "manual", _("set by staff")

    response = models.ForeignKey("responses.Response", models.CASCADE, related_name="response_topics", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", verbose_name=_("topic"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)

    class Meta:
        verbose_name = _("topic of a response")
        verbose_name_plural = _("topics of responses")
        constraints = [models.UniqueConstraint(fields=["response", "topic"], name="responses_topic_once_per_response")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.topic_id}"
