"""Mail providers' webhooks: Anymail's, but none of them open to everybody."""

from anymail.urls import urlpatterns as webhooks
from django.urls import URLPattern

from delivery.media.email.webhooks import authenticated

app_name = "anymail"
urlpatterns = [
    URLPattern(webhook.pattern, authenticated(webhook.callback), webhook.default_args, webhook.name)
    for webhook in webhooks
]
