from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.mail import get_connection

from delivery.media.carrier import ConnectionLost, PutOff, Refused
from delivery.media.email import bounces
from delivery.media.email.letter import Letter
from delivery.models import Message

# What an ESP's API answers when the key, the quota or the moment is wrong, not the message.
NOT_THE_MESSAGE = frozenset({401, 402, 403, 408, 409, 425, 429})


class BackendCarrier:
    """Hands letters to whatever EMAIL_BACKEND names."""

    def __init__(self) -> None:
        self._backend: Any = get_connection(fail_silently=False)

    def send(self, letter: Letter) -> str:
        email = letter.as_email()
        try:
            self._backend.send_messages([email])
        except (AnymailInvalidAddress, AnymailRecipientsRefused) as error:
            bounce = Message.Bounce.HARD if isinstance(error, AnymailInvalidAddress) else ""
            raise Refused(str(error), bounce=bounce) from error
        except AnymailAPIError as error:
            raise answered(error) from error
        except AnymailError as error:
            raise PutOff(f"{type(error).__name__}: {error}") from error
        except OSError as error:
            raise ConnectionLost(f"{type(error).__name__}: {error}") from error
        status = getattr(email, "anymail_status", None)
        return str(status.message_id or "") if status else ""

    def close(self) -> None:
        self._backend.close()


def answered(error: AnymailAPIError) -> Exception:
    """Return what an ESP's refusal means for the message (without an answer there is no status)."""
    code = error.status_code
    if code is None:
        return ConnectionLost(str(error))
    if 400 <= code < 500 and code not in NOT_THE_MESSAGE:
        return Refused(str(error), bounce=bounces.of_status(str(error)))
    return PutOff(str(error))
