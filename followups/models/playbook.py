from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from responses.models import Response
from surveys.metrics import Category, Metric
from surveys.models import Invitation


class Playbook(models.Model):
    """What to do for a kind of answer: of those in use, the first in the order of `position` whose conditions all hold.

    Of two in the same place the older one goes first. What a condition is empty of it does not ask.
    """

    class Assign(models.TextChoices):
        MANAGER = "manager", _("the deal's manager, else the team's queue")
        LEAD = "lead", _("the lead of the manager's team, else the team's queue")
        TEAM = "team", _("the team's queue")
        PERSON = "person", _("always this person")

    class Priority(models.IntegerChoices):
        HIGH = 1, _("high")
        NORMAL = 2, _("normal")
        LOW = 3, _("low")

    WAIT_DAYS: ClassVar = 3

    name = models.CharField(_("name"), max_length=100, blank=True, db_default="", default="")
    position = models.PositiveSmallIntegerField(
        _("place"),
        default=100,
        db_default=100,
        help_text=_("The smallest number goes first. The first playbook whose conditions all hold is followed."),
    )

    survey = models.ForeignKey(
        "surveys.Survey",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="playbooks",
        verbose_name=_("only for survey"),
    )
    metric = models.CharField(
        _("only for"), max_length=10, choices=Metric.choices, blank=True, db_default="", default=""
    )
    category = models.CharField(_("category"), max_length=12, choices=Category.choices, blank=True)
    lowest_score = models.PositiveSmallIntegerField(_("scores from"), null=True, blank=True)
    highest_score = models.PositiveSmallIntegerField(_("scores up to"), null=True, blank=True)
    products = models.ManyToManyField(
        "crm.Product", blank=True, verbose_name=_("only these products"), related_name="+"
    )
    min_amount = models.DecimalField(_("from amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    max_amount = models.DecimalField(_("up to amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    topics = models.ManyToManyField(
        "responses.Topic",
        blank=True,
        verbose_name=_("only where one of these topics is named"),
        related_name="+",
    )
    segment = models.ForeignKey(
        "surveys.CustomerSegment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="playbooks",
        verbose_name=_("only customers in this segment"),
        help_text=_("Whoever is in it when the answer is routed; one that is for everybody."),
    )
    takes_letters = models.BooleanField(
        _("for letters without a score"),
        default=False,
        db_default=False,
        help_text=_("For customers who write back to an ask and do not answer it, and for no answers."),
    )
    creates_followup = models.BooleanField(_("creates a follow-up"), default=True)
    needs_comment = models.BooleanField(
        _("only where the customer wrote a comment"),
        default=False,
        db_default=False,
        help_text=_("For customers who are content: then a good score alone makes no work."),
    )
    assign = models.CharField(_("goes to"), max_length=10, choices=Assign.choices, default=Assign.MANAGER)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    draws_lots = models.BooleanField(
        _("draw the order by lot"),
        default=False,
        db_default=False,
        help_text=_(
            "Where there is not time to contact everybody: neither score nor value decides who is first, so that "
            "“Asked again” can tell whether it helps."
        ),
    )
    # {"en": "Call today…", …}: what the person should do, in the staff's language.
    instructions = models.JSONField(_("what to do"), default=dict, blank=True)
    # {"en": "Hello, this is…", …}: what to say on the phone.
    script = models.JSONField(_("what to say on the phone"), default=dict, db_default={}, blank=True)
    first_contact_hours = models.PositiveSmallIntegerField(_("first contact within business hours"), default=8)
    resolve_hours = models.PositiveSmallIntegerField(_("resolved within business hours"), default=40)
    wait_days = models.PositiveSmallIntegerField(
        _("working days until one looks again after a customer who does not answer"),
        default=WAIT_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    ask_again_days = models.PositiveSmallIntegerField(
        _("ask again so many days after it was resolved"),
        null=True,
        blank=True,
        validators=[MinValueValidator(7), MaxValueValidator(365)],
        help_text=_(
            "For all but content customers: once for each follow-up, by the same rules as every ask, with these "
            "days in place of the clocks of the survey. Empty: they are not asked again for this."
        ),
    )
    sends_thanks = models.BooleanField(_("sends a thank-you e-mail with review links"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(assign="person") | models.Q(person__isnull=False),
                name="followups_playbook_names_person",
                violation_error_message=_("Choose the person who gets the work."),
            ),
            models.CheckConstraint(
                condition=models.Q(lowest_score__isnull=True)
                | models.Q(highest_score__isnull=True)
                | models.Q(lowest_score__lte=models.F("highest_score")),
                name="followups_playbook_some_score",
                violation_error_message=_("The lowest score comes before the highest."),
            ),
            models.CheckConstraint(
                condition=models.Q(min_amount__isnull=True)
                | models.Q(max_amount__isnull=True)
                | models.Q(min_amount__lte=models.F("max_amount")),
                name="followups_playbook_some_amount",
                violation_error_message=_("The lowest amount comes before the highest."),
            ),
        ]

    def __str__(self) -> str:
        if self.name:
            return self.name
        everything = _("letters without a score") if self.takes_letters else _("every answer")
        category = self.get_category_display() or self.get_metric_display() or everything
        survey = self.survey or _("all surveys")
        return f"{category} · {survey}"

    def wants_followup(self, about: Response | Invitation) -> bool:
        """Whether an answer of this playbook's kind, or a letter about an ask, makes work for a person."""
        says_something = not isinstance(about, Response) or bool(about.comment)
        return self.creates_followup and (says_something or not self.needs_comment)

    def script_in(self, language: str) -> str:
        """Return what to say on the phone in a staff language, in English where that is missing."""
        return str(self.script.get(language) or self.script.get("en") or "")
