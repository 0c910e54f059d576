from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import clock
from accounts.media import OF_CUSTOMERS
from crm import profiles
from crm.admin.sourced import SourcedRows
from crm.models import Consent, Contact


class ConsentForm(forms.ModelForm[Consent]):
    medium = forms.ChoiceField(
        label=Consent._meta.get_field("medium").verbose_name,
        choices=[(medium.value, medium.label) for medium in OF_CUSTOMERS],
    )


class Consents(admin.StackedInline[Consent, Contact]):
    model = Consent
    form = ConsentForm
    fields = ("medium", "status", "origin", "changed_at")
    readonly_fields = ("changed_at",)
    extra = 0


@admin.register(Contact)
class ContactAdmin(SourcedRows, admin.ModelAdmin[Contact]):
    """Whoever does not want to be asked is marked by the two actions, so that when and why are always known."""

    list_display = ("name", "email", "company", "language", "region", "asking", "source")
    list_display_links = ("name", "email")
    list_filter = ("language", "do_not_contact_reason", "source")
    list_select_related = ("company",)
    search_fields = ("first_name", "last_name", "email", "phone", "external_id", "company__name")
    search_help_text = _("Name, e-mail address, phone, company or external ID")
    ordering = ("last_name", "first_name", "pk")
    autocomplete_fields = ("company",)
    inlines = (Consents,)
    actions = ("opt_out", "opt_in")
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), "company", "job_title")}),
        (_("Reached by"), {"fields": ("email", "phone", "language", "timezone", "region")}),
        (_("May be asked"), {"fields": ("asking", "email_bounced_at", "email_hard_bounces", "email_soft_bounces")}),
        (_("Where from"), {"fields": ("customer_since", "birth_year", *SourcedRows.provenance)}),
    )

    def get_readonly_fields(self, *args: Any) -> Any:
        return (*self.provenance, "asking", "email_bounced_at", "email_hard_bounces", "email_soft_bounces")

    @admin.display(description=_("contact"), ordering="last_name")
    def name(self, contact: Contact) -> str:
        return str(contact)

    @admin.display(description=_("may be asked"), ordering="do_not_contact_at")
    def asking(self, contact: Contact) -> str:
        if contact.do_not_contact_at is None:
            return str(_("yes"))
        return _("no, since %(day)s: %(reason)s") % {
            "day": date_format(contact.do_not_contact_at, "SHORT_DATE_FORMAT"),
            "reason": contact.get_do_not_contact_reason_display(),
        }

    def view_on_site(self, contact: Contact) -> str:
        return reverse("contact", args=[contact.pk])

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        profiles.refresh(now=clock.now(), contacts=[obj.pk])
        if change and "email" in form.changed_data:
            obj.forget_bounces()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for consent in formset.save(commit=False):
            consent.changed_at = clock.now()
            consent.save()
        for consent in formset.deleted_objects:
            consent.delete()
        formset.save_m2m()

    @admin.action(description=_("Never ask the selected contacts again (they told us so)"), permissions=["change"])
    def opt_out(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        changed = [contact for contact in queryset if contact.opt_out(reason=Contact.OptOut.ASKED_STAFF)]
        self._log(request, changed, _("Opted out: told a member of staff."))
        said = ngettext(
            "%(count)d contact is not asked any more.", "%(count)d contacts are not asked any more.", len(changed)
        )
        messages.info(request, said % {"count": len(changed)})

    @admin.action(description=_("Ask the selected contacts again (they told us so)"), permissions=["change"])
    def opt_in(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        changed = [contact for contact in queryset if not contact.may_be_contacted]
        for contact in changed:
            contact.opt_in()
        self._log(request, changed, _("Opt-out taken back: told a member of staff."))
        said = ngettext("%(count)d contact may be asked again.", "%(count)d contacts may be asked again.", len(changed))
        messages.info(request, said % {"count": len(changed)})

    def _log(self, request: HttpRequest, contacts: Sequence[Contact], message: Any) -> None:
        for contact in contacts:
            self.log_change(request, contact, str(message))
