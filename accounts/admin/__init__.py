from accounts.admin.clientkeys import ClientKeyAdmin
from accounts.admin.holidays import HolidayAdmin
from accounts.admin.organisation import OrganisationAdmin
from accounts.admin.people import PersonAdmin
from accounts.admin.teams import TeamAdmin

__all__ = ["ClientKeyAdmin", "HolidayAdmin", "OrganisationAdmin", "PersonAdmin", "TeamAdmin"]
