from delivery.admin.hooks import TeamHookAdmin
from delivery.admin.mails import SetAsideMailAdmin
from delivery.admin.messages import MessageAdmin

__all__ = ["MessageAdmin", "SetAsideMailAdmin", "TeamHookAdmin"]
