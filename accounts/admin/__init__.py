from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin

from accounts.admin.brands import BrandAdmin
from accounts.admin.clientkeys import ClientKeyAdmin
from accounts.admin.customerlanguages import CustomerLanguageAdmin
from accounts.admin.holidays import HolidayAdmin
from accounts.admin.organisation import OrganisationAdmin
from accounts.admin.people import PersonAdmin
from accounts.admin.securityevents import SecurityEventAdmin
from accounts.admin.setasiderows import SetAsideRowAdmin
from accounts.admin.teams import TeamAdmin

__all__ = [
    "BrandAdmin",
    "ClientKeyAdmin",
    "CustomerLanguageAdmin",
    "HolidayAdmin",
    "OrganisationAdmin",
    "PersonAdmin",
    "SecurityEventAdmin",
    "SetAsideRowAdmin",
    "TeamAdmin",
]

# These rows follow accounts.User.email by themselves.
admin.site.unregister(EmailAddress)
# Secrets are nobody's to look at; administrators take them away on the list of people.
admin.site.unregister(Authenticator)
# The provider is described by the settings alone; links to it are forgotten on the list of people.
admin.site.unregister([SocialAccount, SocialApp, SocialToken])
