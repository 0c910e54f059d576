from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from accounts.admin.one_row import OneRow
from accounts.admin.sentences import FormBox, ReadsAsSentences
from surveys.admin import dryrun_answers
from surveys.admin.dryrun_box import DryRunBox
from surveys.forms import AskingPolicyForm
from surveys.models import AskingPolicy


@admin.register(AskingPolicy)
class AskingPolicyAdmin(DryRunBox, ReadsAsSentences, Setting, OneRow, admin.ModelAdmin[AskingPolicy]):
    form = AskingPolicyForm
    change_form_template = "admin/surveys/dryrun/change_form.html"
    parts = (
        FormBox(
            _("For one contact"),
            (
                _(
                    "Surveys about a purchase come at least {transactional_days} days apart, surveys about the whole"
                    " relation at least {relational_days} days, and any two surveys at least {floor_days} days."
                ),
                _("When a more important survey wants the same contact, the other one: {loser}."),
                _("What cannot be asked within {days_late} days of the planned moment is not asked at all."),
            ),
        ),
        FormBox(
            _("For one company"),
            (
                _(
                    "All its contacts together are asked at most {company_budget} times within {company_window_days}"
                    " days; where nothing stands, without limit."
                ),
            ),
        ),
        FormBox(
            _("Addresses of nobody"),
            (
                _("Addresses that begin with {role_names} are never asked."),
                _("Nor are those of the company itself, at {own_domains}."),
            ),
        ),
        FormBox(_("What the law asks for"), (_("A survey counts as advertising in {surveys_are_marketing}."),)),
        FormBox(
            _("Addresses that do not work"),
            (
                _(
                    "An address is not used any more after {hard_bounces} mails in a row that found no such mailbox, or"
                    " {soft_bounces} that failed for another reason."
                ),
            ),
        ),
        FormBox(
            _("By telephone"),
            (_("Whoever has not answered for {call_after_days} days stands in the list of calls."),),
        ),
    )

    def dry_run_of(self, form: Any, reader: Any) -> dict[str, Any]:
        return dryrun_answers.of_policy(form.instance, reader)
