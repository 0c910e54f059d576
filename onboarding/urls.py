from django.urls import URLPattern, path

from onboarding import views
from onboarding.mail.views import try_mail
from onboarding.newcomers.views import welcome_several

urlpatterns: list[URLPattern] = [
    path("setup/", views.show_setup, name="setup"),
    path("setup/mail/", try_mail, name="setup_mail"),
    path("setup/people/", welcome_several, name="setup_people"),
    path("setup/trigger/<int:pk>/", views.switch_on, name="setup_trigger"),
    path("setup/why/", views.show_pipeline, name="pipeline"),
]
