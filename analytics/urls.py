from django.urls import URLPattern, URLResolver, path

from analytics.dashboard import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.show_home, name="home"),
    path("dashboard/", views.show_dashboard, name="dashboard"),
]
