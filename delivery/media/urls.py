"""The doors of gateways: `middleware` leads to them, and the pages of the product know their names."""

from django.urls import include, path

urlpatterns = [path("sms/", include("delivery.media.sms.urls"))]
