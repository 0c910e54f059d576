from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.admin.cells import NamedCells
from accounts.admin.kept import Setting
from accounts.admin.sentences import FormBox, InlineSentences, ReadsAsSentences, Words
from followups.models import EscalationRule, Playbook, PlaybookStep
from followups.playbooks import preview_page, wording
from followups.playbooks.forms import PlaybookForm, StepOfPlaybookForm
from followups.playbooks.rules import PlaybookRule, Playbooks
from surveys.admin.archive import ArchiveFilter, SurveyFilter


class EscalationRuleForm(forms.ModelForm[EscalationRule]):
    class Meta:
        model = EscalationRule
        fields = ["lateness", "after_hours", "to", "person", "raises_priority", "hands_over"]
        help_texts: ClassVar = {"after_hours": ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("to") != EscalationRule.To.PERSON:
            cleaned["person"] = None
            return cleaned
        person = cleaned.get("person")
        if not person:
            self.add_error("person", _("Choose the person who is told."))
        elif not (person.is_active and (cleaned.get("hands_over") or person.sees_all_teams)):
            said = _("Who does not see all teams would not see the follow-up: choose somebody else, or hand it over.")
            self.add_error("person", said)
        return cleaned


class EscalationRulesForm(forms.BaseInlineFormSet[EscalationRule, Playbook, forms.ModelForm[EscalationRule]]):
    """Refuses two rules that say the same: where neither names a person, only the database would see it."""

    def clean(self) -> None:
        super().clean()
        met = set()
        for form in self.forms:
            said = getattr(form, "cleaned_data", {})
            if not said.get("lateness") or said.get("DELETE"):
                continue
            rule = tuple(said.get(name) for name in ("lateness", "after_hours", "to", "person"))
            if rule in met:
                form.add_error(None, _("This rule is there already."))
            met.add(rule)


def in_each_language(name: str) -> list[Words]:
    """Return a sentence for the text of each language."""
    return [format_lazy("{}: {{{}_{}}}", language, name, code) for code, language in settings.LANGUAGES]


class EscalationsOfPlaybook(InlineSentences, admin.StackedInline[EscalationRule, Playbook]):
    model = EscalationRule
    form = EscalationRuleForm
    formset = EscalationRulesForm
    verbose_name_plural = _("Escalation rules, for follow-ups that are made from now on")
    # One to fill in where no script adds any.
    extra = 1
    autocomplete_fields: ClassVar = ["person"]
    ordering = ["lateness", "after_hours", "pk"]
    parts = (
        FormBox(
            "",
            (
                _(
                    "When {lateness} by {after_hours} business hours, at once where this is 0, {to} is told; a person"
                    " by name: {person}."
                ),
                _("What else happens then: {raises_priority}, {hands_over}."),
            ),
        ),
    )


class StepsForm(forms.BaseInlineFormSet[PlaybookStep, Playbook, forms.ModelForm[PlaybookStep]]):
    """Gives what is added the number after those that are there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial_extra = [{"position": self.next_number}]

    @property
    def empty_form(self) -> forms.ModelForm[PlaybookStep]:
        form = super().empty_form
        form.initial["position"] = self.next_number
        return form

    @cached_property
    def next_number(self) -> int:
        """One more than the highest number of a step, and 1 where there is none."""
        numbers = [step.position for step in self.get_queryset()]
        return max(numbers, default=0) + 1


class StepsOfPlaybook(InlineSentences, admin.StackedInline[PlaybookStep, Playbook]):
    model = PlaybookStep
    form = StepOfPlaybookForm
    formset = StepsForm
    verbose_name_plural = _("Steps, for follow-ups that are made from now on")
    extra = 1
    ordering = ["position", "pk"]
    parts = (
        FormBox(
            "",
            (
                _("As number {position}: {action}, {after_hours} business hours {counts_from}, for {whose}."),
                _(
                    "A letter begins with the reply template {template}, in the customer's language where there is one;"
                    " an offer takes a code of {pool}."
                ),
            ),
        ),
        FormBox(_("What to do"), in_each_language("words"), folds=True),
    )


NEVER_FOLLOWED = _("never followed, for others before it take every answer that fits")


@admin.register(Playbook)
class PlaybookAdmin(NamedCells, ReadsAsSentences, Setting, admin.ModelAdmin[Playbook]):
    form = PlaybookForm
    change_list_template = "admin/followups/playbook/change_list.html"
    change_form_template = "admin/followups/playbook/change_form.html"
    inlines: ClassVar = [StepsOfPlaybook, EscalationsOfPlaybook]
    list_display = ["__str__", "position", "answers", "work", "priority", "sends_thanks", "is_active", "note"]
    list_editable = ["position"]
    list_filter = [ArchiveFilter, "is_active", "category", ("survey", SurveyFilter)]
    list_select_related: ClassVar = ["survey", "segment", "person"]
    search_fields = ["name", "survey__name"]
    autocomplete_fields: ClassVar = ["person"]
    readonly_fields = ["overlaps"]
    ordering = ["position", "pk"]
    parts = (
        FormBox("", (_("This playbook is called {name} and is {is_active}."),)),
        FormBox(
            _("For which answers"),
            (
                "{takes_letters}",
                _("For {category}, in {survey}, by {metric}, with scores from {lowest_score} up to {highest_score}."),
                _("After buying {products}, from the amount {min_amount} up to {max_amount}."),
                _("Named in the comment: {topics}. From the segment: {segment}."),
            ),
            note=_("An answer has to be all of this. What is left empty asks nothing."),
        ),
        FormBox(
            _("Before and after which others"),
            (_("Its place among the others: {position}."), _("For some of the same answers are: {overlaps}")),
        ),
        FormBox(
            _("What happens"),
            (
                _("It {creates_followup}, {needs_comment}."),
                _("The work goes to {assign}; a person by name: {person}. Its priority is {priority}."),
                "{draws_lots}",
                _("It {sends_thanks}."),
            ),
        ),
        FormBox(
            _("By when"),
            (
                _("First contact within {first_contact_hours} business hours, resolved within {resolve_hours}."),
                _("After a customer who does not answer, one looks again in {wait_days} working days."),
                _("So many days after it was resolved the customer is asked again: {ask_again_days}."),
            ),
        ),
        FormBox(
            _("What the person should do"),
            in_each_language("instructions"),
            note=_("Shown on the follow-up in the language of whoever works it; English is the reserve."),
            folds=True,
        ),
        FormBox(
            _("What to say on the phone"),
            in_each_language("script"),
            note=_("Shown beside the number to call; English is the reserve."),
            folds=True,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("preview/", view(preview_page.preview), name="followups_playbook_preview"),
            path("<int:playbook_id>/preview/", view(preview_page.preview), name="followups_playbook_preview_one"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Playbook]:
        return super().get_queryset(request).prefetch_related("products", "topics")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        rules, currency = Playbooks.active().rules, wording.currency()
        idle = {playbook.pk for playbook in wording.idle(rules)}
        for playbook in changelist.result_list:
            playbook.answers_in_words = wording.conditions(playbook, currency)
            playbook.is_idle = playbook.pk in idle
        return changelist

    @admin.display(description=_("for which answers"))
    def answers(self, playbook: Playbook) -> str:
        return getattr(playbook, "answers_in_words", "")

    @admin.display(description=_("goes to"))
    def work(self, playbook: Playbook) -> str:
        return wording.destination(playbook)

    @admin.display(description=_("remark"))
    def note(self, playbook: Playbook) -> str:
        return str(NEVER_FOLLOWED) if getattr(playbook, "is_idle", False) else ""

    @admin.display(description=_("for some of the same answers"))
    def overlaps(self, playbook: Playbook) -> str | SafeString:
        if not playbook.pk:
            return str(_("Shown once it is saved."))
        said = wording.overlaps(PlaybookRule.of(playbook), Playbooks.active().rules)
        return format_html_join(SafeString("<br>"), "{}", ((line,) for line in said)) or str(_("none"))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Name the playbooks that no answer follows any more as things stand now."""
        super().save_related(request, form, formsets, change)
        for playbook in wording.idle(Playbooks.active().rules):
            messages.warning(request, f"“{playbook}”: {NEVER_FOLLOWED}")
