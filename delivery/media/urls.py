"""The doors of gateways and of Telegram: `middleware` leads to them, and the pages of the product know their names."""

from django.urls import include, path

urlpatterns = [
    path("sms/", include("delivery.media.sms.urls")),
    path("telegram/", include("delivery.media.telegram.urls")),
]
