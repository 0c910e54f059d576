from django.urls import URLPattern, URLResolver, path

from followups.calls import asking_aloud, paper
from followups.calls import list_page as calls
from followups.closing import page as closing_page
from followups.closing import views as closing
from followups.compensations import views as compensations
from followups.customers import answers_page, asking_page, export, invitation_page, same_mailbox, segment_verbs
from followups.customers import views as customers
from followups.improvements import page as improvement
from followups.improvements import verbs as improvement_verbs
from followups.improvements import views as improvements
from followups.inbox import deeds, followup_page, queues, verbs
from followups.inbox import views as inbox
from followups.letters import waiting_page
from followups.mailings import offers_end
from followups.mailings import views as mailings
from followups.notices import views as notices
from followups.notices import watchers, wishes
from followups.referrals import landing_page, ledger, own_page
from followups.remarks import views as remarks
from followups.testimonials import feed, page
from followups.testimonials import views as testimonials

urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/", inbox.show_inbox, name="inbox"),
    path("inbox/end/", inbox.show_end, name="inbox_end"),
    path("inbox/queues/", queues.save_queue, name="inbox_queues"),
    path("inbox/queues/<int:pk>/", queues.change_queue, name="inbox_queue"),
    path("inbox/queues/<int:pk>/deletion/", queues.delete_queue, name="inbox_queue_deletion"),
    path("inbox/deeds/", deeds.do_to_many, name="inbox_deeds"),
    path("inbox/deeds/<int:pk>/reversal/", deeds.undo, name="inbox_deed_reversal"),
    path("inbox/<int:pk>/", followup_page.show_followup, name="followup"),
    path("inbox/<int:pk>/notes/", verbs.add_note, name="followup_notes"),
    path("inbox/<int:pk>/calls/", verbs.log_call, name="followup_calls"),
    path("inbox/<int:pk>/replies/", verbs.reply, name="followup_replies"),
    path("inbox/<int:pk>/assignment/", verbs.assign, name="followup_assignment"),
    path("inbox/<int:pk>/steps/", verbs.do_step, name="followup_steps"),
    path("inbox/<int:pk>/progress/", verbs.progress, name="followup_progress"),
    path("inbox/<int:pk>/state/", verbs.put, name="followup_state"),
    path("inbox/<int:pk>/closure/", verbs.resolve, name="followup_closure"),
    path("inbox/<int:pk>/dismissal/", verbs.dismiss, name="followup_dismissal"),
    path("inbox/<int:pk>/reopening/", verbs.reopen, name="followup_reopening"),
    path("inbox/<int:pk>/compensations/", compensations.give, name="followup_compensations"),
    path("inbox/<int:pk>/compensations/withdrawals/", compensations.withdraw, name="followup_withdrawals"),
    path("inbox/<int:pk>/closing-letters/", closing.write, name="followup_closing_letters"),
    path("c/<str:token>/", closing_page.show_question, name="closing_question"),
    path("c/<str:token>/d/", closing_page.show_decoy, name="closing_decoy"),
    path("letters/", waiting_page.show_letters, name="letters"),
    path("letters/<int:pk>/closure/", waiting_page.see_to, name="letter_closure"),
    path("letters/<int:pk>/score/", waiting_page.write_score_down, name="letter_score"),
    path("letters/<int:pk>/refusal/", waiting_page.write_refusal_down, name="letter_refusal"),
    path("inbox/<int:pk>/watch/", watchers.watch, name="followup_watch"),
    path("inbox/<int:pk>/colleagues/", watchers.list_colleagues, name="followup_colleagues"),
    path("notices/", notices.show_notices, name="notices"),
    path("notices/news/", notices.show_news, name="notices_news"),
    path("notices/reading/", notices.read_notices, name="notices_reading"),
    path("notices/settings/", wishes.show_wishes, name="notice_wishes"),
    path("notices/<int:pk>/reading/", notices.read_notice, name="notice_reading"),
    path("improvements/", improvements.show_board, name="improvements"),
    path("improvements/new/", improvements.propose, name="improvement_new"),
    path("improvements/<int:pk>/", improvement.show_improvement, name="improvement"),
    path("improvements/<int:pk>/change/", improvements.change, name="improvement_change"),
    path("improvements/<int:pk>/votes/", improvement_verbs.vote, name="improvement_votes"),
    path("improvements/<int:pk>/comments/", improvement_verbs.comment, name="improvement_comments"),
    path("improvements/<int:pk>/state/", improvement_verbs.move, name="improvement_state"),
    path("improvements/<int:pk>/answers/", improvement_verbs.link_suggested, name="improvement_answers"),
    path("improvements/<int:pk>/letters/", improvement_verbs.write_to_customers, name="improvement_letters"),
    path("answers/<int:pk>/improvement/", improvements.link_answer, name="answer_improvements"),
    path("answers/<int:pk>/", answers_page.show_answer, name="answer"),
    path("answers/<int:pk>/label/", answers_page.label, name="answer_label"),
    path("answers/<int:pk>/topics/", answers_page.correct_topics, name="answer_topics"),
    path("contacts/", customers.show_contacts, name="contacts"),
    path("contacts/csv/", export.download_contacts, name="contacts_csv"),
    path("contacts/segments/", segment_verbs.save_segment, name="segments"),
    path("contacts/segments/<int:pk>/", segment_verbs.change_segment, name="segment"),
    path("contacts/segments/<int:pk>/deletion/", segment_verbs.delete_segment, name="segment_deletion"),
    path("contacts/<int:pk>/", customers.show_contact, name="contact"),
    path("contacts/<int:pk>/consents/", customers.record_consent, name="contact_consents"),
    path("contacts/<int:pk>/asking/", asking_page.show_asking, name="contact_asking"),
    path("remarks/", remarks.show_remarks, name="remarks"),
    path("remarks/new/", remarks.write_remark, name="remark_new"),
    path("remarks/<int:pk>/", remarks.show_remark, name="remark"),
    path("remarks/<int:pk>/topics/", remarks.correct_topics, name="remark_topics"),
    path("paper/", paper.type_paper_in, name="paper"),
    path("calls/", calls.show_calls, name="calls"),
    path("calls/end/", calls.lay_call_down, name="calls_end"),
    path("calls/<int:pk>/claim/", calls.claim_call, name="call_claim"),
    path("calls/<int:pk>/tries/", calls.note_try, name="call_tries"),
    path("contacts/<int:pk>/ask/", asking_aloud.ask_aloud, name="contact_ask"),
    path("contacts/<int:pk>/asks/", asking_page.ask, name="contact_asks"),
    path("contacts/<int:pk>/merges/<int:twin>/", same_mailbox.merge, name="contact_merges"),
    path("mailings/", mailings.show_mailings, name="mailings"),
    path("mailings/new/", mailings.write_mailing, name="mailing_new"),
    path("mailings/<int:pk>/", mailings.show_mailing, name="mailing"),
    path("mailings/<int:pk>/draft/", mailings.change_mailing, name="mailing_draft"),
    path("mailings/<int:pk>/sending/", mailings.send_mailing, name="mailing_sending"),
    path("mailings/<int:pk>/deletion/", mailings.delete_mailing, name="mailing_deletion"),
    path("u/<str:token>/offers/", offers_end.end_offers, name="offers_end"),
    path("merges/<int:pk>/reversal/", same_mailbox.undo, name="merge_reversal"),
    path("invitations/<int:pk>/", invitation_page.show_invitation, name="invitation"),
    path("testimonials/", testimonials.show_testimonials, name="testimonials"),
    path("testimonials/<int:pk>/approval/", testimonials.approve, name="testimonial_approval"),
    path("testimonials/<int:pk>/hiding/", testimonials.hide, name="testimonial_hiding"),
    path("quotes/feed/<slug:brand>.json", feed.show_feed, name="quotes_feed"),
    path("quotes/<str:token>/", page.quote, name="quote"),
    path("referrals/", ledger.show_referrals, name="referrals"),
    path("referrals/rewards/<int:pk>/", ledger.decide, name="referral_reward"),
    path("recommend/mine/<str:token>/", own_page.show_own, name="referral-own"),
    path("recommend/<str:code>/", landing_page.show_landing, name="referral"),
    path("companies/<int:pk>/", customers.show_company, name="company"),
]
