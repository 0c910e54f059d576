"""Every address × every kind of person, held to the tables below. An address without a row fails: add one.

The columns are whose rows it is about (`owner`), a teammate, an agent of another team (`other`), the manager of the
owner's team, an administrator and a superuser. GET and POST are both tried, and what either does is undone.

    yes    answered, whatever it says
    login  sent to the login page
    none   404: not even that it exists
    no     403
    key    401: a client key is wanted
"""

import json
import re
from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from nps_project import request_log
from tests.access_world import (
    ADMINISTRATOR,
    EVERYBODY,
    NOBODY,
    OWNER,
    SUPERUSER,
    World,
    build,
    key_of_some,
    models_of_the_admin,
)

pytestmark = pytest.mark.django_db

PAGES = """
#                                     nobody owner teammate manager other rival administrator superuser
absence_end                           login  yes   none     none    none  none  yes           yes
absences                              login  yes   yes      yes     yes   yes   yes           yes
account_change_password               login  yes   yes      yes     yes   yes   yes           yes
account_login                         yes    yes   yes      yes     yes   yes   yes           yes
account_logout                        yes    yes   yes      yes     yes   yes   yes           yes
account_reauthenticate                login  yes   yes      yes     yes   yes   yes           yes
account_reset_password                yes    yes   yes      yes     yes   yes   yes           yes
account_reset_password_done           yes    yes   yes      yes     yes   yes   yes           yes
account_reset_password_from_key       yes    yes   yes      yes     yes   yes   yes           yes
account_reset_password_from_key_done  yes    yes   yes      yes     yes   yes   yes           yes
account_set_password                  login  yes   yes      yes     yes   yes   yes           yes
admin/(?P<url>.*)$                    login  login login    login   login login yes           yes
admin:accounts_customerlanguage_file    login  login login    login   login login yes           yes
admin:accounts_customerlanguage_words   login  login login    login   login login yes           yes
admin:app_list                        login  login login    login   login login yes           yes
admin:accounts_user_welcome           login  login login    login   login login yes           yes
admin:autocomplete                    login  login login    login   login login no            no
admin:crm_importrun_check             login  login login    login   login login yes           yes
admin:crm_importrun_drop              login  login login    login   login login yes           yes
admin:crm_importrun_mapping           login  login login    login   login login yes           yes
admin:crm_importrun_match             login  login login    login   login login yes           yes
admin:crm_importrun_refused           login  login login    login   login login yes           yes
admin:crm_importrun_start             login  login login    login   login login yes           yes
admin:crm_importrun_template          login  login login    login   login login yes           yes
admin:crm_importrun_templates         login  login login    login   login login yes           yes
admin:crm_importrun_undo              login  login login    login   login login yes           yes
admin:followups_rootcause_down        login  login login    login   login login yes           yes
admin:followups_rootcause_up          login  login login    login   login login yes           yes
admin:followups_workstate_down        login  login login    login   login login yes           yes
admin:followups_workstate_up          login  login login    login   login login yes           yes
admin:followups_workstate_usual       login  login login    login   login login yes           yes
admin:index                           login  login login    login   login login yes           yes
admin:jsi18n                          login  login login    login   login login yes           yes
admin:login                           login  no    no       no      no    no    yes           yes
admin:logout                          login  yes   yes      yes     yes   yes   yes           yes
admin:password_change_done            login  login login    login   login login yes           yes
admin:responses_kiosk_tablet          login  login login    login   login login yes           yes
admin:responses_webwidget_secret      login login login    login   login login yes           yes
admin:surveys_survey_draft            login  login login    login   login login yes           yes
admin:surveys_survey_letter           login  login login    login   login login yes           yes
admin:surveys_survey_preview          login  login login    login   login login yes           yes
admin:surveys_surveyversion_letter    login  login login    login   login login yes           yes
admin:surveys_surveyversion_further   login  login login   login   login login yes           yes
admin:followups_playbook_preview      login  login login    login   login login yes           yes
admin:followups_playbook_preview_one  login  login login    login   login login yes           yes
admin:surveys_trigger_dry_run         login  login login    login   login login yes           yes
admin:surveys_wave_dry_run            login  login login    login   login login yes           yes
admin:view_on_site                    login  login login    login   login login none          none
alarm_seen                            login  no    no       yes     no    none  yes           yes
alarms                                login  no    no       yes     no    yes   yes           yes
alarms_stop                           login  no    no       yes     no    none  yes           yes
alarms_watch                          login  no    no       yes     no    yes   yes           yes
alive                                 yes    yes   yes      yes     yes   yes   yes           yes
answer                                login  no    no       yes     no    none  yes           yes
answer_improvements                   login  yes   yes      yes     none  none  yes           yes
answer_label                          login  no    no       yes     no    none  yes           yes
answer_topics                         login  no    no       yes     no    none  yes           yes
answers                               login  no    no       yes     no    yes   yes           yes
answers_csv                           login  no    no       yes     no    yes   yes           yes
answers_view_deletion                 login  no    no       yes     no    none  none          none
answers_views                         login  no    no       yes     no    yes   yes           yes
answers_xlsx                          login  no    no       yes     no    yes   yes           yes
api-channels                          key    key   key      key     key   key   key           key
api-channels-bulk                     key    key   key      key     key   key   key           key
api-channels-one                      key    key   key      key     key   key   key           key
api-companies                         key    key   key      key     key   key   key           key
api-companies-bulk                    key    key   key      key     key   key   key           key
api-companies-one                     key    key   key      key     key   key   key           key
api-contacts                          key    key   key      key     key   key   key           key
api-contacts-bulk                     key    key   key      key     key   key   key           key
api-contacts-one                      key    key   key      key     key   key   key           key
api-deals                             key    key   key      key     key   key   key           key
api-deals-bulk                        key    key   key      key     key   key   key           key
api-deals-one                         key    key   key      key     key   key   key           key
api-docs                              yes    yes   yes      yes     yes   yes   yes           yes
api-products                          key    key   key      key     key   key   key           key
api-products-bulk                     key    key   key      key     key   key   key           key
api-products-one                      key    key   key      key     key   key   key           key
api-responses                         key    key   key      key     key   key   key           key
api-staff-answers                     key    key   key      key     key   key   key           key
api-responses-one                     key    key   key      key     key   key   key           key
api-schema                            yes    yes   yes      yes     yes   yes   yes           yes
api-touchpoints                       key    key   key      key     key   key   key           key
api-touchpoints-bulk                  key    key   key      key     key   key   key           key
api-touchpoints-one                   key    key   key      key     key   key   key           key
api/v1/                               key    key   key      key     key   key   key           key
ces                                   login  no    no       yes     no    yes   yes           yes
calls                                 login  yes   yes      yes     yes   yes   yes           yes
calls_end                             login  yes   yes      yes     yes   yes   yes           yes
call_claim                            login  yes   yes      yes     none  none  yes           yes
call_tries                            login  yes   yes      yes     none  none  yes           yes
change_address                        login  yes   yes      yes     yes   yes   yes           yes
companies                             login  yes   yes      yes     yes   yes   yes           yes
closing_decoy                         yes    yes   yes      yes     yes   yes   yes           yes
closing_question                      yes    yes   yes      yes     yes   yes   yes           yes
company                               login  yes   yes      yes     none  none  yes           yes
compensations                         login  no    no       yes     no    yes   yes           yes
compensations_csv                     login  no    no       yes     no    yes   yes           yes
compensations_xlsx                    login  no    no       yes     no    yes   yes           yes
confirm_address                       login  yes   none     none    none  none  none          none
contact                               login  yes   yes      yes     none  none  yes           yes
contact_asking                        login  yes   yes      yes     none  none  yes           yes
contact_ask                           login  yes   yes      yes     none  none  yes           yes
contact_asks                          login  no    no       no      no    no    yes           yes
contact_consents                      login  no    no       yes     no    none  yes           yes
contact_merges                        login  no    no       yes      no    none  yes           yes
contacts                              login  yes   yes      yes     yes   yes   yes           yes
casework                              login  no    no       yes     no    yes   yes           yes
casework_csv                          login  no    no       yes     no    yes   yes           yes
casework_xlsx                         login  no    no       yes     no    yes   yes           yes
choices                               login  no    no       yes     no    yes   yes           yes
crossed                               login  no    no       yes     no    yes   yes           yes
csat                                  login  no    no       yes     no    yes   yes           yes
csat10                                login  no    no       yes     no    yes   yes           yes
crossed_csv                           login  no    no       yes     no    yes   yes           yes
crossed_xlsx                          login  no    no       yes     no    yes   yes           yes
dashboard                             login  no    no       yes     no    yes   yes           yes
dashboard_csv                         login  no    no       yes     no    yes   yes           yes
dashboard_xlsx                        login  no    no       yes     no    yes   yes           yes
drivers                               login  no    no       yes     no    yes   yes           yes
drivers_csv                           login  no    no       yes     no    yes   yes           yes
drivers_xlsx                          login  no    no       yes     no    yes   yes           yes
drop_unsent                           login  yes   yes      yes     yes   yes   yes           yes
end_other_sessions                    login  yes   yes      yes     yes   yes   yes           yes
end_session                           login  yes   none     none    none  none  none          none
experiment                            login  no    no       no      no    no    yes           yes
experiment_csv                        login  no    no       no      no    no    yes           yes
experiment_xlsx                       login  no    no       no      no    no    yes           yes
experiments                           login  no    no       no      no    no    yes           yes
fair                                  login  no    no       yes     no    yes   yes           yes
fair_csv                              login  no    no       yes     no    yes   yes           yes
fair_xlsx                             login  no    no       yes     no    yes   yes           yes
first_administrator                   yes    yes   yes      yes     yes   yes   yes           yes
followup                              login  yes   yes      yes     none  none  yes           yes
followup_assignment                   login  yes   yes      yes     none  none  yes           yes
followup_calls                        login  yes   yes      yes     none  none  yes           yes
followup_closing_letters              login  yes   yes      yes     none  none  yes           yes
followup_closure                      login  yes   yes      yes     none  none  yes           yes
followup_compensations                login  yes   yes      yes     none  none  yes           yes
followup_dismissal                    login  yes   yes      yes     none  none  yes           yes
followup_colleagues                   login  yes   yes      yes     none  none  yes           yes
followup_watch                        login  yes   yes      yes     none  none  yes           yes
followup_notes                        login  yes   yes      yes     none  none  yes           yes
followup_progress                     login  yes   yes      yes     none  none  yes           yes
followup_steps                        login  yes   yes      yes     none  none  yes           yes
followup_reopening                    login  yes   yes      yes     none  none  yes           yes
followup_state                        login  yes   yes      yes     none  none  yes           yes
followup_replies                      login  yes   yes      yes     none  none  yes           yes
followup_withdrawals                  login  yes   yes      yes     none  none  yes           yes
funnel                                login  no    no       yes     no    yes   yes           yes
goal_targets                          login  no    no       no      no    no    yes           yes
goal_withdrawal                       login  no    no       no      no    no    yes           yes
goals                                 login  no    no       yes     no    yes   yes           yes
goals_csv                             login  no    no       yes     no    yes   yes           yes
goals_xlsx                            login  no    no       yes     no    yes   yes           yes
home                                  login  yes   yes      yes     yes   yes   yes           yes
hours_csv                             login  no    no       yes     no    yes   yes           yes
hours_xlsx                            login  no    no       yes     no    yes   yes           yes
ignored_words                         login  no    no       no      no    no    yes           yes
improvement                           login  yes   yes      yes     none  none  yes           yes
improvement_answers                   login  no    no       yes     none  none  yes           yes
improvement_change                    login  yes   no       yes     none  none  yes           yes
improvement_comments                  login  yes   yes      yes     none  none  yes           yes
improvement_letters                   login  no    no       yes     none  none  yes           yes
improvement_new                       login  yes   yes      yes     yes   yes   yes           yes
improvement_state                     login  no    no       yes     none  none  yes           yes
improvement_votes                     login  yes   yes      yes     none  none  yes           yes
improvements                          login  yes   yes      yes     yes   yes   yes           yes
improvements_csv                      login  no    no       yes     no    yes   yes           yes
improvements_xlsx                     login  no    no       yes     no    yes   yes           yes
inbox                                 login  yes   yes      yes     yes   yes   yes           yes
inbox_deed_reversal                   login  yes   none     none    none  none  none          none
inbox_deeds                           login  yes   yes      yes     yes   yes   yes           yes
inbox_end                             login  yes   yes      yes     yes   yes   yes           yes
inbox_queue                           login  yes   none     none    none  none  none          none
inbox_queue_deletion                  login  yes   none     none    none  none  none          none
inbox_queues                          login  yes   yes      yes     yes   yes   yes           yes
integrity                             login  no    no       no      no    no    yes           yes
integrity_csv                         login  no    no       no      no    no    yes           yes
integrity_xlsx                        login  no    no       no      no    no    yes           yes
invitation                            login  yes   yes      yes     none  none  yes           yes
letter_closure                        login  yes   yes      yes     none  none  yes           yes
letter_refusal                        login  yes   yes      yes     none  none  yes           yes
letter_score                          login  yes   yes      yes     none  none  yes           yes
letters                               login  yes   yes      yes     yes   yes   yes           yes
merge_reversal                        login  no    no       yes      no    none  yes           yes
mfa_activate_totp                     login  yes   yes      yes     yes   yes   yes           yes
mfa_authenticate                      yes    yes   yes      yes     yes   yes   yes           yes
mfa_deactivate_totp                   login  none  none     none    none  none  none          none
mfa_generate_recovery_codes           login  yes   yes      yes     yes   yes   yes           yes
mfa_index                             login  yes   yes      yes     yes   yes   yes           yes
mfa_reauthenticate                    login  yes   yes      yes     yes   yes   yes           yes
mfa_view_recovery_codes               login  none  none     none    none  none  none          none
money                                 login  no    no       yes     no    yes   yes           yes
money_csv                             login  no    no       yes     no    yes   yes           yes
money_xlsx                            login  no    no       yes     no    yes   yes           yes
notices                               login  yes   yes      yes     yes   yes   yes           yes
notices_news                          login  yes   yes      yes     yes   yes   yes           yes
notices_reading                       login  yes   yes      yes     yes   yes   yes           yes
notice_reading                        login  yes   none     none    none  none  none          none
notice_wishes                         login  yes   yes      yes     yes   yes   yes           yes
object_to_address                     yes    yes   yes      yes     yes   yes   yes           yes
mine                                  login  yes   yes      yes     yes   yes   yes           yes
ivr                                   key    key   key      key     key   key   key           key
kiosk                                 no     no    no       no      no    no    no            no
kiosk_answers                         key    key   key      key     key   key   key           key
kiosk_app                             yes    yes   yes      yes     yes   yes   yes           yes
kiosk_leaving                         key    key   key      key     key   key   key           key
kiosk_pairing                         yes    yes   yes      yes     yes   yes   yes           yes
kiosk_way_out                         no     no    no       no      no    no    no            no
kiosk_worker                          yes    yes   yes      yes     yes   yes   yes           yes
kiosks                                login  no    no       yes     no    yes   yes           yes
kiosks_csv                            login  no    no       yes     no    yes   yes           yes
kiosks_xlsx                           login  no    no       yes     no    yes   yes           yes
widget_answers                        no    no    no       no      no    no    no            no
widget_loader                         yes   yes   yes      yes     yes   yes   yes           yes
widget_may_show                       no    no    no       no      no    no    no            no
widget_question                       yes   yes   yes      yes     yes   yes   yes           yes
widget_rules                          no    no    no       no      no    no    no            no
widget_seen                           no    no    no       no      no    no    no            no
widget_shown                          no    no    no       no      no    no    no            no
widgets                               login no    no       yes     no    yes   yes           yes
widgets_csv                           login no    no       yes     no    yes   yes           yes
widgets_xlsx                          login no    no       yes     no    yes   yes           yes
open_link                             yes    yes   yes      yes     yes   yes   yes           yes
open_link_card                        yes    yes   yes      yes     yes   yes   yes           yes
open_link_code                        login  no    no       yes     no    yes   yes           yes
open_link_confirm                     yes    yes   yes      yes     yes   yes   yes           yes
open_link_sheet                       login  no    no       yes     no    yes   yes           yes
open_links                            login  no    no       yes     no    yes   yes           yes
open_links_csv                        login  no    no       yes     no    yes   yes           yes
open_links_xlsx                       login  no    no       yes     no    yes   yes           yes
passives                              login  no    no       yes     no    yes   yes           yes
passives_csv                          login  no    no       yes     no    yes   yes           yes
passives_xlsx                         login  no    no       yes     no    yes   yes           yes
personal_settings                     login  yes   yes      yes     yes   yes   yes           yes
time_zones                            login  yes   yes      yes     yes   yes   yes           yes
pipeline                              login  no    no       no      no    no    yes           yes
planner                               login  no    no       yes     no    yes   yes           yes
planner_csv                           login  no    no       yes     no    yes   yes           yes
planner_xlsx                          login  no    no       yes     no    yes   yes           yes
quote                                 yes    yes   yes      yes     yes   yes   yes           yes
quotes_feed                           yes    yes   yes      yes     yes   yes   yes           yes
ready                                 yes    yes   yes      yes     yes   yes   yes           yes
recovery                              login  no    no       yes     no    yes   yes           yes
recovery_csv                          login  no    no       yes     no    yes   yes           yes
recovery_xlsx                         login  no    no       yes     no    yes   yes           yes
referral                              yes    yes   yes      yes     yes   yes   yes           yes
referral-own                          yes    yes   yes      yes     yes   yes   yes           yes
referral_reward                       login  no    no       yes     no    none  yes           yes
referrals                             login  no    no       yes     no    yes   yes           yes
reviews                               login  no    no       yes     no    yes   yes           yes
reviews_csv                           login  no    no       yes     no    yes   yes           yes
reviews_xlsx                          login  no    no       yes     no    yes   yes           yes
paper                                 login  yes   yes      yes     yes   yes   yes           yes
remark                                login  yes   yes      yes     none  none  yes           yes
remark_new                            login  yes   yes      yes     yes   yes   yes           yes
remark_topics                         login  yes   yes      yes     none  none  yes           yes
remarks                               login  yes   yes      yes     yes   yes   yes           yes
report                                login  no    no       yes     no    yes   yes           yes
report_pdf                            login  no    no       yes     no    yes   yes           yes
report_xlsx                           login  no    no       yes     no    yes   yes           yes
sample                                login  no    no       no      no    no    yes           yes
sample_loading                        login  no    no       no      no    no    yes           yes
sample_removal                        login  no    no       no      no    no    yes           yes
sessions                              login  yes   yes      yes     yes   yes   yes           yes
set_language                          login  yes   yes      yes     yes   yes   yes           yes
configuration                         login  no    no       no      no    no    yes           yes
configuration_changes                 login  no    no       no      no    no    yes           yes
configuration_file                    login  no    no       no      no    no    yes           yes
setup                                 login  no    no       no      no    no    yes           yes
setup_card                            login  no    no       no      no    no    yes           yes
setup_mail                            login  no    no       no      no    no    yes           yes
setup_people                          login  no    no       no      no    no    yes           yes
setup_trigger                         login  no    no       no      no    no    yes           yes
silence                               login  no    no       yes     no    yes   yes           yes
silence_csv                           login  no    no       yes     no    yes   yes           yes
silence_xlsx                          login  no    no       yes     no    yes   yes           yes
sign_on                               none   none  none     none    none  none  none          none
sign_on_again                         login  none  none     none    none  none  none          none
sign_on_callback                      none   none  none     none    none  none  none          none
survey                                yes    yes   yes      yes     yes   yes   yes           yes
survey-brand                          yes    yes   yes      yes     yes   yes   yes           yes
survey-decoy                          yes    yes   yes      yes     yes   yes   yes           yes
survey-logo                           yes    yes   yes      yes     yes   yes   yes           yes
survey-preview                        login  no    no       no      no    no    yes           yes
survey-preview-part                   login  no    no       no      no    no    yes           yes
survey-review                         yes    yes   yes      yes     yes   yes   yes           yes
testimonial_approval                  login  no    no       yes     no    none  yes           yes
testimonial_hiding                    login  no    no       yes     no    none  yes           yes
testimonials                          login  no    no       yes     no    yes   yes           yes
stages_csv                            login  no    no       yes     no    yes   yes           yes
stages_xlsx                           login  no    no       yes     no    yes   yes           yes
further_xlsx                          login  no    no       yes     no    yes   yes           yes
further_csv                           login  no    no       yes     no    yes   yes           yes
further                               login  no    no       yes     no    yes   yes           yes
topics                                login  no    no       yes     no    yes   yes           yes
topics_csv                            login  no    no       yes     no    yes   yes           yes
topics_xlsx                           login  no    no       yes     no    yes   yes           yes
tour                                  login  yes   yes      yes     yes   yes   yes           yes
trial                                 login  no    no       no      no    no    yes           yes
trial_decoy                           yes    yes   yes      yes     yes   yes   yes           yes
trial_result                          login  no    no       no      no    no    none          yes
trial_survey                          yes    yes   yes      yes     yes   yes   yes           yes
trial_unsubscribe                     yes    yes   yes      yes     yes   yes   yes           yes
trend                                 login  no    no       yes     no    yes   yes           yes
trend_csv                             login  no    no       yes     no    yes   yes           yes
trend_xlsx                            login  no    no       yes     no    yes   yes           yes
contacts_csv                          login  no   no       yes     no   yes   yes           yes
segments                              login  yes  yes      yes     yes  yes   yes           yes
segment                               login  yes  none     none    none none  none          none
segment_deletion                      login  yes  none     none    none none  none          none
mailings                              login  no   no       yes     no   yes   yes           yes
mailing_new                           login  no   no       yes     no   yes   yes           yes
mailing                               login  no   no       none    no   none  yes           yes
mailing_draft                         login  no   no       none    no   none  yes           yes
mailing_sending                       login  no   no       none    no   none  yes           yes
mailing_deletion                      login  no   no       none    no   none  yes           yes
offers_end                            yes    yes  yes      yes     yes  yes   yes           yes
unsubscribe                           yes    yes   yes      yes     yes   yes   yes           yes
wallboard                             yes    yes   yes      yes     yes   yes   yes           yes
wallboard_links                       login  no    no       no      no    no    yes           yes
wallboard_revocation                  login  no    no       no      no    no    yes           yes
wallboards                            login  no    no       no      no    no    yes           yes
welcome                               yes    yes   yes      yes     yes   yes   yes           yes
why                                   login  no    no       yes     no    yes   yes           yes
why_csv                               login  no    no       yes     no    yes   yes           yes
why_xlsx                              login  no    no       yes     no    yes   yes           yes
word_proposal                         login  no    no       no      no    no    yes           yes
words                                 login  no    no       no      no    no    yes           yes
words_of_topic                        login  no    no       no      no    no    yes           yes
"""

