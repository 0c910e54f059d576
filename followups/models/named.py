from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class NamedInLanguages(models.Model):
    """What administrators name in the languages of staff, English being the reserve of all, and put in order."""

    # {"en": "Delivery or timing", "uk": "Доставка або строки", …}
    names = models.JSONField(_("names"), default=dict)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """Return what it is called in a staff language, in English where that is missing."""
        return str(self.names.get(language) or self.names.get("en") or f"#{self.pk}")

    @property
    def missing_languages(self) -> list[str]:
        """The languages in which it is called by its English name."""
        return [str(language) for code, language in settings.LANGUAGES if not self.names.get(code)]
