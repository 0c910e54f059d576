from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import clock


class Topic(models.Model):
    """What answers are about: tapped on the survey page, found in comments by a dictionary, or set by staff."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    # {"en": "Delivery", "uk": "Доставка", …}
    names = models.JSONField(_("names"), default=dict)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(_("offered on the survey page"), default=True)
    is_about_manager = models.BooleanField(
        _("about the customer's manager"),
        default=False,
        db_default=False,
        help_text=_("A complaint that names it goes to the lead of the team, never to the manager themselves."),
    )

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or self.slug


class ResponseTopic(models.Model):
    """That an answer is about a topic. What staff deny has no row: their TopicLabel keeps it from coming back."""

    class Source(models.TextChoices):
        TAPPED = "tapped", _("tapped by the customer")
        AUTO = "auto", _("found in the comment")
        MANUAL = "manual", _("set by staff")

    response = models.ForeignKey("responses.Response", models.CASCADE, related_name="response_topics", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", verbose_name=_("topic"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    # The number of the dictionary that found it first.
    version = models.PositiveIntegerField(_("version of the dictionary"), null=True, blank=True)

    class Meta:
        verbose_name = _("topic of a response")
        verbose_name_plural = _("topics of responses")
        constraints = [
            models.UniqueConstraint(fields=["response", "topic"], name="responses_topic_once_per_response"),
            models.CheckConstraint(
                condition=models.Q(source="auto", version__isnull=False)
                | (~models.Q(source="auto") & models.Q(version__isnull=True)),
                name="responses_topic_found_by_a_dictionary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} {self.topic_id}"


class TopicLabel(models.Model):
    """The word of staff on whether an answer is about a topic: it holds against whatever is found or tapped."""

    response = models.ForeignKey("responses.Response", models.CASCADE, related_name="topic_labels", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", verbose_name=_("topic"))
    is_about = models.BooleanField(_("is about it"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("word on a topic")
        verbose_name_plural = _("words on topics")
        default_permissions = ()
        permissions = [("label_topics", _("Can correct the topics of answers"))]
        constraints = [models.UniqueConstraint(fields=["response", "topic"], name="responses_label_once_per_topic")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.topic_id}"
