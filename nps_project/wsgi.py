import os

import structlog
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from nps_project import plainhttp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")

application = get_wsgi_application()

if settings.IS_FIRST_LOOK:
    structlog.get_logger(__name__).warning(plainhttp.TOLD)
