from crm.models.catalogue import Channel, Product
from crm.models.company import Company
from crm.models.contact import Consent, Contact
from crm.models.deal import Deal
from crm.models.importrun import ImportFile, ImportFinding, ImportRun
from crm.models.sourced import Sourced
from crm.models.touchpoint import Touchpoint

__all__ = [
    "Channel",
    "Company",
    "Consent",
    "Contact",
    "Deal",
    "ImportFile",
    "ImportFinding",
    "ImportRun",
    "Product",
    "Sourced",
    "Touchpoint",
]
