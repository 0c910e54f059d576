from django.urls import URLPattern, path

from onboarding import views
from onboarding.configuration import views as configuration
from onboarding.mail.views import try_mail
from onboarding.newcomers.views import welcome_several
from onboarding.sample.views import load_sample, remove_sample, show_sample
from onboarding.tour.views import walk_on
from onboarding.trials import page
from onboarding.trials import views as trials

urlpatterns: list[URLPattern] = [
    path("setup/", views.show_setup, name="setup"),
    path("setup/card/", views.show_card, name="setup_card"),
    path("setup/mail/", try_mail, name="setup_mail"),
    path("setup/people/", welcome_several, name="setup_people"),
    path("setup/sample/", show_sample, name="sample"),
    path("setup/sample/loading/", load_sample, name="sample_loading"),
    path("setup/sample/removal/", remove_sample, name="sample_removal"),
    path("setup/trigger/<int:pk>/", views.switch_on, name="setup_trigger"),
    path("setup/configuration/", configuration.show_configuration, name="configuration"),
    path("setup/configuration/file/", configuration.download, name="configuration_file"),
    path("setup/configuration/changes/", configuration.show_changes, name="configuration_changes"),
    path("setup/why/", views.show_pipeline, name="pipeline"),
    path("setup/try/", trials.show_trials, name="trial"),
    path("setup/try/<int:pk>/", trials.show_trial, name="trial_result"),
    path("tour/", walk_on, name="tour"),
    path("try/<str:token>/", page.show_survey, name="trial_survey"),
    path("try/<str:token>/d/", page.show_decoy, name="trial_decoy"),
    path("try/<str:token>/unsubscribe/", page.show_unsubscribe, name="trial_unsubscribe"),
]
