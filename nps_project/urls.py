from django.contrib import admin
from django.urls import include, path

from nps_project import health

urlpatterns = [
    path("", include("analytics.urls")),
    path("", include("followups.urls")),
    path("", include("responses.page.urls")),
    path("", include("responses.urls")),
    path("", include("onboarding.urls")),
    path("api/v1/", include("analytics.api.urls")),
    path("api/v1/", include("followups.api.urls")),
    # Whatever no other part of the API answers, this one does.
    path("api/v1/", include("crm.api.urls")),
    path("accounts/", include("accounts.access.urls")),
    path("anymail/", include("delivery.media.email.urls")),
    path("", include("delivery.media.urls")),
    path("me/", include("accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.show_alive, name="alive"),
    path("readyz", health.show_ready, name="ready"),
    path("admin/", admin.site.urls),
]
