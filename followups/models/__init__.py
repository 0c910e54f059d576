from followups.models.activity import Activity
from followups.models.bulk_deed import BulkDeed
from followups.models.closing_letter import ClosingLetter
from followups.models.code_pool import CodePool, PoolCode
from followups.models.compensation import Compensation
from followups.models.customer_call import CallTry, CustomerCall
from followups.models.customer_letter import CustomerLetter
from followups.models.escalation import Escalation, EscalationRule
from followups.models.followup import Followup, StateDoesNotFit
from followups.models.gift import GiftKind
from followups.models.improvement import Improvement, ImprovementActivity, ImprovementVote
from followups.models.improvement_request import ImprovementAnswer, ImprovementLetter
from followups.models.known_machine import KnownMachine
from followups.models.mailing import Mailing, MailingRecipient
from followups.models.notice_wishes import NoticeWishes
from followups.models.playbook import Playbook
from followups.models.progress import FollowupIsClosed, WorkSubject
from followups.models.referral import Referral, ReferralCode, ReferralProgramme, ReferralReward
from followups.models.reply_template import ReplyTemplate
from followups.models.root_cause import RootCause
from followups.models.saved_queue import SavedQueue
from followups.models.second_ask import SecondAsk
from followups.models.staff_notice import StaffNotice
from followups.models.step import FollowupStep, PlaybookStep
from followups.models.testimonial import QuotePolicy, Testimonial
from followups.models.watcher import Watcher
from followups.models.work_state import WorkState

__all__ = [
    "Activity",
    "BulkDeed",
    "CallTry",
    "ClosingLetter",
    "CodePool",
    "Compensation",
    "CustomerCall",
    "CustomerLetter",
    "Escalation",
    "EscalationRule",
    "Followup",
    "FollowupIsClosed",
    "FollowupStep",
    "GiftKind",
    "Improvement",
    "ImprovementActivity",
    "ImprovementAnswer",
    "ImprovementLetter",
    "ImprovementVote",
    "KnownMachine",
    "Mailing",
    "MailingRecipient",
    "NoticeWishes",
    "Playbook",
    "PlaybookStep",
    "PoolCode",
    "QuotePolicy",
    "Referral",
    "ReferralCode",
    "ReferralProgramme",
    "ReferralReward",
    "ReplyTemplate",
    "RootCause",
    "SavedQueue",
    "SecondAsk",
    "StaffNotice",
    "StateDoesNotFit",
    "Testimonial",
    "Watcher",
    "WorkState",
    "WorkSubject",
]
