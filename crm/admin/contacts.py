from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import clock, dates
from accounts.admin.history import ReadOnly
from accounts.admin.picked import PickedClocks
from accounts.customerlanguages import spoken
from accounts.media import OF_CUSTOMERS, Medium
from accounts.models import User
from crm import address_book, address_health, consents, contact_search, merges, parsers, profiles, suppressions
from crm.address_book import spelled
from crm.admin.merges import undo_of_today
from crm.admin.sourced import SourcedRows
from crm.models import Consent, ConsentChange, Contact, ContactAddress
from crm.reachability import Use
from crm.suppressions import No

# Medium, the field of the preferred address, the field of the others.
ADDRESSES = ((Medium.EMAIL, "email", "other_emails"), (Medium.SMS, "phone", "other_phones"))
LINES = {"rows": 3, "cols": 40}


class ConsentForm(forms.ModelForm[Consent]):
    medium = forms.ChoiceField(
        label=Consent._meta.get_field("medium").verbose_name,
        choices=[(medium.value, medium.label) for medium in OF_CUSTOMERS],
    )

    # Where what is written here comes from.
    entered_by = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.has_changed():
            return cleaned
        # Where the word before it came from does not prove this one.
        if not cleaned.get("origin") or ("status" in self.changed_data and "origin" not in self.changed_data):
            cleaned["origin"] = self.entered_by
        agrees = cleaned.get("use") == Use.MARKETING and cleaned.get("status") != Consent.Status.OBJECTED
        if agrees and not cleaned.get("evidence"):
            self.add_error("evidence", _("Say what proves it: offers and news need a yes that can be shown."))
        return cleaned


class Consents(admin.StackedInline[Consent, Contact]):
    model = Consent
    form = ConsentForm
    fields = ("use", "medium", "status", "origin", "evidence", "changed_at")
    readonly_fields = ("changed_at",)
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Contact | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        cast(type[ConsentForm], formset.form).entered_by = consents.entered_by(staff(request))
        return formset


class ConsentChanges(ReadOnly, admin.TabularInline[ConsentChange, Contact]):
    """Everything that was ever said, with where we have it from."""

    model = ConsentChange
    fields = ("use", "medium", "said", "origin", "evidence", "said_at", "kept_at")
    readonly_fields = fields
    ordering = ("-kept_at", "-pk")
    extra = 0
    can_delete = False

    @admin.display(description=Consent._meta.get_field("status").verbose_name)
    def said(self, change: ConsentChange) -> str:
        return str(change.get_status_display() or _("taken out"))


class ReasonForm(ActionForm):
    reason = forms.CharField(label=_("Reason:"), required=False, max_length=300)


class Addresses(ReadOnly, admin.TabularInline[ContactAddress, Contact]):
    """How each address fares; they are edited above."""

    model = ContactAddress
    fields = ("medium", "value", "is_preferred", "verified_at", "hard_bounces", "soft_bounces", "bounced_at")
    readonly_fields = fields
    ordering = ("medium", "-is_preferred", "pk")
    extra = 0
    can_delete = False


