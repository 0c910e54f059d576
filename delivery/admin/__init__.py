from delivery.admin.hooks import TeamHookAdmin
from delivery.admin.letters import IncomingLetterAdmin
from delivery.admin.messages import MessageAdmin

__all__ = ["IncomingLetterAdmin", "MessageAdmin", "TeamHookAdmin"]