# What administrators may do with each model in the administration; behind the | what superusers may, where they differ.
# Everybody else is sent to the login.
ADMIN = """
accounts.Brand            list add see change
accounts.ClientKey      list add see change
accounts.CustomerLanguage  list add see change delete
accounts.Holiday        list add see change delete
accounts.Organisation   list see change
accounts.SecurityEvent  list see
accounts.SetAsideRow    list see change
accounts.Team           list add see change
accounts.User           list add see change
analytics.Band          list add see change delete
analytics.Benchmark     list add see change delete
auth.Group              | list add see change delete
crm.Channel             list add see change
crm.Company             list add see change
crm.Contact             list add see change
crm.Deal                list add see change
crm.ExchangeRate        list add see change delete
crm.ImportFinding       list see
crm.ImportRun           list add see
crm.Merge               list see
crm.Product             list add see change
crm.Touchpoint          list see
delivery.IncomingLetter list see
delivery.IncomingText list see
delivery.Message        list see
delivery.SendingDomain  list see change
delivery.TeamHook       list add see change delete
delivery.TelegramBot    list add see change
delivery.TextGateway    list add see change delete
delivery.WhatsAppNumber list add see change
followups.Followup      list see
followups.Playbook      list add see change delete
followups.QuotePolicy   list add see change delete
followups.ReferralProgramme list add see change delete
followups.CodePool      list add see change
followups.ReplyTemplate list add see change delete
followups.RootCause     list add see change delete
followups.WorkState     list add see change
responses.Introduction  list see delete
responses.Kiosk         list add see change
responses.LinkVisit     list see
responses.OpenLink      list add see change
responses.Relabelling   list see
responses.Response      list see
responses.WebWidget     list add see change
responses.TelephoneDoor list add see change
responses.Topic         list add see change delete
surveys.AskingPolicy    list see change
surveys.WritingHours    list add see change delete
surveys.Experiment      list add see change delete
surveys.Invitation      list see
surveys.MailDomain      list add see change
surveys.ReviewLink      list add see change
surveys.Survey          list add see change
surveys.SurveyVersion   list see
surveys.Trigger         list add see change delete
surveys.Wave            list add see change delete
"""


