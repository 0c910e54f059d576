from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import clock, dates


class SecurityEvent(models.Model):
    """One thing that matters for who may do what. The database refuses to change one, or to delete a young one.

    One about a person who is gone keeps their name alone, as its subject.
    """

    class Kind(models.TextChoices):
        LOGIN = "login", _("login")
        LOGIN_FAILED = "login_failed", _("failed login")
        LOCKED_OUT = "locked_out", _("login refused after too many failures")
        LOGOUT = "logout", _("logout")
        SESSION_ENDED = "session_ended", _("session ended")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        RESET_ASKED = "reset_asked", _("link for a new password asked for")
        ADDRESS_ASKED = "address_asked", _("new login address asked for")
        ADDRESS_CHANGED = "address_changed", _("login address changed")
        ADDRESS_OBJECTED = "address_objected", _("change of the login address objected to")
        SECOND_FACTOR = "second_factor", _("second factor changed")
        SIGN_ON = "sign_on", _("single sign-on changed")
        WELCOMED = "welcomed", _("welcome letter sent")
        PERSON_MADE = "person_made", _("person added")
        PERSON_REMOVED = "person_removed", _("person removed")
        PERSON_CHANGED = "person_changed", _("person changed")
        ROLES_CHANGED = "roles_changed", _("roles changed")
        RIGHTS_CHANGED = "rights_changed", _("rights changed")
        KEY_ISSUED = "key_issued", _("client key issued")
        KEY_CHANGED = "key_changed", _("client key changed")
        KEY_REVOKED = "key_revoked", _("client key revoked")
        SETTING_CHANGED = "setting_changed", _("setting changed")
        EXPORTED = "exported", _("data exported")
        SAMPLE_LOADED = "sample_loaded", _("sample data loaded")
        SAMPLE_REMOVED = "sample_removed", _("sample data removed")
        REFUSED = "refused", _("refused")

    at = models.DateTimeField(pgettext_lazy("moment", "when"), default=clock.now)
    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("the person who did it", "who"),
        db_index=False,
    )
    # Which client key, import or command it was, where it was not, or not by hand, a person.
    means = models.CharField(_("by means of"), max_length=100, blank=True)
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("about whom"),
        db_index=False,
    )
    # What else it is about: a key, a group, a setting, the pseudonym of an address that nobody here has.
    subject = models.CharField(_("about what"), max_length=200, blank=True)
    network = models.CharField(_("network"), max_length=45, blank=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security log")
        indexes = [
            models.Index(fields=["-at"], name="accounts_events_newest"),  # admin, purge
            models.Index(fields=["about", "-at"], name="accounts_events_about"),  # admin of one person
            # accounts.access.limits asks where a person logged in before
            models.Index(fields=["by", "network", "-at"], name="accounts_logins", condition=models.Q(kind="login")),
        ]

    def __str__(self) -> str:
        return f"{dates.moment(self.at)} {self.get_kind_display()}"
