"""The doors of gateways, Telegram and WhatsApp: `middleware` leads to them, and pages know their names."""

from django.urls import include, path

urlpatterns = [
    path("sms/", include("delivery.media.sms.urls")),
    path("telegram/", include("delivery.media.telegram.urls")),
    path("whatsapp/", include("delivery.media.whatsapp.urls")),
]