class ContactForm(forms.ModelForm[Contact]):
    """The preferred addresses are columns of the contact; all others stand below them, one per line."""

    other_emails = forms.CharField(label=_("other e-mail addresses"), required=False, widget=forms.Textarea(LINES))
    other_phones = forms.CharField(label=_("other phones"), required=False, widget=forms.Textarea(LINES))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.addresses.preferred_first() if self.instance.pk else ()
        for medium, _one, others in ADDRESSES:
            values = [row.value for row in known if row.medium == medium and not row.is_preferred]
            self.initial[others] = "\n".join(values)

    def clean_lifecycle(self) -> str:
        try:
            return parsers.lifecycle(str(self.cleaned_data["lifecycle"] or ""))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for medium, one, others in ADDRESSES:
            for name in (one, others):
                try:
                    found = spelled(medium, str(cleaned.get(name) or "").splitlines(), region=cleaned.get("region", ""))
                except ValueError as error:
                    self.add_error(name, str(error))
                else:
                    cleaned[name] = found if name == others else next(iter(found), "")
        return cleaned


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"
    OTHER = "other"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [*spoken.choices(), (self.OTHER, _("another language")), ("none", _("not known"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        ours = spoken.codes()
        match self.value():
            case None:
                return queryset
            case self.OTHER:
                return queryset.exclude(language__in=["", *ours])
            case "none":
                return queryset.filter(language="")
            case code:
                return queryset.filter(language=code)


class MailboxFilter(admin.SimpleListFilter):
    """The company is told where one mailbox has several records, and which records were absorbed by others."""

    title = _("records")
    parameter_name = "records"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("twins", _("several records, one mailbox")), ("absorbed", _("merged into others"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        match self.value():
            case "twins":
                return merges.with_twins(queryset)
            case "absorbed":
                return queryset.filter(merged_into__isnull=False)
            case _other:
                return queryset


@admin.register(Contact)
class ContactAdmin(PickedClocks, SourcedRows, admin.ModelAdmin[Contact]):
    """Whoever does not want to be asked is marked by the two actions, so that when and why are always known."""

    list_display = ("name", "email", "company", "spoken", "region", "asking", "source")
    list_display_links = ("name", "email")
    list_filter = (LanguageFilter, MailboxFilter, "do_not_contact_reason", "source")
    list_select_related = ("company",)
    search_fields = ("folded",)  # and what get_search_results adds
    search_help_text = _("Name, e-mail address, phone, company or external ID")
    ordering = ("last_name", "first_name", "pk")
    autocomplete_fields = ("company",)
    form = ContactForm
    inlines = (Addresses, Consents, ConsentChanges)
    action_form = ReasonForm
    actions = ("opt_out", "opt_in", "try_again", "merge", "undo_merges")
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), "company", "job_title")}),
        (
            _("Reached by"),
            {"fields": ("email", "other_emails", "phone", "other_phones", "language", "timezone", "region")},
        ),
        (_("May be asked"), {"fields": ("asking", "one_mailbox")}),
        (_("Where from"), {"fields": ("customer_since", "birth_year", "lifecycle", *SourcedRows.provenance)}),
    )

    def get_readonly_fields(self, *args: Any) -> Any:
        return (*self.provenance, "asking", "one_mailbox")

    @admin.display(description=_("contact"), ordering="last_name")
    def name(self, contact: Contact) -> str:
        return str(contact)

    @admin.display(description=_("language"), ordering="language")
    def spoken(self, contact: Contact) -> str:
        return contact.language_name

    @admin.display(description=_("may be asked"), ordering="do_not_contact_at")
    def asking(self, contact: Contact) -> str:
        if contact.merged_into_id:
            return str(_("no, merged into #%(survivor)d")) % {"survivor": contact.merged_into_id}
        if contact.do_not_contact_at is None:
            return str(_("yes"))
        return _("no, since %(day)s: %(reason)s") % {
            "day": dates.day(timezone.localtime(contact.do_not_contact_at)),
            "reason": contact.get_do_not_contact_reason_display(),
        }

    @admin.display(description=_("records with one mailbox"))
    def one_mailbox(self, contact: Contact) -> str:
        twins = list(merges.twins_of(contact)) if contact.pk else []
        if not twins:
            return "–"
        count = len(twins) + 1
        said = ngettext("%(count)d record, one mailbox:", "%(count)d records, one mailbox:", count) % {"count": count}
        links = ((reverse("admin:crm_contact_change", args=[twin.pk]), twin) for twin in twins)
        return format_html("{} {}", said, format_html_join(", ", '<a href="{}">{}</a>', links))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        wanted = contact_search.matching(contact_search.terms(search_term))
        return queryset.filter(wanted | Q(external_id__icontains=search_term)), False

    def view_on_site(self, contact: Contact) -> str:
        return reverse("contact", args=[contact.pk])

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        profiles.refresh(now=clock.now(), contacts=[obj.pk])
        said = form.cleaned_data
        address_book.set_addresses(
            obj, emails=[obj.email, *said["other_emails"]], phones=[obj.phone, *said["other_phones"]]
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for consent in formset.save(commit=False):
            consent.changed_at = clock.now()
            consent.save()
            consents.keep_at_addresses(consents.word_of(consent), by=staff(request), now=consent.changed_at)
        for consent in formset.deleted_objects:
            consent.delete()
        formset.save_m2m()

    @admin.action(description=_("Never ask the selected contacts again (they told us so)"), permissions=["change"])
    def opt_out(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        no = No(Contact.OptOut.ASKED_STAFF, clock.now(), evidence=request.POST.get("reason", "").strip())
        changed = suppressions.stop({contact.pk: no for contact in queryset}, by=staff(request))
        self._log(request, queryset.filter(pk__in=changed), _("Opted out: told a member of staff."))
        said = ngettext(
            "%(count)d contact is not asked any more.", "%(count)d contacts are not asked any more.", len(changed)
        )
        messages.info(request, said % {"count": len(changed)})

    @admin.action(description=_("Ask the selected contacts again (they told us so)"), permissions=["lift"])
    def opt_in(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        reason = self._reason(request)
        if not reason:
            return
        changed = [contact for contact in queryset if suppressions.lift(contact, by=staff(request), reason=reason)]
        self._log(request, changed, _("Opt-out taken back: %(reason)s") % {"reason": reason})
        said = ngettext("%(count)d contact may be asked again.", "%(count)d contacts may be asked again.", len(changed))
        messages.info(request, said % {"count": len(changed)})

    @admin.action(description=_("Use addresses that came back again (they work)"), permissions=["lift"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        reason = self._reason(request)
        if not reason:
            return
        tried = {contact: address_health.try_again(contact, by=staff(request), reason=reason) for contact in queryset}
        changed = [contact for contact, addresses in tried.items() if addresses]
        self._log(request, changed, _("Addresses are used again: %(reason)s") % {"reason": reason})
        count = sum(tried.values())
        said = ngettext("%(count)d address is used again.", "%(count)d addresses are used again.", count)
        messages.info(request, said % {"count": count})

    @admin.action(description=_("Merge the selected records of one person"), permissions=["merge"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        """The record that was there first stays. Only records with one mailbox are merged."""
        survivor, *others = queryset.order_by("pk")
        twins = set(merges.twins_of(survivor).filter(pk__in=[other.pk for other in others]))
        if not others or twins != set(others):
            messages.error(request, _("Choose records that carry one mailbox."))
            return
        for other in others:
            merges.merge(survivor, other, by=staff(request))
        self._log(request, [survivor, *others], _("Merged into #%(survivor)d.") % {"survivor": survivor.pk})
        said = ngettext(
            "%(count)d record was merged into %(contact)s. That can be undone within the day.",
            "%(count)d records were merged into %(contact)s. That can be undone within the day.",
            len(others),
        )
        messages.info(request, said % {"count": len(others), "contact": survivor})

    @admin.action(description=_("Undo today's merges of the selected records"), permissions=["merge"])
    def undo_merges(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        undone = undo_of_today(request, Q(survivor__in=queryset) | Q(absorbed__in=queryset))
        self._log(request, [done.absorbed for done in undone], _("Merge undone."))

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("crm.merge_contacts")

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("crm.lift_suppression")

    def _reason(self, request: HttpRequest) -> str:
        reason = request.POST.get("reason", "").strip()
        if not reason:
            messages.error(request, _("Say why; the reason is kept."))
        return reason

    def _log(self, request: HttpRequest, contacts: Iterable[Contact], message: Any) -> None:
        for contact in contacts:
            self.log_change(request, contact, str(message))


def staff(request: HttpRequest) -> User:
    return cast(User, request.user)
