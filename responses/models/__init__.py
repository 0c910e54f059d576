from responses.models.entry import Entry
from responses.models.relabelling import Relabelling
from responses.models.response import Response
from responses.models.topic import ResponseTopic, Topic
from responses.models.visit import LinkVisit
from responses.models.watch import Watch

__all__ = ["Entry", "LinkVisit", "Relabelling", "Response", "ResponseTopic", "Topic", "Watch"]
