from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import clock
from followups.models.activity import Activity
from followups.models.code_pool import CodePool
from followups.models.customer_letter import CustomerLetter
from followups.models.followup import Followup


class StaffNoticeQuerySet(models.QuerySet["StaffNotice"]):
    def unread(self) -> "StaffNoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def due_by_mail(self, now: datetime) -> "StaffNoticeQuerySet":
        return self.filter(mail_due_at__lte=now)


class StaffNotice(models.Model):
    """One person is told once of what happened to a follow-up: in the browser, by e-mail, or both.

    It may be about a customer's letter that belongs to none, or about a code pool instead.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("a new follow-up")
        CUSTOMER_REPLIED = "customer_replied", _("a reply of the customer")
        MENTION = "mention", _("a mention of you")
        HANDOVER = "handover", _("a follow-up handed to you")
        OVERDUE = "overdue", _("an overdue follow-up")
        ESCALATION = "escalation", _("an escalation")
        STEP = "step", _("a step that is due")
        LETTER = "letter", _("a customer's letter that belongs to no follow-up")
        CODES = "codes", _("few codes left in a pool, for those who administer pools")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    followup = models.ForeignKey(
        Followup, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("follow-up")
    )
    letter = models.ForeignKey(
        CustomerLetter, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("letter")
    )
    pool = models.ForeignKey(
        CodePool, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("code pool")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    # What happened, apart from all else of its kind: the activity, the moment that passed, the customer's letter.
    occasion = models.CharField(_("occasion"), max_length=60, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    # Whose words a mention or a handover quotes.
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"), default=clock.now)

    in_browser = models.BooleanField(_("in the browser"), default=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    # When it goes by e-mail; empty when it does not, or has gone.
    mail_due_at = models.DateTimeField(_("due by e-mail at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("e-mail written at"), null=True, blank=True)

    objects = StaffNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "followup", "kind", "occasion"], name="followups_told_once"),
            models.UniqueConstraint(
                fields=["letter", "person"],
                name="followups_told_of_letter_once",
                condition=models.Q(letter__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["pool", "person", "occasion"],
                name="followups_told_of_pool_once",
                condition=models.Q(pool__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="letter", letter__isnull=False, followup__isnull=True, pool__isnull=True)
                | models.Q(kind="codes", pool__isnull=False, followup__isnull=True, letter__isnull=True)
                | (
                    ~models.Q(kind__in=["letter", "codes"])
                    & models.Q(followup__isnull=False, letter__isnull=True, pool__isnull=True)
                ),
                name="followups_told_of_one_thing",
            ),
        ]
        indexes = [
            # the poll of every open browser
            models.Index(
                fields=["person", "id"],
                name="followups_notices_unread",
                condition=models.Q(read_at__isnull=True, in_browser=True),
            ),
            # the page of notices
            models.Index(fields=["person", "-at"], name="followups_notices_of_person"),
            # the sweep that writes letters
            models.Index(
                fields=["mail_due_at"], name="followups_notices_to_mail", condition=models.Q(mail_due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person}"

    def get_absolute_url(self) -> str:
        """Return where it leads: to the follow-up, to the letter among those that wait, or to the pool."""
        if self.pool_id:
            return reverse("admin:followups_codepool_change", args=[self.pool_id])
        return self.followup.get_absolute_url() if self.followup else f"{reverse('letters')}#letter-{self.letter_id}"

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
