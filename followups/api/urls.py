from django.urls import path

from followups.api.views import TakenDownAnswers

urlpatterns = [path("staff-answers/", TakenDownAnswers.as_view(), name="api-staff-answers")]
