from accounts.models.absence import Absence
from accounts.models.addresschange import AddressChange
from accounts.models.brand import Brand
from accounts.models.brandlogo import BrandLogo
from accounts.models.clientkey import ClientKey, IdempotentRequest
from accounts.models.customerlanguage import CustomerLanguage
from accounts.models.holiday import Holiday
from accounts.models.organisation import Organisation
from accounts.models.securityevent import SecurityEvent
from accounts.models.setasiderow import SetAsideRow
from accounts.models.staffsession import StaffSession
from accounts.models.team import Team
from accounts.models.user import User

__all__ = [
    "Absence",
    "AddressChange",
    "Brand",
    "BrandLogo",
    "ClientKey",
    "CustomerLanguage",
    "Holiday",
    "IdempotentRequest",
    "Organisation",
    "SecurityEvent",
    "SetAsideRow",
    "StaffSession",
    "Team",
    "User",
]
