from django.urls import path

from accounts import views
from accounts.access import views as access

urlpatterns = [
    path("settings/", views.personal_settings, name="personal_settings"),
    path("settings/zones/", views.list_time_zones, name="time_zones"),
    path("absences/", views.show_absences, name="absences"),
    path("absences/<int:pk>/end/", views.end_absence, name="absence_end"),
    path("address/", access.change_address, name="change_address"),
    path("address/confirm/<str:token>/", access.confirm_address, name="confirm_address"),
    path("address/object/<str:token>/", access.object_to_address, name="object_to_address"),
    path("unsent/", access.drop_unsent, name="drop_unsent"),
    path("sessions/", access.list_sessions, name="sessions"),
    path("sessions/others/end/", access.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:session_id>/end/", access.end_session, name="end_session"),
]
