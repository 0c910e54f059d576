from crm.admin.catalogue import ChannelAdmin, ExchangeRateAdmin, ProductAdmin
from crm.admin.companies import CompanyAdmin
from crm.admin.contacts import ContactAdmin
from crm.admin.deals import DealAdmin, TouchpointAdmin
from crm.admin.imports import ImportFindingAdmin, ImportRunAdmin
from crm.admin.merges import MergeAdmin

__all__ = [
    "ChannelAdmin",
    "CompanyAdmin",
    "ContactAdmin",
    "DealAdmin",
    "ExchangeRateAdmin",
    "ImportFindingAdmin",
    "ImportRunAdmin",
    "MergeAdmin",
    "ProductAdmin",
    "TouchpointAdmin",
]
