"""Members of staff are told of what happens to follow-ups: `tell` is the one way in."""

from followups.models import StaffNotice
from followups.notices.happening import Happening
from followups.notices.telling import tell, tell_all

Kind = StaffNotice.Kind

__all__ = ["Happening", "Kind", "tell", "tell_all"]
