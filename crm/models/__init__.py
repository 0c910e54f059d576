from crm.models.address import ContactAddress
from crm.models.catalogue import Channel, Product
from crm.models.company import Company
from crm.models.consentchange import ConsentChange
from crm.models.contact import Consent, Contact
from crm.models.deal import Deal
from crm.models.facts import Facts
from crm.models.importjournal import ImportChange, RefusedRow, SavedMapping
from crm.models.importrun import ImportFile, ImportFinding, ImportKey, ImportRun
from crm.models.latestscore import LatestScore, ScoreChange
from crm.models.merge import Merge
from crm.models.profile import Profile
from crm.models.rate import ExchangeRate
from crm.models.sourced import Sourced
from crm.models.suppression import Suppression
from crm.models.touchpoint import Touchpoint

__all__ = [
    "Channel",
    "Company",
    "Consent",
    "ConsentChange",
    "Contact",
    "ContactAddress",
    "Deal",
    "ExchangeRate",
    "Facts",
    "ImportChange",
    "ImportFile",
    "ImportFinding",
    "ImportKey",
    "ImportRun",
    "LatestScore",
    "Merge",
    "Product",
    "Profile",
    "RefusedRow",
    "SavedMapping",
    "ScoreChange",
    "Sourced",
    "Suppression",
    "Touchpoint",
]
