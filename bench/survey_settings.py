"""The product's own settings; static files are named without a manifest, so that none has to be collected first."""

from nps_project.settings import *  # noqa: F403
from nps_project.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
