from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Permission, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import clock
from accounts.timezones import validate_timezone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower() if email else None, **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def who_see_all_teams(self) -> models.QuerySet["User"]:
        """Return everybody active who may see the work of all teams, by their groups or by themselves."""
        return self.who_may("accounts.see_all_teams")

    def who_may(self, permission: str) -> models.QuerySet["User"]:
        """Return everybody active who has a permission (“app.codename”), by their groups or by themselves."""
        app, _dot, codename = permission.partition(".")
        allowed = Permission.objects.filter(content_type__app_label=app, codename=codename)
        by_group, alone = models.Q(groups__permissions__in=allowed), models.Q(user_permissions__in=allowed)
        found = self.filter(by_group | alone | models.Q(is_superuser=True), is_active=True)
        return self.filter(pk__in=found.values("pk"))

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """An employee. People who only own deals have no usable password and may have no address."""

    class Theme(models.TextChoices):
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    class Digest(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")

    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150)
    team = models.ForeignKey(
        "accounts.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("team"),
    )
    source = models.CharField(_("source"), max_length=50, blank=True)
    external_id = models.CharField(_("external ID"), max_length=200, null=True, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_timezone])
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, blank=True, db_default="", default="")
    wants_notices = models.BooleanField(_("notices by e-mail"), default=True, db_default=True)
    # Nobody gets numbers by mail who has not asked for them: an inbox is read on phones and passed on.
    digest = models.CharField(
        _("report by e-mail"), max_length=7, choices=Digest.choices, blank=True, db_default="", default=""
    )
    wants_praise = models.BooleanField(_("praise by e-mail"), default=True, db_default=True)
    signature = models.CharField(_("signature"), max_length=500, blank=True, db_default="", default="")
    is_active = models.BooleanField(_("active"), default=True)
    # Follows from the roles, see `accounts.rights`; nobody sets it.
    is_staff = models.BooleanField(_("may administer"), default=False)
    date_joined = models.DateTimeField(_("joined at"), default=clock.now)
    welcomed_at = models.DateTimeField(_("welcome letter sent at"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [("see_all_teams", _("Can see the answers and follow-ups of all teams"))]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="accounts_user_source_once"),
            models.CheckConstraint(
                condition=models.Q(email__isnull=True) | models.Q(email=Lower("email")),
                name="accounts_user_email_lower_case",
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(is_staff=True),
                name="accounts_user_chief_administers",
                violation_error_message=_("A chief administrator may administer."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or ""

    @property
    def initials(self) -> str:
        """The first letters of the first and the last word of the name, such as OP; of one word, its first letter."""
        letters = [word[0] for word in str(self).split() if word[0].isalpha()]
        return "".join(letters[:1] + letters[1:][-1:]).upper()

    @property
    def tone(self) -> int:
        """Which of six colours the initials of this person stand on, always the same."""
        return (self.pk or 0) % 6

    @property
    def sees_all_teams(self) -> bool:
        return self.has_perm("accounts.see_all_teams")

    @property
    def is_manager(self) -> bool:
        return self.has_perm("analytics.view_dashboard")

    @property
    def may_administer(self) -> bool:
        """Whether the administration is open to this person: by a role with rights there, or as chief administrator."""
        return self.is_active and self.is_staff

    @property
    def may_log_in(self) -> bool:
        """Whether this is somebody who works here, and not only the owner of deals."""
        has_work = self.is_staff or self.groups.exists()
        return self.is_active and (self.has_usable_password() or has_work)

    def may_touch(self, other: "User") -> bool:
        """Say whether this person may change the other at all: only a chief administrator changes one."""
        return self.is_superuser or not other.is_superuser or self.pk == other.pk

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower() if self.email else None
