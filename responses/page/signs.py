"""How a customer's page says whose it is: the logo of the brand, or its name where it has none."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import logos


def sign(name: str, logo: str = "") -> SafeString:
    """Return safe HTML; `logo`: the name of the picture, which everybody gets under one address."""
    if not logo:
        return format_html("{}", name)
    width, height = logos.size(logo)
    address = reverse("survey-logo", args=[logo])
    return format_html('<img class="logo" src="{}" alt="{}" width="{}" height="{}">', address, name, width, height)
