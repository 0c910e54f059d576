from followups.models.activity import Activity
from followups.models.followup import Followup, RootCause
from followups.models.playbook import Playbook

__all__ = ["Activity", "Followup", "Playbook", "RootCause"]
