from django.urls import path

from accounts import views

urlpatterns = [path("settings/", views.personal_settings, name="personal_settings")]
