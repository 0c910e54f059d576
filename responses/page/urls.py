from django.urls import path, re_path

from accounts import logos
from responses.ivr.doors import take_call
from responses.kiosks import doors, pairing_page, way_out
from responses.kiosks.page import show_kiosk
from responses.open_links import card_page, confirmation_page, page
from responses.page import part_preview, reviews, unsubscribe, views
from responses.widgets import doors as widget_doors

urlpatterns = [
    path("s/preview/<int:version_id>/", views.preview, name="survey-preview"),
    path("s/preview/<int:version_id>/part/", part_preview.preview_part, name="survey-preview-part"),
    re_path(r"^s/brand/(?P<colour>[0-9a-f]{6})\.css$", views.brand_style, name="survey-brand"),
    re_path(rf"^s/brand/(?P<name>{logos.NAME.pattern})\.png$", views.brand_logo, name="survey-logo"),
    path("s/<str:token>/", views.survey, name="survey"),
    path("s/<str:token>/d/", views.decoy, name="survey-decoy"),
    path("s/<str:token>/r/<int:link_id>/", reviews.visit, name="survey-review"),
    path("o/confirm/<str:token>/", confirmation_page.show_confirmation, name="open_link_confirm"),
    path("o/<str:code>/", page.show_link, name="open_link"),
    path("o/<str:code>/card-<str:language>.png", card_page.show_card, name="open_link_card"),
    path("hooks/ivr/<str:key>/", take_call, name="ivr"),
    path("k/", show_kiosk, name="kiosk"),
    path("k/answers/", doors.take_answers, name="kiosk_answers"),
    path("k/leaving/", doors.leave, name="kiosk_leaving"),
    path("k/staff/", way_out.show_way_out, name="kiosk_way_out"),
    path("k/worker.js", doors.worker, name="kiosk_worker"),
    path("k/app.webmanifest", doors.manifest, name="kiosk_app"),
    path("k/pair/<str:token>/", pairing_page.show_pairing, name="kiosk_pairing"),
    path("w/plumb.js", widget_doors.loader, name="widget_loader"),
    path("w/question.js", widget_doors.question, name="widget_question"),
    path("w/<str:key>/rules/", widget_doors.show_rules, name="widget_rules"),
    path("w/<str:key>/may-show/", widget_doors.may_show, name="widget_may_show"),
    path("w/<str:key>/shown/", widget_doors.shown, name="widget_shown"),
    path("w/<str:key>/seen/", widget_doors.seen, name="widget_seen"),
    path("w/<str:key>/answers/", widget_doors.take_answer, name="widget_answers"),
    path("u/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
