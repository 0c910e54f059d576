from django.urls import path, re_path

from responses import views

urlpatterns = [
    path("preview/<int:version_id>/", views.preview, name="survey-preview"),
    re_path(r"^brand/(?P<colour>[0-9a-f]{6})\.css$", views.brand_style, name="survey-brand"),
    path("<str:token>/", views.survey, name="survey"),
    path("<str:token>/d/", views.decoy, name="survey-decoy"),
]
