from surveys.models.asked import AskedFacts, Origin
from surveys.models.customersegment import CustomerSegment
from surveys.models.experiment import Enrolment, Experiment, ExperimentArm
from surveys.models.hold import Hold
from surveys.models.invitation import Invitation, InvitationMessage, Judgement
from surveys.models.maildomain import MailDomain, Sighting
from surveys.models.manualask import ManualAsk
from surveys.models.policy import AskingPolicy
from surveys.models.review_link import ReviewLink
from surveys.models.survey import Survey
from surveys.models.trigger import Trigger
from surveys.models.version import SurveyVersion
from surveys.models.wave import Wave
from surveys.models.writinghours import WritingHours

__all__ = [
    "AskedFacts",
    "AskingPolicy",
    "CustomerSegment",
    "Enrolment",
    "Experiment",
    "ExperimentArm",
    "Hold",
    "Invitation",
    "InvitationMessage",
    "Judgement",
    "MailDomain",
    "ManualAsk",
    "Origin",
    "ReviewLink",
    "Sighting",
    "Survey",
    "SurveyVersion",
    "Trigger",
    "Wave",
    "WritingHours",
]
