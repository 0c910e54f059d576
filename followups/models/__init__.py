from followups.models.activity import Activity
from followups.models.bulk_deed import BulkDeed
from followups.models.closeable import RootCause
from followups.models.customer_letter import CustomerLetter
from followups.models.followup import Followup
from followups.models.playbook import Playbook
from followups.models.progressing import FollowupIsClosed
from followups.models.reply_template import ReplyTemplate
from followups.models.saved_queue import SavedQueue

__all__ = [
    "Activity",
    "BulkDeed",
    "CustomerLetter",
    "Followup",
    "FollowupIsClosed",
    "Playbook",
    "ReplyTemplate",
    "RootCause",
    "SavedQueue",
]
