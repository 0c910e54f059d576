from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from surveys.models import Origin


class Entry(models.Model):
    """A way in for answers: the invitations, an open link, a kiosk, a web page, a form of the staff, an import.

    Every answer belongs to one. All answers to invitations share one entry and are told apart by their invitations,
    which also say of each whether it is a test; the others have the origin of their entry.
    """

    class Kind(models.TextChoices):
        INVITATIONS = "invitations", _("invitations")
        OPEN_LINK = "open_link", _("open link")
        KIOSK = "kiosk", _("kiosk")
        WIDGET = "widget", _("web page")
        STAFF_FORM = "staff_form", _("form for staff")
        IVR = "ivr", _("telephone system")
        IMPORT = "import", _("import")

    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    origin = models.CharField(_("origin"), max_length=15, choices=Origin.choices)
    name = models.CharField(_("name"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="invitations"), name="responses_one_entry_of_invitations"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())
