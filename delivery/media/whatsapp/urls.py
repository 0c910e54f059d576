from django.urls import path

from delivery.media.whatsapp import doors

app_name = "whatsapp"
urlpatterns = [path("<int:number_id>/", doors.events, name="events")]
