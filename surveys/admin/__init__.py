from surveys.admin.experiments import ExperimentAdmin
from surveys.admin.invitations import InvitationAdmin
from surveys.admin.maildomains import MailDomainAdmin
from surveys.admin.policies import AskingPolicyAdmin
from surveys.admin.reviews import ReviewLinkAdmin
from surveys.admin.surveys import SurveyAdmin
from surveys.admin.triggers import TriggerAdmin
from surveys.admin.versions import SurveyVersionAdmin
from surveys.admin.waves import WaveAdmin
from surveys.admin.writinghours import WritingHoursAdmin

__all__ = [
    "AskingPolicyAdmin",
    "ExperimentAdmin",
    "InvitationAdmin",
    "MailDomainAdmin",
    "ReviewLinkAdmin",
    "SurveyAdmin",
    "SurveyVersionAdmin",
    "TriggerAdmin",
    "WaveAdmin",
    "WritingHoursAdmin",
]
