from django.urls import path

from delivery.media.telegram import doors

app_name = "telegram"
urlpatterns = [path("<int:bot_id>/", doors.updates, name="updates")]
