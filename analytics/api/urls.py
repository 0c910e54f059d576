from django.urls import path

from analytics.api.views import AnswerViewSet

urlpatterns = [
    path("responses/", AnswerViewSet.as_view({"get": "list"}), name="api-responses"),
    path("responses/<int:pk>/", AnswerViewSet.as_view({"get": "retrieve"}), name="api-responses-one"),
]
