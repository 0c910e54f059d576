from django.conf import settings

from delivery.media.carrier import Carrier
from delivery.media.email.backend import BackendCarrier
from delivery.media.email.smtp import SmtpCarrier

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def open_email() -> Carrier:
    """Return what carries e-mail: SMTP by ourselves, any other EMAIL_BACKEND (such as Anymail's) through Django."""
    return SmtpCarrier() if settings.EMAIL_BACKEND == SMTP_BACKEND else BackendCarrier()
