"""Members of staff are told of what happens to follow-ups: `tell` is the one way in."""

from followups.models import StaffNotice
from followups.notices.happening import Happening
from followups.notices.verbs import take_back, tell, tell_all, tell_of_letters, tell_of_pools

Kind = StaffNotice.Kind

__all__ = ["Happening", "Kind", "take_back", "tell", "tell_all", "tell_of_letters", "tell_of_pools"]