def addresses(entries, prefix="", namespace=""):
    """Return route and full name of every address, the route in place of a name that it lacks."""
    for entry in entries:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, f"{namespace}{entry.name}" if entry.name else route
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, route, inner)


def table(text):
    """Return the rows of a table, their words parted by one space, by their first word."""
    rows = [line.split() for line in text.strip().splitlines() if line.strip() and not line.startswith("#")]
    return {row[0]: " ".join(row) for row in rows}


ALL = dict(reversed(pair) for pair in addresses(get_resolver().url_patterns))
# The pages that each model has in the administration, and what mail providers call, are tried below.
ALIKE = re.compile(
    r"admin:\w+_(changelist|add|history|delete|change)|admin/\w+/\w+/<path:object_id>/|(anymail|sms|telegram|whatsapp):.*"
)
NAMED = {name: route for name, route in ALL.items() if not ALIKE.fullmatch(name)}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def cookies(world, django_db_blocker):
    """What the browser of each person holds after the login; whatever a test does to the session is undone with it."""
    with django_db_blocker.unblock():
        return {name: _logged_in(user).cookies for name, user in world.people.items()}


def _logged_in(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def clients(cookies):
    made = {name: Client() for name in cookies}
    for name, client in made.items():
        client.cookies = deepcopy(cookies[name])
    return made


def path(world: World, name: str, route: str) -> str:
    parts = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if name == route:
        return "/" + re.sub(r"\(.*\)|[\^$]", "", route)
    return reverse(name, kwargs={part: world.part(name, part) for part in parts})


def outcome(client: Client, method: str, address: str) -> str:
    """Return in one word what becomes of a request, and undo what it did; "" where the address takes no such method."""
    with transaction.atomic():
        answer = client.generic(method, address, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    if answer.status_code == 302 and "/login/?next=" in answer["Location"]:
        return "login"
    return {401: "key", 403: "no", 404: "none", 405: ""}.get(answer.status_code, "yes")


def outcomes(client: Client, address: str) -> str:
    found = {outcome(client, method, address) for method in ("GET", "POST")} - {""}
    return "/".join(sorted(found)) or "yes"


@pytest.mark.parametrize("name", sorted(NAMED))
def test_page_is_open_to_exactly_those_in_its_row(world, clients, name):
    address = path(world, name, NAMED[name])

    found = " ".join([name, *(outcomes(clients[who], address) for who in EVERYBODY)])

    assert found == table(PAGES).get(name, "a row of this address, in the table above")


@pytest.mark.parametrize("name", sorted(NAMED))
def test_no_line_of_the_log_carries_what_stands_in_an_address(world, clients, name, monkeypatch):
    address, lines = path(world, name, NAMED[name]), []
    monkeypatch.setattr(request_log.log, "info", lambda _event, **line: lines.append(line), raising=False)

    for who in (NOBODY, OWNER, SUPERUSER):
        outcome(clients[who], "GET", f"{address}?score=7&q=ona@shop.example")

    assert {line["route"] for line in lines} <= {*ALL, *ALL.values()}
    written = json.dumps([{**line, "route": ""} for line in lines])
    assert [part for part in world.parts.values() if isinstance(part, str) and len(part) > 5 and part in written] == []
    assert "shop.example" not in written


def deeds(client: Client, model: type, key: object) -> str:
    """Return what a person may do with a model in the administration."""
    beginning = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    page = reverse(f"{beginning}_change", args=[key])
    tried = {
        "list": outcome(client, "GET", reverse(f"{beginning}_changelist")),
        "add": outcome(client, "POST", reverse(f"{beginning}_add")),
        "see": outcome(client, "GET", page),
        "change": outcome(client, "POST", page),
        "delete": outcome(client, "GET", reverse(f"{beginning}_delete", args=[key])),
    }
    return " ".join(deed for deed, found in tried.items() if found == "yes")


@pytest.mark.parametrize("label", sorted(models_of_the_admin()))
def test_administration_of_a_model_allows_exactly_the_deeds_in_its_row(world, clients, label):
    model = models_of_the_admin()[label]
    key = key_of_some(model)

    by_others = [deeds(clients[who], model, key) for who in EVERYBODY if who not in (ADMINISTRATOR, SUPERUSER)]
    found = [deeds(clients[who], model, key) for who in (ADMINISTRATOR, SUPERUSER)]

    assert by_others == [""] * 6
    row = f"{label} {found[0]}" if found[0] == found[1] else f"{label} {found[0]} | {found[1]}"
    assert " ".join(row.split()) == table(ADMIN).get(label, "a row of this model, in the table above")


@pytest.mark.parametrize("name", sorted(name for name in ALL if name.startswith("anymail:")))
def test_what_mail_providers_call_is_closed_without_their_secret(clients, name):
    address = "/" + re.sub(r"\(.*\)\??|[\\^$]", "", ALL[name])

    assert {outcomes(client, address) for client in clients.values()} <= {"no", "no/none", "no/yes", "none"}
