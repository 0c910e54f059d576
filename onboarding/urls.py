from django.urls import URLPattern, path

from onboarding.views import show_pipeline

urlpatterns: list[URLPattern] = [path("setup/why/", show_pipeline, name="pipeline")]
