from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts import clock
from accounts.models import User


class ConfigurationFileQuerySet(models.QuerySet["ConfigurationFile"]):
    def expired(self, now: datetime) -> ConfigurationFileQuerySet:
        return self.filter(uploaded_at__lte=now - ConfigurationFile.KEPT)


class ConfigurationFile(models.Model):
    """A file of a configuration that a person brought, until they decide what of it is taken in."""

    KEPT: ClassVar = timedelta(days=7)

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    name = models.CharField(max_length=200)
    document = models.JSONField()
    uploaded_at = models.DateTimeField(default=clock.now)

    objects = ConfigurationFileQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """What a page says which file it shows by: another one may be brought in another tab."""
        return self.uploaded_at.isoformat()

    @classmethod
    def keep(cls, person: User, name: str, document: dict[str, Any]) -> None:
        """Keep a file in place of the one that the person brought before."""
        kept = {"name": name[:200], "document": document, "uploaded_at": clock.now()}
        cls.objects.update_or_create(person=person, defaults=kept)
