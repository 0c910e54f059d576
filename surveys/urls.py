from django.urls import URLPattern, URLResolver, path

from surveys import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
