from onboarding.models.pulse import Pulse
from onboarding.models.trial import Trial

__all__ = ["Pulse", "Trial"]
