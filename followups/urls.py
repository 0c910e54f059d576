from django.urls import URLPattern, URLResolver, path

from followups.views import answers, asking, customers, followup, inbox, invitations, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/", inbox.show_inbox, name="inbox"),
    path("inbox/<int:pk>/", followup.show_followup, name="followup"),
    path("inbox/<int:pk>/notes/", work.add_note, name="followup_notes"),
    path("inbox/<int:pk>/replies/", work.reply, name="followup_replies"),
    path("inbox/<int:pk>/assignment/", work.assign, name="followup_assignment"),
    path("inbox/<int:pk>/progress/", work.progress, name="followup_progress"),
    path("inbox/<int:pk>/closure/", work.resolve, name="followup_closure"),
    path("inbox/<int:pk>/dismissal/", work.dismiss, name="followup_dismissal"),
    path("inbox/<int:pk>/reopening/", work.reopen, name="followup_reopening"),
    path("answers/", answers.show_answers, name="answers"),
    path("answers/<int:pk>/", answers.show_answer, name="answer"),
    path("answers/<int:pk>/label/", answers.label, name="answer_label"),
    path("contacts/", customers.show_contacts, name="contacts"),
    path("contacts/<int:pk>/", customers.show_contact, name="contact"),
    path("contacts/<int:pk>/asking/", asking.show_asking, name="contact_asking"),
    path("contacts/<int:pk>/asks/", asking.ask, name="contact_asks"),
    path("invitations/<int:pk>/", invitations.show_invitation, name="invitation"),
    path("companies/<int:pk>/", customers.show_company, name="company"),
]
