from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.timezones import zone


class PersonalSettingsMiddleware:
    """Show staff pages in the person's own language and time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        language = user.language or translation.get_language()
        with translation.override(language), timezone.override(zone(user.timezone)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        # LocaleMiddleware would name the browser's language, which is no longer overridden when it looks.
        response.headers.setdefault("Content-Language", language)
        return response
