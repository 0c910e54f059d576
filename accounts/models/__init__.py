from accounts.models.clientkey import ClientKey, IdempotentRequest
from accounts.models.holiday import Holiday
from accounts.models.organisation import Organisation
from accounts.models.securityevent import SecurityEvent
from accounts.models.team import Team
from accounts.models.user import User

__all__ = ["ClientKey", "Holiday", "IdempotentRequest", "Organisation", "SecurityEvent", "Team", "User"]
