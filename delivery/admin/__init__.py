from delivery.admin.hooks import TeamHookAdmin
from delivery.admin.messages import MessageAdmin

__all__ = ["MessageAdmin", "TeamHookAdmin"]
