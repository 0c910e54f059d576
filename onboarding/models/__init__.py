from onboarding.models.configurationfile import ConfigurationFile
from onboarding.models.pulse import Pulse
from onboarding.models.sampleset import SampleSet
from onboarding.models.tourplace import TourPlace
from onboarding.models.trial import Trial

__all__ = ["ConfigurationFile", "Pulse", "SampleSet", "TourPlace", "Trial"]
