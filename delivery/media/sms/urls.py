from django.urls import path

from delivery.media.sms import doors

app_name = "sms"
urlpatterns = [
    path("<int:gateway_id>/<str:token>/status/", doors.status, name="status"),
    path("<int:gateway_id>/<str:token>/reply/", doors.reply, name="reply"),
]
