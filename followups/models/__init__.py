from followups.models.activity import Activity
from followups.models.closeable import RootCause
from followups.models.customer_letter import CustomerLetter
from followups.models.followup import Followup
from followups.models.playbook import Playbook
from followups.models.progressing import FollowupIsClosed
from followups.models.reply_template import ReplyTemplate

__all__ = ["Activity", "CustomerLetter", "Followup", "FollowupIsClosed", "Playbook", "ReplyTemplate", "RootCause"]
